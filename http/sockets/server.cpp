#include "http/sockets/server.hpp"

#include <sys/socket.h>

#include <asio.hpp>
#include <atomic>
#include <functional>
#include <future>
#include <restinio/http_server.hpp>
#include <restinio/utils/percent_encoding.hpp>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "http/protocol/status.hpp"
#include "http/protocol/traceparent.hpp"
#include "http/sockets/round_socket.hpp"
#include "http/sockets/server_streams.hpp"

namespace parlor::http {
namespace {

using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

/// What the sockets of one loop share. RESTinio's connections live until their clients go, perhaps longer than
/// the server: they hold on to this, and find the gateway gone.
struct door {
  door(gateway& whom, event_loop& loop, const stream_limits& limits)
      : to(&whom), on(loop), streams(std::make_shared<server_streams>(loop, limits)) {}

  std::atomic<gateway*> to;  // null once the server has stopped
  event_loop& on;
  const std::shared_ptr<server_streams> streams;
  std::atomic<std::uint64_t> closed{0};
  std::atomic<std::uint64_t> answering{0};  // requests whose answer is not written yet
};
using door_ptr = std::shared_ptr<door>;

/// Counts RESTinio's errors: each is a connection closed without an answer.
class error_counter {
 public:
  explicit error_counter(door_ptr at) : at_(std::move(at)) {}
  template <class Message>
  void trace(Message&&) const {}
  template <class Message>
  void info(Message&&) const {}
  template <class Message>
  void warn(Message&&) const {}
  template <class Message>
  void error(Message&&) const {
    ++at_->closed;
  }

 private:
  door_ptr at_;
};

std::string_view view(restinio::string_view_t s) { return {s.data(), s.size()}; }

/// The socket of a connection, which is no more good for anything then.
asio::ip::tcp::socket socket_of(restinio::impl::connection_base_t& connection);

/// Hands a request of RESTinio's to the gateway, and the answer back.
class request_handler {
 public:
  explicit request_handler(door_ptr at) : at_(std::move(at)) {}

  restinio::request_handling_status_t operator()(restinio::request_handle_t request) const {
    ++at_->answering;
    auto answer = [request, at = at_.get()](web_reply&& reply) { send(request, std::move(reply), *at); };
    gateway* to = at_->to;
    web_request r;
    owned_text own;
    if (!to) answer(too_late());
    else if (read(*request, r, own)) to->handle(r, std::move(answer));
    else to->turn_away(r, std::move(answer), problem("bad_request", "the path is not well-formed"));
    return restinio::request_accepted();
  }

 private:
  /// What is said when nobody is left to ask.
  static web_reply too_late() {
    web_reply reply = problem("stopping");
    reply.headers.add("X-Request-Id", hex_text(trace_of({}).request));
    return reply;
  }

  /// What of a request does not stand in it as it came.
  struct owned_text {
    std::string path;           // decoded
    std::string forwarded_for;  // of several lines
  };

  static bool read(const restinio::request_t& request, web_request& r, owned_text& own) {
    const auto& header = request.header();
    r.query = view(header.query());
    r.method = header.method().c_str();
    header.for_each_field([&](const restinio::http_header_field_t& field) { read(field, r, own); });
    r.body = request.body();
    r.peer = address_of(request.remote_endpoint().address());
    r.path = r.path_as_sent = view(header.path());
    if (r.path.find_first_of("%+") != std::string_view::npos) {
      auto decoded =
          restinio::utils::try_unescape_percent_encoding<restinio::utils::relaxed_unescape_traits>(header.path());
      if (!decoded) return false;
      own.path = std::move(*decoded);
      r.path = own.path;
    }
    return true;
  }

  static void read(const restinio::http_header_field_t& field, web_request& r, owned_text& own) {
    std::string_view* wanted = place_of(field, r);
    if (!wanted) return;
    if (wanted->empty()) {
      *wanted = field.value();
    } else if (wanted == &r.forwarded_for) {
      // Each proxy may add to the line or write one of its own: together they are one list.
      own.forwarded_for = std::string(r.forwarded_for).append(",").append(field.value());
      r.forwarded_for = own.forwarded_for;
    } else if (wanted == &r.traceparent) {
      *wanted = "several";  // none is known to be the right one
    }
  }

