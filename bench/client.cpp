#include "bench/client.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace parlor::bench {
namespace {

int checked(int result, const char* step) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), step);
  return result;
}

int connect_to(std::uint16_t port) {
  int fd = checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  checked(::connect(fd, reinterpret_cast<sockaddr*>(&where), sizeof where), "connect");
  int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

/// Reads the first answer in `text` if it is whole; returns its bytes, or 0.
std::size_t read_answer(std::string_view text, answer& a) {
  auto end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  std::string_view head = text.substr(0, end);
  if (head.size() < 12) throw std::runtime_error("not an HTTP answer: " + std::string(head));
  std::from_chars(head.data() + 9, head.data() + 12, a.status);
  std::size_t body = 0;
  constexpr std::string_view name = "\r\nContent-Length: ";
  if (auto at = head.find(name); at != std::string_view::npos)
    std::from_chars(head.data() + at + name.size(), head.data() + head.size(), body);
  std::size_t whole = end + 4 + body;
  if (whole > text.size()) return 0;
  a.body = text.substr(end + 4, body);
  return whole;
}

std::string head(std::string_view method, std::uint16_t port, std::string_view path, std::string_view token) {
  std::string text;
  text.reserve(512);
  text.append(method).append(" ").append(path).append(" HTTP/1.1\r\nHost: 127.0.0.1:");
  text.append(std::to_string(port)).append("\r\nAuthorization: Bearer ").append(token);
  return text.append("\r\n");
}

}  // namespace

client::client(std::uint16_t port, std::size_t connections) : connections_(connections) {
  // Waits end when they should, not up to 50 us later.
  prctl(PR_SET_TIMERSLACK, 1);
  poll_ = checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
  for (connection& c : connections_) {
    c.fd = connect_to(port);
    epoll_event e{.events = EPOLLIN, .data = {.ptr = &c}};
    checked(::epoll_ctl(poll_, EPOLL_CTL_ADD, c.fd, &e), "epoll_ctl");
    free_.push_back(&c);
  }
}

client::~client() {
  for (connection& c : connections_)
    if (c.fd >= 0) ::close(c.fd);
  if (poll_ >= 0) ::close(poll_);
}

void client::send(std::string request, answered done) {
  if (free_.empty()) return queue_.push_back({std::move(request), std::move(done)});
  connection& on = *free_.back();
  free_.pop_back();
  start(on, request, std::move(done));
}

void client::at(steady::time_point when, std::function<void()> task) {
  plans_.push({when, planned_++, std::move(task)});
}

void client::start(connection& on, const std::string& request, answered done) {
  on.done = std::move(done);
  on.sent_at = steady::now();
  auto sent = ::send(on.fd, request.data(), request.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(request.size())) throw std::runtime_error("a request could not be sent");
}

void client::receive(connection& from) {
  std::array<char, 16384> bytes;
  ssize_t count = ::recv(from.fd, bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) throw std::runtime_error("the server closed a connection");
  from.received.append(bytes.data(), static_cast<std::size_t>(count));
  answer a;
  std::size_t whole = read_answer(from.received, a);
  if (whole == 0) return;
  if (!from.done || whole != from.received.size())
    throw std::runtime_error("the server sent more than it was asked for");
  answered done = std::exchange(from.done, nullptr);
  std::string text = std::exchange(from.received, {});
  // The next request goes out before this answer is looked at: that is the server's time, not ours.
  if (queue_.empty()) {
    free_.push_back(&from);
  } else {
    waiting next = std::move(queue_.front());
    queue_.pop_front();
    start(from, next.request, std::move(next.done));
  }
  read_answer(text, a);
  done(a);
}

void client::wait_for_events() {
  // Not forever: a server that never answers must be noticed.
  auto wait = std::chrono::nanoseconds(std::chrono::milliseconds(100));
  if (!plans_.empty()) {
    auto until = plans_.top().when - steady::now();
    wait = std::clamp<std::chrono::nanoseconds>(until, std::chrono::nanoseconds(0), wait);
  }
  timespec limit{.tv_sec = 0, .tv_nsec = static_cast<long>(wait.count())};
  std::array<epoll_event, 64> ready;
  int count = ::epoll_pwait2(poll_, ready.data(), static_cast<int>(ready.size()), &limit, nullptr);
  if (count < 0 && errno != EINTR) checked(count, "epoll_pwait2");
  for (int i = 0; i < count; ++i) receive(*static_cast<connection*>(ready[static_cast<std::size_t>(i)].data.ptr));
}

void client::check_patience() const {
  for (const connection& c : connections_)
    if (c.done && steady::now() - c.sent_at > patience) throw std::runtime_error("a request had no answer for 10 s");
}

void client::run() {
  while (!plans_.empty() || free_.size() < connections_.size()) {
    // One plan, then the sockets: neither starves the other.
    if (!plans_.empty() && plans_.top().when <= steady::now()) {
      auto task = plans_.top().task;
      plans_.pop();
      task();
    }
    wait_for_events();
    if (steady::now() < next_check_) continue;
    check_patience();
    next_check_ = steady::now() + std::chrono::seconds(1);
  }
}

std::string post(std::uint16_t port, std::string_view path, std::string_view token, std::string_view body,
                 std::string_view key) {
  std::string text = head("POST", port, path, token);
  text.append("Content-Type: application/json\r\nContent-Length: ");
  text.append(std::to_string(body.size())).append("\r\n");
  if (!key.empty()) text.append("Idempotency-Key: ").append(key).append("\r\n");
  return text.append("\r\n").append(body);
}

std::string get(std::uint16_t port, std::string_view path, std::string_view token) {
  return head("GET", port, path, token).append("\r\n");
}

std::vector<std::string> read_tokens(const std::string& file) {
  std::ifstream in(file);
  std::vector<std::string> tokens;
  for (std::string line; std::getline(in, line);) tokens.push_back(line);
  if (tokens.empty()) throw std::runtime_error("no tokens in " + file);
  return tokens;
}

std::string room_id(std::uint64_t number) {
  std::string digits = std::to_string(number);
  return "room" + std::string(16 - digits.size(), '0') + digits;
}

void expect_ok(const answer& a, std::string_view step) {
  if (a.status != 200)
    throw std::runtime_error(std::string(step) + " was answered " + std::to_string(a.status) + " " +
                             std::string(a.body));
}

}  // namespace parlor::bench
