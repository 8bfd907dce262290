#include <string>
#include <utility>

#include "http/gateway/gateway.hpp"
#include "http/protocol/query.hpp"
#include "http/protocol/replies.hpp"

// What the gateway answers without asking an actor: it makes guests, says whether a session is
// awake, puts it to sleep, and tells the statistics. None of this wakes anybody.
namespace parlor::http {

void gateway::make_guest(const web_request& r, const caller& caller, responder&& answer) {
  if (r.body.size() > options_.body_bytes_max) return answer(problem("body_too_large"));
  if (!options_.guests) return answer(problem("guests_disabled"));
  if (runtime_.stopping()) return answer(problem("stopping"));
  // Whoever plays goes on playing; nobody new comes.
  if (runtime_.draining() && !caller) return answer(problem("draining"));
  // A guest may go on being that guest. Other tokens were given for a time by whoever meant it.
  if (caller && caller->as != role::guest) return answer(problem("forbidden", "only a guest's token is renewed here"));
  const instant now = runtime_.time().civil();
  if (!caller)
    if (auto refused = limiter_.count_new_guest(r, runtime_.time().now())) return answer(std::move(*refused));
  identity guest{caller ? caller->player : new_guest_name(), role::guest, now + options_.guest_ttl, now};
  std::string signed_token = tokens_.sign(guest);
  answer(fresh(to_json(guest_reply{guest.player, signed_token, guest.expires_at}), 201));
}

void gateway::show_metrics(const web_request& r, responder&& answer) {
  if (auto refused = refuse_metrics(r)) return answer(std::move(*refused));
  answer(fresh({.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = metrics_text()}));
}

std::optional<web_reply> gateway::refuse_metrics(const web_request& r) {
  if (options_.metrics == metrics_for::loopback) {
    // A proxy on this machine passes on what strangers ask, and a page from elsewhere asks in its reader's name.
    if (r.peer.is_loopback() && !is_proxied(r) && r.origin.empty()) return {};
    return problem("forbidden", "metrics are for this machine: see the setting metrics");
  }
  if (options_.metrics == metrics_for::everyone) return {};
  if (auto refused = operator_routes::refuse_proxied(r, options_)) return refused;
  caller caller;
  if (auto refused = identify(r, runtime_.time().now(), caller)) return refused;
  if (!caller) return problem("unauthorized", "metrics are for administrators");
  if (caller->as != role::admin) return problem("forbidden", "metrics are for administrators");
  return {};
}

std::vector<std::string_view> gateway::sessions_of(const std::string& player) const {
  std::vector<std::string_view> kinds;
  for (const kind& k : runtime_.kinds().kinds())
    if (k.reached_by == reach::session && runtime_.look({k.name, player})) kinds.push_back(k.name);
  return kinds;
}

void gateway::show_stats(const web_request& r, const caller& caller, responder&& answer) const {
  auto asked = parse_query(r.query);
  std::string user = asked ? (*asked)["user"] : std::string{};
  if (!user.empty() && !(caller && (caller->player == user || caller->as == role::admin)))
    return answer(problem("forbidden", "another user's sessions are for administrators"));
  auto s = runtime_.stats();
  stats_reply body{
      .awake = {s.awake, s.awake_by_kind},
      .sessions = {.total = s.sessions, .mine = caller ? sessions_of(caller->player).size() : 0},
      .requests = {s.requests, std::move(s.refused_by)},
      .messages = s.messages,
      .reminders = s.reminders,
      .watchers = s.watchers,
      .closed_by_transport = closed_by_transport(),
      .uptime_ms = static_cast<std::uint64_t>((runtime_.time().now() - started_at_).count()),
  };
  for (const kind& k : runtime_.kinds().kinds())
    if (k.reached_by == reach::session) body.sessions.by_kind.emplace_back(k.name, s.awake_by_kind[k.name]);
  if (!user.empty()) {
    auto kinds = sessions_of(user);
    body.user = {user, kinds.size(), std::move(kinds)};
  }
  answer(fresh(to_json(body)));
}

void gateway::show_status(const kind& k, const identity& caller, responder&& answer) const {
  session_status body{.user_id = caller.player};
  if (auto awake = runtime_.look({k.name, caller.player})) {
    body.has_session = true;
    body.session_id = k.name + "-" + caller.player + "-" + std::to_string(awake->activation);
    body.created_at = awake->since;
    body.last_activity = awake->last_used;
    body.services = std::move(awake->services);
  }
  answer(fresh(to_json(body)));
}

void gateway::close_session(const kind& k, const identity& caller, responder&& answer) {
  runtime_.close({k.name, caller.player}, [answer = std::move(answer)](bool was_awake) mutable {
    answer({.body = to_json(closed_reply{was_awake})});
  });
}

}  // namespace parlor::http