  static std::string_view* place_of(const restinio::http_header_field_t& field, web_request& r) {
    switch (field.field_id()) {
      case restinio::http_field::accept: return &r.accept;
      case restinio::http_field::prefer: return &r.prefer;
      case restinio::http_field::authorization: return &r.authorization;
      case restinio::http_field::content_type: return &r.content_type;
      case restinio::http_field::origin: return &r.origin;
      case restinio::http_field::if_match: return &r.if_match;
      case restinio::http_field::if_none_match: return &r.if_none_match;
      case restinio::http_field::field_unspecified: break;
      default: return nullptr;
    }
    if (is(field, "Idempotency-Key")) return &r.idempotency_key;
    if (is(field, "Last-Event-ID")) return &r.last_event_id;
    if (is(field, "traceparent")) return &r.traceparent;
    if (is(field, "X-Forwarded-For")) return &r.forwarded_for;
    return nullptr;
  }

  static bool is(const restinio::http_header_field_t& field, std::string_view name) {
    return restinio::impl::is_equal_caseless(field.name(), restinio::string_view_t(name.data(), name.size()));
  }

  static client_address address_of(const asio::ip::address& a) {
    return a.is_v4() ? client_address::v4(a.to_v4().to_bytes()) : client_address::v6(a.to_v6().to_bytes());
  }

  /// Writes the whole answer into one piece of memory, and hands it to the connection as RESTinio's own
  /// response builder does. That builder keeps each header in two strings and copies them together: as much
  /// work as everything else here.
  ///
  /// Never before the handler has returned: RESTinio would then read on twice, once behind the handler and once
  /// behind the answer, and close a connection that has more than one request waiting.
  static void send(const restinio::request_handle_t& request, web_reply&& reply, door& at) {
    const auto& header = request->header();
    // RESTinio switches its time-outs off for connections that ask for an upgrade: let them go.
    bool keep =
        header.should_keep_alive() && at.to && header.connection() != restinio::http_connection_header_t::upgrade;
    if (reply.flow) return begin_stream(request, std::move(reply), at);
    // The answer to HEAD has no body: a client would take one for the next answer.
    if (header.method() == restinio::http_method_head()) reply.body.clear();
    at.on.after_runs([request, keep, &at, text = text_of(reply, keep, header.http_minor() == 0)]() mutable {
      write(*request, std::move(text), keep, at);
    });
  }

  /// Takes the socket out of RESTinio's connection, as its web sockets do: see server_streams.hpp. No read
  /// is under way on it, for a connection reads its next request only after an answer.
  static void begin_stream(const restinio::request_handle_t& request, web_reply&& reply, door& at) {
    at.on.after_runs([request, &at, head = text_of(reply, false, false), flow = std::move(reply.flow)]() mutable {
      asio::dispatch(at.on.context(), [request, &at, head = std::move(head), flow = std::move(flow)]() mutable {
        auto connection = std::move(restinio::impl::access_req_connection(*request));
        if (at.to) at.streams->begin(socket_of(*connection), std::move(head), std::move(flow));
        --at.answering;
      });
    });
  }

  static void write(restinio::request_t& request, std::string text, bool keep, door& at) {
    restinio::writable_items_container_t parts;
    parts.emplace_back(std::move(text));
    restinio::write_group_t group(std::move(parts));
    group.after_write_notificator([&at](const auto&) { --at.answering; });
    using restinio::response_connection_attr_t;
    restinio::response_output_flags_t flags{
        restinio::response_parts_attr_t::final_parts,
        keep ? response_connection_attr_t::connection_keepalive : response_connection_attr_t::connection_close};
    auto connection = std::move(restinio::impl::access_req_connection(request));
    connection->write_response_parts(request.request_id(), flags, std::move(group));
  }

