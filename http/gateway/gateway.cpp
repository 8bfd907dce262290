#include "http/gateway/gateway.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "http/contract/contract.hpp"
#include "http/gateway/pages.hpp"
#include "http/protocol/etag.hpp"
#include "http/protocol/query.hpp"
#include "http/protocol/traceparent.hpp"
#include "runtime/authoring/room_news.hpp"

// Routing: which function answers a request, and what is refused on the way there. Clients see the
// order of the checks: the token, the kind, the body, the path, the method, the need of a token.
namespace parlor::http {
namespace {

web_reply no_token() { return problem("unauthorized", "this needs a token: see POST /api/guest"); }

bool is_json(std::string_view content_type) {
  constexpr std::string_view json = "application/json";
  if (content_type.size() < json.size()) return false;
  for (std::size_t i = 0; i < json.size(); ++i)
    if (char(content_type[i] | 0x20) != (json[i] | 0x20)) return false;
  auto rest = content_type.substr(json.size());
  return rest.empty() || rest[0] == ';' || rest[0] == ' ';
}

/// An Idempotency-Key that may be kept; none at all is fine, too.
bool is_key(std::string_view key) { return key.size() <= 128 && is_visible(key); }

/// What follows `/api/{kind}/` in a path as it was sent; nothing if that itself is encoded.
std::optional<std::string_view> behind_kind(std::string_view path, std::string_view kind_name) {
  for (std::string_view part : {std::string_view("/api/"), kind_name, std::string_view("/")}) {
    if (!path.starts_with(part)) return {};
    path.remove_prefix(part.size());
  }
  return path;
}

web_reply healthy() { return {.body = R"({"status":"ok"})"}; }

web_reply preflight() {
  web_reply reply{.status = 204, .content_type = {}};
  reply.headers.add("Allow", "GET, POST, OPTIONS");
  reply.headers.add("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
  reply.headers.add("Access-Control-Allow-Headers",
                    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, "
                    "Last-Event-ID, Prefer, traceparent");
  reply.headers.add("Access-Control-Max-Age", "600");
  return reply;
}

void allow_origin(header_lines& to, std::string_view origin) {
  to.add("Access-Control-Allow-Origin", origin);
  to.add("Access-Control-Expose-Headers", "ETag, Last-Event-ID, Location, Retry-After, X-Request-Id");
}

/// An ETag for a text that is the same until the server starts again.
std::string tag_of(const std::string& text) { return "\"" + std::to_string(std::hash<std::string>{}(text)) + "\""; }

void forbid_sniffing(header_lines& to) { to.add("X-Content-Type-Options", "nosniff"); }

}  // namespace

/// The parts of a path between its slashes. No route has more than four: of a longer path only that
/// it is longer is kept.
class gateway::segments {
 public:
  explicit segments(std::string_view path) {
    path.remove_prefix(std::min<std::size_t>(1, path.size()));
    while (count_ < parts_.size()) {
      auto slash = path.find('/');
      parts_[count_++] = path.substr(0, slash);
      if (slash == std::string_view::npos) return;
      path.remove_prefix(slash + 1);
    }
    ++count_;
  }

  [[nodiscard]] std::size_t size() const { return count_; }
  std::string_view operator[](std::size_t i) const { return parts_[i]; }

