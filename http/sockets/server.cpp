#include "http/sockets/server.hpp"

#include <asio.hpp>
#include <atomic>
#include <deque>
#include <functional>
#include <future>
#include <restinio/http_server.hpp>
#include <restinio/null_timer_manager.hpp>
#include <restinio/utils/percent_encoding.hpp>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "http/protocol/answer_text.hpp"
#include "http/protocol/traceparent.hpp"
#include "http/sockets/acceptor.hpp"
#include "http/sockets/connection_limits.hpp"
#include "http/sockets/guard.hpp"
#include "http/sockets/listening.hpp"
#include "http/sockets/round_socket.hpp"
#include "http/sockets/server_streams.hpp"

namespace parlor::http {
namespace {

/// What the sockets of one loop share. RESTinio's connections live until their clients go, perhaps longer than
/// the server: they hold on to this, and find the gateway gone.
struct door {
  door(gateway& whom, event_loop& loop, const server_options& limits, std::uint64_t body_bytes_max)
      : to(&whom),
        on(loop),
        streams(std::make_shared<server_streams>(loop, limits.streams)),
        readers(std::make_shared<guards>(loop, limits, body_bytes_max)) {}

  std::atomic<gateway*> to;  // null once the server has stopped
  event_loop& on;
  const std::shared_ptr<server_streams> streams;
  const std::shared_ptr<guards> readers;
  std::atomic<bool> closing{false};  // each answer is its connection's last
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
round_socket socket_of(restinio::impl::connection_base_t& connection);

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
    bool is_read = read(*request, r, own);
    r.line = at_->readers->passing();
    if (!to) answer(wants_stream(r) ? come_again() : too_late());
    else if (!own.refused.empty()) to->turn_away(r, std::move(answer), refused(own.refused));
    else if (is_read) to->handle(r, std::move(answer));
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

  /// What the guard passes on in place of what is no request: a word and a sentence.
  static web_reply refused(std::string_view why) {
    auto blank = why.find(' ');
    return problem(why.substr(0, blank), why.substr(blank + 1));
  }

  /// What of a request does not stand in it as it came.
  struct owned_text {
    std::string path;                // decoded
    std::deque<std::string> joined;  // of several lines
    std::string_view refused{};
  };

  static bool read(const restinio::request_t& request, web_request& r, owned_text& own) {
    const auto& header = request.header();
    r.query = view(header.query());
    r.method = header.method().c_str();
    header.for_each_field([&](const restinio::http_header_field_t& field) { read(field, r, own); });
    r.body = request.body();
    r.peer = address_of(request.remote_endpoint().address());
    if (header.method() == restinio::http_method_head()) {
      // What GET answers, but for the body; and at once.
      r.method = "GET";
      r.accept = r.prefer = {};
    }
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
    std::string_view* wanted = place_of(field, r, own);
    if (!wanted) return;
    if (wanted->empty()) {
      *wanted = field.value();
    } else if (wanted == &r.traceparent) {
      *wanted = "several";  // none is known to be the right one
    } else {
      // The guard lets those come more than once that are lists (RFC 9110, 5.3).
      *wanted = own.joined.emplace_back(*wanted).append(",").append(field.value());
    }
  }