  static std::string text_of(const web_reply& reply, bool keep, bool old_client) {
    bool may_have_body = reply.status != 204 && reply.status != 304;
    bool typed = may_have_body && !reply.content_type.empty();
    std::string text;
    text.reserve(160 + reply.headers.text().size() + reply.body.size());
    auto add = [&text](std::string_view part) -> auto& { return text += part; };
    add("HTTP/1.1 ") += std::to_string(reply.status);
    add(" ") += reason_of(reply.status);
    if (!keep) add("\r\nConnection: close");
    else if (old_client) add("\r\nConnection: keep-alive");
    if (reply.status != 204 && !reply.flow) add("\r\nContent-Length: ") += std::to_string(reply.body.size());
    if (typed) add("\r\nContent-Type: ") += reply.content_type;
    add("\r\n") += reply.headers.text();
    add("\r\n") += reply.body;
    return text;
  }

  door_ptr at_;
};

struct traits : restinio::single_thread_traits_t<restinio::asio_timer_manager_t, error_counter, request_handler> {
  using stream_socket_t = round_socket;
};
using restinio_server = restinio::http_server_t<traits>;

asio::ip::tcp::socket socket_of(restinio::impl::connection_base_t& connection) {
  return dynamic_cast<restinio::impl::connection_t<traits>&>(connection).move_upgrade_internals().m_socket;
}

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
    throw std::runtime_error("cannot listen on " + limits.address + ":" + std::to_string(limits.port) + ": " +
                             e.code().message());
  }
}

}  // namespace

struct server::parts {
  struct listener {
    door_ptr at;
    std::unique_ptr<restinio_server> sockets;
  };

  std::uint16_t port = 0;
  std::vector<std::shared_ptr<listener>> listeners;

  std::uint64_t sum(std::atomic<std::uint64_t> door::*count) const {
    std::uint64_t total = 0;
    for (const auto& listener : listeners) total += (*listener->at).*count;
    return total;
  }
};

namespace {

/// Runs `work` on a loop's thread and waits for it, at most until `until`. What it throws comes through.
void run_on(event_loop& loop, std::chrono::steady_clock::time_point until, std::function<void()> work) {
  auto task = std::make_shared<std::packaged_task<void()>>(std::move(work));
  auto ended = task->get_future();
  loop.post([task] { (*task)(); });
  if (ended.wait_until(until) == std::future_status::ready) ended.get();
}

void configure(restinio::server_settings_t<traits>& settings, const door_ptr& at, const server_options& limits,
               std::uint16_t port, std::size_t body_bytes_max) {
  settings.address(limits.address)
      .port(port)
      .request_handler(at)
      .logger(at)
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
      .socket_options_setter(
          [](restinio::socket_options_t& options) { options.set_option(asio::ip::tcp::no_delay(true)); });
}

}  // namespace

server::server(gateway& to, const std::vector<event_loop*>& loops, const server_options& limits,
               std::size_t body_bytes_max)
    : parts_(std::make_unique<parts>()) {
  parts_->port = claim(limits);
  for (event_loop* loop : loops) {
    auto item = std::make_shared<parts::listener>();
    item->at = std::make_shared<door>(to, *loop, limits.streams);
    item->sockets = std::make_unique<restinio_server>(
        restinio::external_io_context(loop->context()),
        [&](auto& settings) { configure(settings, item->at, limits, parts_->port, body_bytes_max); });
    parts_->listeners.push_back(item);
    run_on(*loop, std::chrono::steady_clock::time_point::max(), [&] { item->sockets->open_sync(); });
  }
}

server::~server() { stop(duration{0}); }

std::uint16_t server::port() const { return parts_->port; }
stream_counts server::streams() const {
  stream_counts sum;
  for (const auto& listener : parts_->listeners) {
    sum.open += listener->at->streams->open();
    sum.cut_off += listener->at->streams->cut_off();
  }
  return sum;
}
std::uint64_t server::closed_without_answer() const { return parts_->sum(&door::closed); }

void server::stop(duration bound) {
  auto until = std::chrono::steady_clock::now() + bound;
  for (auto& listener : parts_->listeners)
    listener->at->on.post([listener] {
      if (listener->sockets) listener->sockets->close_sync();
    });
  while (parts_->sum(&door::answering) > 0 && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  // A loop that a handler holds up for good does not come to this: the process ends without it.
  for (auto& listener : parts_->listeners)
    run_on(listener->at->on, std::chrono::steady_clock::now() + std::chrono::seconds(1), [listener] {
      listener->at->to = nullptr;
      listener->at->streams->close();
      listener->sockets.reset();
    });
}

}  // namespace parlor::http
