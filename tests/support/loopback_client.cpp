#include "tests/support/loopback_client.hpp"

#include <asio.hpp>
#include <cctype>
#include <sstream>
#include <utility>

namespace parlor::testing {
namespace {

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

http_answer parse_head(const std::string& head) {
  http_answer answer;
  std::istringstream lines(head);
  std::string line;
  std::getline(lines, line);
  answer.status = std::stoi(line.substr(line.find(' ') + 1));
  while (std::getline(lines, line) && line != "\r") {
    auto colon = line.find(':');
    std::string value = line.substr(colon + 2);
    value.pop_back();
    std::string& held = answer.headers[lower(line.substr(0, colon))];
    held += (held.empty() ? "" : ", ") + value;
  }
  return answer;
}

}  // namespace

std::string http_answer::field(const std::string& name) const {
  std::string key = "\"" + name + "\":\"";
  auto at = body.find(key);
  if (at == std::string::npos) return "";
  at += key.size();
  return body.substr(at, body.find('"', at) - at);
}

struct loopback_client::connection {
  asio::io_context context;
  asio::ip::tcp::socket socket{context};
  std::string unread;  // of an answer without an end
  std::uint16_t port = 0;
  bool ended = false;  // the server said that the answer was its last

  void open() {
    socket = asio::ip::tcp::socket(context);
    socket.connect({asio::ip::address_v4::loopback(), port});
    // A server that never answers fails the test instead of hanging it.
    timeval limit{.tv_sec = 30, .tv_usec = 0};
    ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ended = false;
  }
};

loopback_client::loopback_client(std::uint16_t port) : connection_(std::make_unique<connection>()) {
  connection_->port = port;
  connection_->open();
}

loopback_client::~loopback_client() = default;
loopback_client::loopback_client(loopback_client&&) noexcept = default;

http_answer loopback_client::request(const std::string& method, const std::string& target, const headers& with,
                                     const std::string& body) {
  std::string bytes = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n";
  for (const auto& [name, value] : with) bytes += name + ": " + value + "\r\n";
  if (!body.empty()) bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  send(bytes + "\r\n" + body);
  return read(method != "HEAD");
}

std::string loopback_client::read_until(const std::string& text) {
  asio::error_code failed;
  while (!failed && (text.empty() || connection_->unread.find(text) == std::string::npos)) {
    std::string more(16 * 1024, '\0');
    more.resize(connection_->socket.read_some(asio::buffer(more), failed));
    connection_->unread += more;
  }
  auto end = text.empty() ? text.npos : connection_->unread.find(text);
  std::string read = connection_->unread.substr(0, end == text.npos ? end : end + text.size());
  connection_->unread.erase(0, read.size());
  return read;
}

void loopback_client::send(const std::string& bytes) {
  if (connection_->ended) connection_->open();
  asio::error_code ignored;
  asio::write(connection_->socket, asio::buffer(bytes), ignored);
}

void loopback_client::ends_sending() { connection_->socket.shutdown(asio::ip::tcp::socket::shutdown_send); }

http_answer loopback_client::raw(const std::string& bytes) {
  send(bytes);
  return read();
}

http_answer loopback_client::read(bool with_body) {
  asio::error_code failed;
  std::string received = std::exchange(connection_->unread, {});
  asio::read_until(connection_->socket, asio::dynamic_buffer(received), "\r\n\r\n", failed);
  auto end = received.find("\r\n\r\n");
  if (end == std::string::npos) return {};
  http_answer answer = parse_head(received.substr(0, end + 2));
  answer.body = received.substr(end + 4);
  std::string length = answer.header("content-length");
  // An answer without an end goes on.
  bool is_stream = length.empty() && answer.status == 200;
  connection_->ended = answer.header("connection") == "close" && !is_stream;
  std::size_t whole = length.empty() || !with_body ? 0 : std::stoul(length);
  // Of answers that come together the first is read.
  if (answer.body.size() > whole && !is_stream) {
    connection_->unread = answer.body.substr(whole);
    answer.body.resize(whole);
  }
  if (is_stream) connection_->unread = std::exchange(answer.body, {});
  while (answer.body.size() < whole && !failed) {
    std::string more(whole - answer.body.size(), '\0');
    more.resize(connection_->socket.read_some(asio::buffer(more), failed));
    answer.body += more;
  }
  return answer;
}

}  // namespace parlor::testing