  static std::string_view* place_of(const restinio::http_header_field_t& field, web_request& r, owned_text& own) {
    switch (field.field_id()) {
      case restinio::http_field::accept: return &r.accept;
      case restinio::http_field::accept_encoding: return &r.accept_encoding;
      case restinio::http_field::forwarded:
      case restinio::http_field::via: return &r.proxied;
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
    if (is(field, "Refused")) return &own.refused;
    if (is(field, "X-Real-IP")) return &r.proxied;
    return nullptr;
  }

  static bool is(const restinio::http_header_field_t& field, std::string_view name) {
    return restinio::impl::is_equal_caseless(field.name(), restinio::string_view_t(name.data(), name.size()));
  }

  /// Hands the whole answer to the connection, as RESTinio's own response builder does.
  ///
  /// Never before the handler has returned: RESTinio would then read on twice, once behind the handler and once
  /// behind the answer, and close a connection that has more than one request waiting.
  static void send(const restinio::request_handle_t& request, web_reply&& reply, door& at) {
    const auto& header = request->header();
    const bool keep = header.should_keep_alive() && at.to && !at.closing;
    if (reply.flow) return begin_stream(request, std::move(reply), at);
    // The guard leaves that field to HTTP/1.0 that wants to keep the connection, and to who closes it.
    const answer_form form{.keep = keep,
                           .is_old = keep && header.has_field("Connection"),
                           .with_body = header.method() != restinio::http_method_head()};
    at.on.after_runs(
        [request, keep, &at, text = text_of(reply, form)]() mutable { write(*request, std::move(text), keep, at); });
  }

  /// Takes the socket out of RESTinio's connection, as its web sockets do: see server_streams.hpp. No read
  /// is under way on it, for a connection reads its next request only after an answer.
  static void begin_stream(const restinio::request_handle_t& request, web_reply&& reply, door& at) {
    at.on.after_runs([request, &at, head = text_of(reply, {.keep = false}), flow = std::move(reply.flow)]() mutable {
      asio::dispatch(at.on.context(), [request, &at, head = std::move(head), flow = std::move(flow)]() mutable {
        auto connection = std::move(restinio::impl::access_req_connection(*request));
        if (at.to) {
          round_socket socket = socket_of(*connection);
          auto place = socket.place();
          at.streams->begin(std::move(socket), std::move(place), std::move(head), std::move(flow));
        }
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

  door_ptr at_;
};

// RESTinio's clocks stand still: the guards have their own.
struct traits : restinio::single_thread_traits_t<restinio::null_timer_manager_t, error_counter, request_handler> {
  using stream_socket_t = round_socket;
};
using restinio_connection = restinio::impl::connection_t<traits>;
using restinio_settings = restinio::impl::connection_settings_t<traits>;

round_socket socket_of(restinio::impl::connection_base_t& connection) {
  return dynamic_cast<restinio_connection&>(connection).move_upgrade_internals().m_socket;
}

/// What the connections of a loop share.
std::shared_ptr<restinio_settings> make_settings(const door_ptr& at, std::size_t body_bytes_max) {
  restinio::server_settings_t<traits> settings;
  settings.request_handler(at).logger(at).incoming_http_msg_limits(
      restinio::incoming_http_msg_limits_t{}.max_body_size(body_bytes_max));
  return std::make_shared<restinio_settings>(settings,
                                             restinio::impl::create_parser_settings<traits::http_methods_mapper_t>(),
                                             std::make_shared<restinio::null_timer_manager_t>());
}

/// Makes a connection of RESTinio's out of each socket.
class connection_maker {
 public:
  connection_maker(door_ptr at, std::size_t body_bytes_max)
      : at_(std::move(at)), settings_(make_settings(at_, body_bytes_max)) {}

  void operator()(asio::ip::tcp::socket&& socket, const asio::ip::tcp::endpoint& from, connection_permit place) {
    round_socket guarded(std::move(socket), std::make_shared<guard>(at_->readers, std::move(place)));
    std::make_shared<restinio_connection>(++made_, std::move(guarded), settings_, from, nullptr)->init();
  }

 private:
  const door_ptr at_;
  const std::shared_ptr<restinio_settings> settings_;
  std::uint64_t made_ = 0;
};

}  // namespace

struct server::parts {
  struct listener {
    door_ptr at;
    std::shared_ptr<acceptor> entrance;
  };

  std::uint16_t port = 0;
  std::shared_ptr<connection_limits> places;
  const std::shared_ptr<accept_counts> accepts = std::make_shared<accept_counts>();
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

}  // namespace

server::server(gateway& to, const std::vector<event_loop*>& loops, const server_options& limits,
               std::size_t body_bytes_max, journal& log, std::vector<descriptor> listening)
    : parts_(std::make_unique<parts>()) {
  if (listening.empty()) listening = listen_on(limits.address, limits.port, loops.size());
  parts_->port = port_of(listening.front());
  parts_->places = std::make_shared<connection_limits>(limits.connections);
  // Who came to a socket waits there: none may be without a loop, and no loop without one.
  for (std::size_t given = listening.size(); listening.size() < loops.size();)
    listening.push_back(copy_of(listening[listening.size() - given]));
  for (std::size_t i = 0; i < listening.size(); ++i) {
    event_loop& loop = *loops[i % loops.size()];
    auto item = std::make_shared<parts::listener>();
    item->at = std::make_shared<door>(to, loop, limits, body_bytes_max);
    item->entrance = std::make_shared<acceptor>(loop, parts_->places, item->at->readers, parts_->accepts, log,
                                                connection_maker(item->at, body_bytes_max));
    parts_->listeners.push_back(item);
  }
  for (std::size_t i = 0; i < listening.size(); ++i) {
    auto& item = parts_->listeners[i];
    for (auto& other : parts_->listeners)
      if (other != item) item->entrance->knows(other->at->on, other->at->readers);
    run_on(item->at->on, std::chrono::steady_clock::time_point::max(),
           [&] { item->entrance->open(std::move(listening[i])); });
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

connection_counts server::connections() const {
  connection_counts counts{.open = parts_->places->taken(),
                           .most = parts_->places->most(),
                           .accepted = parts_->accepts->accepted,
                           .refused_full = parts_->accepts->refused_full,
                           .refused_address = parts_->accepts->refused_address,
                           .accept_failed = parts_->accepts->failed};
  for (const auto& listener : parts_->listeners) {
    auto refused = listener->at->readers->refused();
    for (std::size_t i = 0; i < refused.size(); ++i) counts.misframed[guards::refusal_codes[i]] += refused[i];
    auto ended = listener->at->readers->ended();
    for (std::size_t i = 0; i < ended.size(); ++i) counts.ended[guards::end_reasons[i]] += ended[i];
  }
  return counts;
}

std::uint64_t server::closed_without_answer() const { return parts_->sum(&door::closed); }

void server::change(const connection_options& to) { parts_->places->change(to); }

void server::close_connections() {
  for (auto& listener : parts_->listeners) {
    listener->at->closing = true;
    listener->at->on.post([at = listener->at] { at->readers->close_idle(); });
  }
}

void server::stop(duration bound) {
  auto until = std::chrono::steady_clock::now() + bound;
  close_connections();
  while (parts_->sum(&door::answering) > 0 && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  // A loop that a handler holds up for good does not come to this: the process ends without it.
  for (auto& listener : parts_->listeners)
    run_on(listener->at->on, std::chrono::steady_clock::now() + std::chrono::seconds(1), [listener] {
      listener->entrance->close();
      listener->at->to = nullptr;
      listener->at->streams->close();
    });
  // Their clients have the last answer, or nothing to wait for, and soon go.
  until = std::min(until, std::chrono::steady_clock::now() + std::chrono::milliseconds(200));
  while (parts_->places->taken() > 0 && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

}  // namespace parlor::http
