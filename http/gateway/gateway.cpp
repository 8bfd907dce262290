#include "http/gateway/gateway.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "http/contract/contract.hpp"
#include "http/gateway/pages.hpp"
#include "http/protocol/etag.hpp"
#include "http/protocol/query.hpp"
#include "http/protocol/traceparent.hpp"
#include "http/protocol/weights.hpp"

// Which function answers a request, and what is refused on the way there. Clients see the order of
// the checks: the token, the kind, the body, the path, the method, the need of a token.
namespace parlor::http {
namespace {

web_reply no_token() { return problem("unauthorized", "this needs a token: see POST /api/guest"); }

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

/// Ready, though not for all that is stored.
struct ready_in_part {
  std::vector<std::string> unreadable;
  std::string status = "ok";
  static constexpr auto fields =
      describe(field("status", &ready_in_part::status), field("unreadable", &ready_in_part::unreadable));
};

web_reply healthy() { return {.body = R"({"status":"ok"})"}; }

web_reply preflight() {
  web_reply reply{.status = 204, .content_type = {}};
  reply.headers.add("Allow", "GET, HEAD, POST, OPTIONS");
  reply.headers.add("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
  // No header says who asks but Authorization, which a page must have been given: so all may be sent. Old browsers
  // do not know the wildcard, and no browser takes it for Authorization.
  reply.headers.add("Access-Control-Allow-Headers",
                    "*, Accept, Authorization, Cache-Control, Content-Type, Idempotency-Key, If-Match, If-None-Match, "
                    "Last-Event-ID, Pragma, Prefer, traceparent, tracestate, X-Requested-With");
  reply.headers.add("Access-Control-Max-Age", "600");
  return reply;
}

void allow_origin(header_lines& to, std::string_view origin) {
  to.add("Access-Control-Allow-Origin", origin);
  // All of them, and by name, for browsers that do not know the wildcard, those that the server's own clients read.
  to.add("Access-Control-Expose-Headers",
         "*, ETag, Last-Event-ID, Location, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, "
         "X-Request-Id");
}

/// An ETag for a text that is the same until the server starts again.
std::string tag_of(const std::string& text) { return "\"" + std::to_string(std::hash<std::string>{}(text)) + "\""; }

void forbid_sniffing(header_lines& to) { to.add("X-Content-Type-Options", "nosniff"); }

}  // namespace

gateway::gateway(runtime& runtime, credentials& tokens, gateway_options options, recent_log* log)
    : runtime_(runtime),
      tokens_(tokens),
      tickets_(tokens),
      options_(std::move(options)),
      started_at_(runtime.time().now()),
      routes_(runtime.kinds(), options_.action_kind),
      times_(runtime.kinds().kinds()),
      limiter_(options_.limits),
      denied_(options_.limits.proxies),
      rights_(runtime.time(), denied_),
      desk_(runtime, denied_, rights_, options_.guest_ttl),
      operator_routes_(runtime, log, metrics_text, desk_, rights_),
      contract_(contract::contract_of(runtime.kinds(), options_)),
      coded_contract_(contract_, tag_of(contract_)) {
  desk_.load();
  const auto& allowed = options_.allowed_origins;
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

void gateway::reload(const limit_options& limits, denials configured) {
  limiter_.change(limits, runtime_.time().now());
  denied_.configure(std::move(configured));
  rights_.ask_all();
}

const header_lines& gateway::common_lines(std::string_view origin) const {
  for (const auto& [allowed, lines] : lines_by_origin_)
    if (allowed == origin) return lines;
  return lines_;
}

void gateway::handle(const web_request& r, respond to) {
  route(r, responder(std::move(to), common_lines(r.origin), times_.row_of(route_id::none), trace_of(r.traceparent)));
}

void gateway::turn_away(const web_request& r, respond to, web_reply&& why) {
  responder(std::move(to), common_lines(r.origin), times_.row_of(route_id::none),
            trace_of(r.traceparent))(std::move(why));
}

void gateway::route(const web_request& r, responder&& answer) {
  const route_match m = routes_.match(r.method, r.path);
  const instant now = runtime_.time().now();
  caller caller;
  // Whoever watches over the server asks often whether it is there: that touches nothing that others use.
  bool is_counted = m.is != route_id::preflight && m.is != route_id::health && m.is != route_id::ready;
  if (is_counted)
    if (auto refused = limiter_.count_address(r, now)) return answer(std::move(*refused));
  if (m.in_api) {
    if (auto refused = identify(r, now, caller)) return answer(std::move(*refused));
    if (m.actor_kind)
      if (auto refused = refuse(r, *m.actor_kind)) return answer(std::move(*refused));
  }
  if (m.is == route_id::operators) {
    answer.goes(row_of(m));
    if (auto refused = operator_routes::refuse_proxied(r, options_)) return answer(std::move(*refused));
    if (auto refused = operator_routes::refuse(caller)) return answer(std::move(*refused));
  }
  if (!m.wrong.empty()) return answer(problem(m.wrong));
  answer.goes(row_of(m));
  bool has_metrics = metrics_text && options_.metrics != metrics_for::nobody;
  if (m.is == route_id::metrics && !has_metrics) return answer(problem("not_found"));
  if (r.method != m.rule->method) return answer(not_allowed(m.rule->allow));
  if (m.rule->needs_token && !caller) return answer(no_token());
  go(r, m, std::move(caller), std::move(answer));
}

void gateway::go(const web_request& r, const route_match& m, caller&& caller, responder&& answer) {
  switch (m.is) {
    case route_id::command: return command(r, m, std::move(*caller), std::move(answer));
    case route_id::view: return show(r, m, std::move(caller), std::move(answer));
    case route_id::events: return show_feed(r, m, std::move(caller), std::move(answer));
    case route_id::list: return list_rooms(r, *m.actor_kind, std::move(answer));
    case route_id::create: return create_room(r, *m.actor_kind, std::move(*caller), std::move(answer));
    case route_id::join: return quick_join(r, *m.actor_kind, std::move(*caller), std::move(answer));
    case route_id::status: return show_status(*m.actor_kind, *caller, std::move(answer));
    case route_id::open: return open_session(r, *m.actor_kind, *caller, std::move(answer));
    case route_id::close: return close_session(*m.actor_kind, *caller, std::move(answer));
    case route_id::raw:
      return pass_on(r, m, behind_kind(r.path_as_sent, m.actor_kind->name), std::move(*caller), std::move(answer));
    case route_id::action: return act(r, m, std::move(answer));
    case route_id::ticket: return make_ticket(r, caller, std::move(answer));
    case route_id::guest: return make_guest(r, caller, std::move(answer));
    case route_id::stats: return show_stats(r, caller, std::move(answer));
    case route_id::operators: return operator_routes_.handle(r, m.operators, *caller, std::move(answer));
    case route_id::metrics: return show_metrics(r, std::move(answer));
    case route_id::page: return answer(serve_page(*m.file, r));
    case route_id::contract: return answer(show_contract(r));
    case route_id::health: return answer(healthy());
    case route_id::ready: return answer(readiness());
    case route_id::preflight: return answer(preflight());
    case route_id::none: return answer(problem("not_found"));
  }
}

route_times::row& gateway::row_of(const route_match& m) {
  if (m.is < route_id::view) return times_.row_of(m.is);
  return times_.row_of(*m.actor_kind, m.is, m.is == route_id::command ? m.command : 0);
}

std::optional<web_reply> gateway::identify(const web_request& r, instant now, caller& to) {
  auto known = tokens_.identify(r.authorization, runtime_.time().civil());
  if (!known) return problem(known.why());
  to = std::move(known.value());
  if (auto refused = denied_.turn_away(to, r, now)) return refused;
  return to ? limiter_.count_player(r, *to, now) : std::nullopt;
}

web_reply gateway::readiness() const {
  if (runtime_.stopping()) return problem("stopping");
  if (runtime_.draining()) return problem("draining");
  std::string why = runtime_.store_broken();
  if (!why.empty()) return problem("storage_failed", why);
  return unreadable_kinds.empty() ? healthy() : web_reply{.body = to_json(ready_in_part{unreadable_kinds})};
}

web_reply gateway::show_contract(const web_request& r) const {
  web_reply reply;
  coded_contract_.put_into(reply, r);
  return reply;
}

std::optional<web_reply> gateway::refuse(const web_request& r, const kind& k) const {
  if (r.body.size() > options_.body_bytes_max)
    return problem("body_too_large", "at most " + std::to_string(options_.body_bytes_max) + " bytes are taken");
  if (!is_key(r.idempotency_key))
    return problem("bad_header", "Idempotency-Key must be at most 128 visible characters");
  // What a raw handler takes is its own business.
  if (r.method == "POST" && !r.body.empty() && !is_of_type(r.content_type, "application/json") && !k.raw())
    return problem("unsupported_media_type");
  return {};
}

}  // namespace parlor::http
