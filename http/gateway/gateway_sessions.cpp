#include <string>
#include <utility>

#include "http/gateway/gateway.hpp"
#include "http/protocol/query.hpp"
#include "runtime/values/json_text.hpp"

// What the gateway answers without asking an actor: it makes guests, says whether a session is
// awake, puts it to sleep, and tells the statistics. None of this wakes anybody.
namespace parlor::http {
namespace {

void write_tally(json_object& out, const tally& t) {
  out.add("accepted", t.accepted).add("answered", t.answered);
  out.add("refused", t.refused).add("in_flight", t.in_flight);
}

std::string as_list(const std::vector<std::string_view>& names) {
  std::string list;
  for (std::string_view name : names) write_json(list += list.empty() ? "" : ",", name);
  return "[" + list + "]";
}

}  // namespace

void gateway::make_guest(const web_request& r, const caller& caller, responder&& answer) {
  if (r.body.size() > limits_.body_bytes_max) return answer(problem("body_too_large"));
  if (!limits_.guests) return answer(problem("guests_disabled"));
  if (runtime_.stopping()) return answer(problem("stopping"));
  // Whoever plays goes on playing; nobody new comes.
  if (runtime_.draining() && !caller) return answer(problem("draining"));
  // A guest may go on being that guest. Other tokens were given for a time by whoever meant it.
  if (caller && caller->as != role::guest) return answer(problem("forbidden", "only a guest's token is renewed here"));
  if (!caller)
    if (auto refused = limiter_.count_new_guest(r, runtime_.time().now())) return answer(std::move(*refused));
  identity guest{caller ? caller->player : new_guest_name(), role::guest, runtime_.time().now() + limits_.guest_ttl};
  web_reply reply{.status = 201};
  json_object(reply.body)
      .add("player", guest.player)
      .add("token", tokens_.sign(guest))
      .add("expires_at", to_text(guest.expires_at));
  reply.headers.add("Cache-Control", "no-store");
  answer(std::move(reply));
}

void gateway::show_metrics(const web_request& r, responder&& answer) {
  if (auto refused = refuse_metrics(r)) return answer(std::move(*refused));
  web_reply page{.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = metrics_text()};
  page.headers.add("Cache-Control", "no-store");
  answer(std::move(page));
}

std::optional<web_reply> gateway::refuse_metrics(const web_request& r) const {
  if (limits_.metrics == metrics_for::loopback) {
    // A proxy on this machine passes on what strangers ask, and a page from elsewhere asks in its reader's name.
    if (r.peer.is_loopback() && r.forwarded_for.empty() && r.origin.empty()) return {};
    return problem("forbidden", "metrics are for this machine: see the setting metrics");
  }
  if (limits_.metrics == metrics_for::everyone) return {};
  auto caller = tokens_.identify(r.authorization, runtime_.time().now());
  if (!caller) return problem(caller.why());
  if (!caller.value()) return problem("unauthorized", "metrics are for administrators");
  if (caller.value()->as != role::admin) return problem("forbidden", "metrics are for administrators");
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
  web_reply reply;
  {
    json_object body(reply.body);
    {
      json_object awake(body.key("awake"));
      awake.add("total", std::uint64_t{s.awake});
      json_object by_kind(awake.key("by_kind"));
      for (const auto& [name, count] : s.awake_by_kind) by_kind.add(name, std::uint64_t{count});
    }
    {
      json_object sessions(body.key("sessions"));
      sessions.add("total", std::uint64_t{s.sessions});
      sessions.add("mine", caller ? std::uint64_t{sessions_of(caller->player).size()} : 0);
      json_object by_kind(sessions.key("by_kind"));
      for (const kind& k : runtime_.kinds().kinds())
        if (k.reached_by == reach::session) by_kind.add(k.name, std::uint64_t{s.awake_by_kind[k.name]});
    }
    if (!user.empty()) {
      auto kinds = sessions_of(user);
      json_object(body.key("user"))
          .add("name", user)
          .add("total", std::uint64_t{kinds.size()})
          .add_raw("kinds", as_list(kinds));
    }
    {
      json_object requests(body.key("requests"));
      write_tally(requests, s.requests);
      json_object refused_by(requests.key("refused_by"));
      for (const auto& [word, count] : s.refused_by) refused_by.add(word, count);
    }
    {
      json_object messages(body.key("messages"));
      write_tally(messages, s.messages);
    }
    body.add("reminders", std::uint64_t{s.reminders});
    body.add("watchers", std::uint64_t{s.watchers});
    body.add("closed_by_transport", closed_by_transport());
    body.add("uptime_ms", std::int64_t{(runtime_.time().now() - started_at_).count()});
  }
  reply.headers.add("Cache-Control", "no-store");
  answer(std::move(reply));
}

void gateway::show_status(const kind& k, const identity& caller, responder&& answer) const {
  auto awake = runtime_.look({k.name, caller.player});
  web_reply reply;
  {
    json_object body(reply.body);
    body.add("has_session", awake.has_value());
    if (awake) {
      body.add("session_id", k.name + "-" + caller.player + "-" + std::to_string(awake->activation));
      body.add("created_at", to_text(awake->woken_at));
      body.add("last_activity", to_text(awake->last_used));
    } else {
      for (const char* unknown : {"session_id", "created_at", "last_activity"}) body.add_raw(unknown, "null");
    }
    std::vector<std::string_view> services;
    for (std::size_t i = 0; awake && i < k.services.size(); ++i)
      if (awake->services >> i & 1U) services.push_back(k.services[i].name);
    body.add_raw("services", as_list(services));
    body.add("user_id", caller.player);
  }
  reply.headers.add("Cache-Control", "no-store");
  answer(std::move(reply));
}

void gateway::close_session(const kind& k, const identity& caller, responder&& answer) {
  runtime_.close({k.name, caller.player}, [answer = std::move(answer)](bool was_awake) mutable {
    answer({.body = was_awake ? R"({"closed":true})" : R"({"closed":false})"});
  });
}

}  // namespace parlor::http