 private:
  std::array<std::string_view, 4> parts_;
  std::size_t count_ = 0;
};

gateway::gateway(runtime& runtime, credentials& tokens, gateway_options limits, recent_log* log)
    : runtime_(runtime),
      tokens_(tokens),
      tickets_(tokens),
      limits_(std::move(limits)),
      started_at_(runtime.time().now()),
      times_(runtime.kinds().kinds()),
      limiter_(limits_.limits),
      operator_routes_(runtime, log, metrics_text),
      contract_(contract::contract_of(runtime.kinds(), limits_)),
      contract_etag_(tag_of(contract_)) {
  const auto& allowed = limits_.allowed_origins;
  if (std::find(allowed.begin(), allowed.end(), "*") != allowed.end()) {
    allow_origin(lines_, "*");
  } else {
    // A cache must not hand one origin's answer to another.
    lines_.add("Vary", "Origin");
    for (const std::string& origin : allowed) {
      header_lines lines = lines_;
      allow_origin(lines, origin);
      forbid_sniffing(lines);
      lines_by_origin_.emplace_back(origin, std::move(lines));
    }
  }
  forbid_sniffing(lines_);
}

const header_lines& gateway::common_lines(std::string_view origin) const {
  for (const auto& [allowed, lines] : lines_by_origin_)
    if (allowed == origin) return lines;
  return lines_;
}

void gateway::handle(const web_request& r, respond to) {
  route(r, responder(std::move(to), common_lines(r.origin), times_.row_of(fixed::other), trace_of(r.traceparent)));
}

void gateway::turn_away(const web_request& r, respond to, web_reply&& why) {
  responder(std::move(to), common_lines(r.origin), times_.row_of(fixed::other),
            trace_of(r.traceparent))(std::move(why));
}

void gateway::route(const web_request& r, responder&& answer) {
  if (r.method == "OPTIONS") {
    answer.goes(times_.row_of(fixed::preflight));
    return answer(preflight());
  }
  // Asked often, by whoever watches over the server: it touches nothing that others use.
  if (r.path == "/healthz") {
    answer.goes(times_.row_of(fixed::health));
    return answer(r.method == "GET" ? healthy() : not_allowed("GET"));
  }
  if (r.path == "/readyz") {
    answer.goes(times_.row_of(fixed::ready));
    return answer(r.method == "GET" ? readiness() : not_allowed("GET"));
  }
  if (auto refused = limiter_.count_address(r, runtime_.time().now())) return answer(std::move(*refused));
  segments path(r.path);
  if (path[0] == "api") return route_api(r, path, std::move(answer));
  if (r.path == "/metrics") return show_metrics(r, std::move(answer));
  if (!limits_.action_kind.empty() && path.size() == 2 && path[1] == "action")
    return route_action(r, path[0], std::move(answer));
  if (r.path == "/openapi.json") {
    answer.goes(times_.row_of(fixed::page));
    return answer(r.method == "GET" ? show_contract(r.if_none_match) : not_allowed("GET"));
  }
  const page* found = find_page(r.path);
  if (!found) return answer(problem("not_found"));
  answer.goes(times_.row_of(fixed::page));
  if (r.method != "GET") return answer(not_allowed("GET"));
  answer(serve_page(*found, r.if_none_match));
}

web_reply gateway::readiness() const {
  if (runtime_.stopping()) return problem("stopping");
  if (runtime_.draining()) return problem("draining");
  std::string why = runtime_.store_broken();
  return why.empty() ? healthy() : problem("storage_failed", why);
}

web_reply gateway::show_contract(std::string_view if_none_match) const {
  web_reply reply;
  reply.headers.add("ETag", contract_etag_).add("Cache-Control", "no-cache");
  if (lists_tag(if_none_match, contract_etag_)) reply.status = 304;
  else reply.body = contract_;
  return reply;
}

void gateway::route_api(const web_request& r, const segments& path, responder&& answer) {
  instant now = runtime_.time().now();
  auto caller = tokens_.identify(r.authorization, now);
  if (!caller) return answer(problem(caller.why()));
  if (caller.value())
    if (auto refused = limiter_.count_player(r, *caller.value(), now)) return answer(std::move(*refused));
  std::string_view name = path.size() > 1 ? path[1] : std::string_view{};
  if (name == "guest" && path.size() == 2) {
    answer.goes(times_.row_of(fixed::guest));
    if (r.method != "POST") return answer(not_allowed("POST"));
    return make_guest(r, caller.value(), std::move(answer));
  }
  if (name == "stats" && path.size() == 2) {
    answer.goes(times_.row_of(fixed::stats));
    if (r.method != "GET") return answer(not_allowed("GET"));
    return show_stats(r, caller.value(), std::move(answer));
  }
  if (name == "admin") {
    answer.goes(times_.row_of(fixed::admin));
    return operator_routes_.handle(r, caller.value(), std::move(answer));
  }
  const kind* k = runtime_.kinds().find(name);
  if (!k || k->reached_by == reach::internal) return answer(problem("unknown_kind"));
  if (auto refused = refuse(r, *k)) return answer(std::move(*refused));
  if (k->reached_by == reach::session) return route_session(r, *k, path, std::move(caller.value()), std::move(answer));
  route_room(r, *k, path, std::move(caller.value()), std::move(answer));
}

std::optional<web_reply> gateway::refuse(const web_request& r, const kind& k) const {
  if (r.body.size() > limits_.body_bytes_max)
    return problem("body_too_large", "at most " + std::to_string(limits_.body_bytes_max) + " bytes are taken");
  if (!is_key(r.idempotency_key))
    return problem("bad_header", "Idempotency-Key must be at most 128 visible characters");
  // What a raw handler takes is its own business.
  if (r.method == "POST" && !r.body.empty() && !is_json(r.content_type) && !k.raw())
    return problem("unsupported_media_type");
  return {};
}

void gateway::route_action(const web_request& r, std::string_view player, responder&& answer) {
  const kind* k = runtime_.kinds().find(limits_.action_kind);
  if (!k || !k->raw()) return answer(problem("not_found"));
  answer.goes(times_.row_of(fixed::action));
  if (r.method != "POST") return answer(not_allowed("POST"));
  instant now = runtime_.time().now();
  auto caller = tokens_.identify(r.authorization, now);
  if (!caller) return answer(problem(caller.why()));
  if (caller.value())
    if (auto refused = limiter_.count_player(r, *caller.value(), now)) return answer(std::move(*refused));
  auto& known = caller.value();
  bool may = known && (known->player == player || known->as == role::admin);
  if (!may || !is_id(player)) return answer(problem("not_found", "the token must be this player's"));
  if (auto refused = refuse(r, *k)) return answer(std::move(*refused));
  pass_on(r, {k->name, std::string(player)}, "action", std::move(*known), std::move(answer));
}

void gateway::route_session(const web_request& r, const kind& k, const segments& path, caller&& caller,
                            responder&& answer) {
  bool is_status = path.size() == 4 && path[2] == "session" && path[3] == "status";
  bool is_close = path.size() == 4 && path[2] == "session" && path[3] == "close";
  bool is_open = path.size() == 4 && path[2] == "session" && path[3] == "open";
  // The player's own actor is itself the session: /api/session/close.
  if (k.name == session_kind && path.size() == 3 && path[2] == "close") is_close = true;
  bool is_view = path.size() == 2;
  if (path.size() == 3 && path[2] == "events" && (r.method == "GET" || !k.raw())) {
    answer.goes(times_.row_of(k, common::events));
    if (r.method != "GET") return answer(not_allowed("GET"));
    return route_feed(r, {k.name, {}}, std::move(caller), std::move(answer));
  }
  if (path.size() == 3 && path[2] == "ticket" && k.name == session_kind) {
    answer.goes(times_.row_of(fixed::ticket));
    if (r.method != "POST") return answer(not_allowed("POST"));
    return make_ticket(r, caller, std::move(answer));
  }
  bool is_command = path.size() == 3 && !is_close;
  bool is_raw = false;
  if (is_command) {
    auto found = k.find_command(path[2]);
    bool may = found && k.commands[*found].senders != open_to::actors && !k.commands[*found].raw;
    if (!may && !k.raw()) return answer(problem("unknown_command"));
    is_raw = !may;
    if (may) answer.goes(times_.of_command(k, *found));
  } else if (!is_status && !is_close && !is_open && !is_view) {
    if (!k.raw()) return answer(problem("not_found"));
    is_raw = true;
  }
  if (is_view) answer.goes(times_.row_of(k, common::view));
  if (is_status) answer.goes(times_.row_of(k, common::status));
  if (is_open) answer.goes(times_.row_of(k, common::open));
  if (is_close) answer.goes(times_.row_of(k, common::close));
  if (is_raw) answer.goes(times_.row_of(k, common::raw));
  std::string_view method = is_view || is_status ? "GET" : "POST";
  // A raw kind's feed is read at a path to which its program takes POSTs.
  bool has_feed = is_raw && path.size() == 3 && path[2] == "events";
  if (r.method != method) return answer(not_allowed(has_feed ? "GET, POST" : method));
  if (!caller) return answer(no_token());
  if (is_status) return show_status(k, *caller, std::move(answer));
  if (is_close) return close_session(k, *caller, std::move(answer));
  if (is_open) return open_session(k, *caller, std::move(answer));
  address own{k.name, caller->player};
  if (is_view) return show(r, std::move(own), std::move(caller), std::move(answer));
  if (is_raw)
    return pass_on(r, std::move(own), behind_kind(r.path_as_sent, k.name), std::move(*caller), std::move(answer));
  command(r, std::move(own), path[2], std::move(*caller), std::move(answer));
}

bool gateway::is_feed(std::string_view text) const {
  segments path(text);
  if (!text.starts_with("/api/") || path.size() < 3) return false;
  const kind* k = runtime_.kinds().find(path[1]);
  if (!k || k->reached_by == reach::internal) return false;
  if (k->reached_by == reach::session) return path.size() == 3 && path[2] == "events";
  return path.size() == 4 && path[3] == "events" && is_id(path[2]) && !is_reserved_id(path[2]);
}

void gateway::route_room(const web_request& r, const kind& k, const segments& path, caller&& caller,
                         responder&& answer) {
  bool is_list = path.size() == 2, is_quick_join = path.size() == 3 && path[2] == "join";
  // What has no seats has no lobby, either.
  if ((is_list || is_quick_join) && k.seats_max == 0) return answer(problem("not_found"));
  if (is_list) {
    answer.goes(times_.row_of(k, r.method == "GET" ? common::list : common::create));
    if (r.method == "GET") return list_rooms(r, k, std::move(answer));
    if (r.method != "POST") return answer(not_allowed("GET, POST"));
    if (!caller) return answer(no_token());
    if (runtime_.draining()) return answer(problem("draining"));
    return create_room(r, k, std::move(*caller), std::move(answer));
  }
  if (is_quick_join) {
    answer.goes(times_.row_of(k, common::join));
    if (r.method != "POST") return answer(not_allowed("POST"));
    if (!caller) return answer(no_token());
    if (runtime_.draining()) return answer(problem("draining"));
    return quick_join(r, k, std::move(*caller), std::move(answer));
  }
  std::string_view id = path[2];
  if (path.size() > 4 || is_reserved_id(id)) return answer(problem("not_found"));
  if (!is_id(id)) return answer(problem("bad_id"));
  if (path.size() == 3) {
    answer.goes(times_.row_of(k, common::view));
    if (r.method != "GET") return answer(not_allowed("GET"));
    return show(r, {k.name, std::string(id)}, std::move(caller), std::move(answer));
  }
  if (path[3] == "events") {
    answer.goes(times_.row_of(k, common::events));
    if (r.method != "GET") return answer(not_allowed("GET"));
    return route_feed(r, {k.name, std::string(id)}, std::move(caller), std::move(answer));
  }
  auto found = k.find_command(path[3]);
  if (!found || k.commands[*found].senders == open_to::actors) return answer(problem("unknown_command"));
  answer.goes(times_.of_command(k, *found));
  if (r.method != "POST") return answer(not_allowed("POST"));
  if (!caller) return answer(no_token());
  command(r, {k.name, std::string(id)}, path[3], std::move(*caller), std::move(answer));
}

}  // namespace parlor::http
