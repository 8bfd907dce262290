#include "http/server.hpp"

#include <sys/socket.h>

#include <asio.hpp>
#include <atomic>
#include <restinio/all.hpp>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace parlor::http {
namespace {

using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

/// Counts RESTinio's errors: each is a connection closed without an answer.
class error_counter {
 public:
  explicit error_counter(std::atomic<std::uint64_t>& count) : count_(&count) {}
  template <class Message> void trace(Message&&) const {}
  template <class Message> void info(Message&&) const {}
  template <class Message> void warn(Message&&) const {}
  template <class Message> void error(Message&&) const { ++*count_; }

 private:
  std::atomic<std::uint64_t>* count_;
};

struct counts {
  std::atomic<std::uint64_t> closed{0};
  std::atomic<std::uint64_t> answering{0};  // requests whose answer is not written yet
};

std::string_view view(restinio::string_view_t s) { return {s.data(), s.size()}; }

/// Hands a request of RESTinio's to the gateway, and the answer back.
class request_handler {
 public:
  request_handler(gateway& to, counts& tally) : to_(&to), tally_(&tally) {}

  restinio::request_handling_status_t operator()(restinio::request_handle_t request) const {
    ++tally_->answering;
    auto answer = [request, tally = tally_](web_reply reply) {
      send(*request, std::move(reply), *tally);
    };
    web_request r;
    if (read(*request, r)) to_->handle(r, std::move(answer));
    else answer(problem("bad_request", "the path or the query is not well-formed"));
    return restinio::request_accepted();
  }

 private:
  static bool read(const restinio::request_t& request, web_request& r) {
    const auto& header = request.header();
    auto path = restinio::utils::try_unescape_percent_encoding<
        restinio::utils::relaxed_unescape_traits>(header.path());
    if (!path) return false;
    r.path = std::move(*path);
    if (!header.query().empty()) {
      auto query = restinio::try_parse_query<restinio::parse_query_traits::relaxed>(header.query());
      if (!query) return false;
      for (const auto& [name, value] : *query) r.query.emplace(name, value);
    }
    auto field = [&](restinio::http_field_t name) -> std::string_view {
      auto value = header.opt_value_of(name);
      return value ? view(*value) : std::string_view{};
    };
    r.method = header.method().c_str();
    r.authorization = field(restinio::http_field::authorization);
    r.content_type = field(restinio::http_field::content_type);
    r.origin = field(restinio::http_field::origin);
    r.if_match = field(restinio::http_field::if_match);
    r.if_none_match = field(restinio::http_field::if_none_match);
    if (auto key = header.opt_value_of("Idempotency-Key")) r.idempotency_key = view(*key);
    r.body = request.body();
    return true;
  }

  static void send(restinio::request_t& request, web_reply reply, counts& tally) {
    auto response = request.create_response(restinio::http_status_line_t{
        restinio::http_status_code_t{static_cast<std::uint16_t>(reply.status)},
        std::string(reason_of(reply.status))});
    // RESTinio switches its time-outs off for connections that ask for an upgrade: let them go.
    if (request.header().connection() == restinio::http_connection_header_t::upgrade)
      response.connection_close();
    if (reply.status != 204 && reply.status != 304)
      response.append_header(restinio::http_field::content_type, std::move(reply.content_type));
    for (auto& [name, value] : reply.headers) response.append_header(name, value);
    // The answer to HEAD has no body: a client would take one for the next answer.
    if (request.header().method() != restinio::http_method_head())
      response.set_body(std::move(reply.body));
    response.done([&tally](const auto&) { --tally.answering; });
  }

  gateway* to_;
  counts* tally_;
};

using traits = restinio::single_thread_traits_t<restinio::asio_timer_manager_t, error_counter,
                                                request_handler>;
using restinio_server = restinio::http_server_t<traits>;

/// Tells whether the port can be had, without SO_REUSEPORT: two servers that share a port in silence
/// would each get half of the players. Returns the port, a free one for 0.
std::uint16_t claim(const server_options& limits) {
  asio::io_context context;
  asio::ip::tcp::acceptor probe(context);
  try {
    asio::ip::tcp::endpoint where(asio::ip::make_address(limits.address), limits.port);
    probe.open(where.protocol());
    probe.set_option(asio::ip::tcp::acceptor::reuse_address(true));
    probe.bind(where);
    probe.listen();
    return probe.local_endpoint().port();
  } catch (const std::system_error& e) {
    throw std::runtime_error("cannot listen on " + limits.address + ":" +
                             std::to_string(limits.port) + ": " + e.code().message());
  }
}

}  // namespace

struct server::parts {
  struct loop {
    asio::io_context context{1};
    std::unique_ptr<restinio_server> listening;
    std::thread thread;
  };

  counts tally;
  std::uint16_t port = 0;
  std::vector<std::unique_ptr<loop>> loops;
};

server::server(gateway& to, const server_options& limits, std::size_t body_bytes_max)
    : parts_(std::make_unique<parts>()) {
  parts_->port = claim(limits);
  for (std::size_t i = 0; i < std::max<std::size_t>(limits.threads, 1); ++i) {
    auto one = std::make_unique<parts::loop>();
    auto configure = [&](auto& settings) {
      settings.address(limits.address)
          .port(parts_->port)
          .request_handler(to, parts_->tally)
          .logger(parts_->tally.closed)
          .read_next_http_message_timelimit(limits.keep_alive)
          .write_http_response_timelimit(limits.write_within)
          // Every request has a deadline of its own that answers; this one only closes.
          .handle_request_timeout(std::chrono::minutes(10))
          .concurrent_accepts_count(16)
          .incoming_http_msg_limits(restinio::incoming_http_msg_limits_t{}
                                        .max_url_size(4096)
                                        .max_field_name_size(256)
                                        .max_field_value_size(8192)
                                        .max_field_count(64)
                                        .max_body_size(body_bytes_max + limits.body_slack_bytes))
          .acceptor_options_setter([](restinio::acceptor_options_t& options) {
            options.set_option(asio::ip::tcp::acceptor::reuse_address(true));
            options.set_option(reuse_port(true));
          })
          .socket_options_setter([](restinio::socket_options_t& options) {
            options.set_option(asio::ip::tcp::no_delay(true));
          });
    };
    one->listening =
        std::make_unique<restinio_server>(restinio::external_io_context(one->context), configure);
    one->listening->open_sync();
    parts_->loops.push_back(std::move(one));
  }
  for (auto& one : parts_->loops)
    one->thread = std::thread([context = &one->context] {
      auto stay = asio::make_work_guard(*context);
      context->run();
    });
}

server::~server() { stop(duration{0}); }

std::uint16_t server::port() const { return parts_->port; }
std::uint64_t server::closed_without_answer() const { return parts_->tally.closed; }

void server::stop(duration bound) {
  for (auto& one : parts_->loops)
    asio::post(one->context, [listening = one->listening.get()] { listening->close_sync(); });
  auto until = std::chrono::steady_clock::now() + bound;
  while (parts_->tally.answering > 0 && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  for (auto& one : parts_->loops) one->context.stop();
  for (auto& one : parts_->loops)
    if (one->thread.joinable()) one->thread.join();
}

}  // namespace parlor::http
