#include "http/operators/operator_routes.hpp"

#include <utility>

#include "http/feeds/feed_answer.hpp"
#include "http/operators/log_stream.hpp"
#include "http/operators/operator_replies.hpp"
#include "http/operators/operator_requests.hpp"
#include "http/protocol/number.hpp"
#include "http/protocol/query.hpp"
#include "runtime/values/json_text.hpp"

namespace parlor::http {
namespace {

web_reply from_reply(reply&& r) { return r.ok() ? fresh(std::move(r.body)) : problem(r.why); }

/// A query's parameters, read strictly: a parameter that the route does not ask for is an error.
class query_reader {
 public:
  explicit query_reader(std::string_view query) : given_(parse_query(query)) {
    if (!given_) wrong_ = "the query is not well-formed";
  }
  std::optional<std::string> text(const std::string& name) {
    if (!given_) return {};
    auto found = given_->extract(name);
    if (!found) return {};
    return std::move(found.mapped());
  }
  std::optional<std::uint64_t> number(const std::string& name, std::uint64_t low, std::uint64_t high) {
    auto given = text(name);
    if (!given) return {};
    std::uint64_t value = 0;
    if (read_number(*given, value) && value >= low && value <= high) return value;
    if (wrong_.empty()) wrong_ = name + " cannot be read";
    return {};
  }
  /// What is wrong with it, once all that may stand there was asked for.
  [[nodiscard]] std::optional<failure> wrong() const {
    std::string why = wrong_;
    if (why.empty() && given_ && !given_->empty()) why = given_->begin()->first + " is not asked for here";
    if (why.empty()) return {};
    return failure{.code = "bad_query", .detail = why};
  }

 private:
  std::optional<parameters> given_;
  std::string wrong_;
};

operator_order::action action_of(operator_route order) {
  switch (order) {
    case operator_route::sleep: return operator_order::action::sleep;
    case operator_route::wake: return operator_order::action::wake;
    case operator_route::close: return operator_order::action::close;
    default: return operator_order::action::cancel;
  }
}

}  // namespace

std::optional<web_reply> operator_routes::refuse_proxied(const web_request& r, const gateway_options& options) {
  if (options.operators_through_proxy || !is_proxied(r)) return {};
  return problem("forbidden", "this came through a proxy: see the setting operators_through_proxy");
}

std::optional<web_reply> operator_routes::refuse(const std::optional<identity>& caller) {
  if (!caller) return problem("unauthorized", "this needs an administrator's token");
  if (caller->as != role::admin) return problem("forbidden", "this is for administrators");
  return {};
}

void operator_routes::handle(const web_request& r, const operator_match& route, const identity& caller,
                             responder&& answer) {
  using enum operator_route;
  auto actor = [&route] { return address{route.actor_kind->name, std::string(route.id)}; };
  switch (route.is) {
    case server: return show_server(caller, std::move(answer));
    case actors: return list_actors(r.query, std::move(answer));
    case log: return show_log(r, caller, std::move(answer));
    case metrics: return show_metrics(std::move(answer));
    case inspect: return inspect_actor(actor(), std::move(answer));
    case view: return view_actor(actor(), r.query, std::move(answer));
    case events: return follow_actor(r, actor(), caller, std::move(answer));
    case drain:
    case undrain: return set_draining(route.is == drain, caller, std::move(answer));
    case accept_clock: return trust_clock(caller, std::move(answer));
    case denials: return desk_.show(std::move(answer));
    case revoke: return desk_.revoke(r, caller, std::move(answer));
    case ban: return desk_.ban(r, caller, std::move(answer));
    case ban_address: return desk_.ban_address(r, caller, std::move(answer));
    case quarantine: return show_quarantine(std::move(answer));
    case release: return release_from_quarantine(r, caller, std::move(answer));
    case operator_route::drop: return drop_actor(actor(), caller, std::move(answer));
    case lift: return desk_.lift(r, caller, std::move(answer));
    case letters: return list_letters(r.query, std::move(answer));
    case redeliver: return letters_.redeliver(r, caller, std::move(answer));
    case drop_letters: return letters_.drop(r, caller, std::move(answer));
    case drop_messages: return letters_.drop_messages(actor(), caller, std::move(answer));
    case kick: return kick_player(actor(), route.part, caller, std::move(answer));
    default: return give_order(route, caller, std::move(answer));
  }
}

void operator_routes::show_server(const identity& caller, responder&& answer) const {
  answer(fresh(to_json(overview_of(runtime_, caller.player))));
}

void operator_routes::show_metrics(responder&& answer) const {
  if (!metrics_text_) return answer(problem("not_found"));
  web_reply page = fresh(metrics_text_());
  page.content_type = "text/plain; version=0.0.4; charset=utf-8";
  answer(std::move(page));
}

void operator_routes::show_log(const web_request& r, const identity& caller, responder&& answer) const {
  query_reader asked(r.query);
  auto after = asked.number("after", 0, UINT64_MAX);
  auto limit = asked.number("limit", 1, recent_log::lines_max);
  if (auto wrong = asked.wrong()) return answer(problem(*wrong));
  if (wants_stream(r)) {
    std::uint64_t from = after.value_or(0);
    // A client that comes back by itself knows better than the URL that it began with.
    if (!r.last_event_id.empty() && !read_number(r.last_event_id, from)) from = 0;
    return follow_log(from, r, caller, std::move(answer));
  }
  answer(fresh(to_json(log_ ? log_->after(after.value_or(0), limit.value_or(200)) : recent_log::page{})));
}

void operator_routes::follow_log(std::uint64_t after, const web_request& r, const identity& caller,
                                 responder&& answer) const {
  if (!log_) return answer(problem("not_found"));
  if (log_->followers() >= recent_log::followers_max) return answer(problem("too_many_watchers"));
  feed_right right = rights_.make(caller, r);
  auto lines = std::make_shared<log_stream>(*log_, after, right);
  auto end_in_time = [stream = std::weak_ptr(lines)] {
    if (auto to = stream.lock()) to->end();
  };
  lines->keep(runtime_.call_at(right.ends(), std::move(end_in_time)), right.enter(lines));
  lines->ask_right();
  answer(fresh(stream_reply(std::move(lines))));
}

void operator_routes::list_actors(std::string_view query, responder&& answer) const {
  query_reader asked(query);
  auto kind_name = asked.text("kind");
  auto prefix = asked.text("prefix");
  auto after = asked.number("after", 1, UINT64_MAX);
  auto limit = asked.number("limit", 1, 500);
  if (auto wrong = asked.wrong()) return answer(problem(*wrong));
  awake_query q{.from = after.value_or(0), .most = limit.value_or(100)};
  if (prefix) q.prefix = *prefix;
  if (kind_name) q.actor_kind = runtime_.kinds().find(*kind_name);
  if (kind_name && !q.actor_kind) return answer(problem("unknown_kind"));
  answer(fresh(to_json(awake_actors_of(runtime_.operators().list(q)))));
}

void operator_routes::list_letters(std::string_view query, responder&& answer) const {
  query_reader asked(query);
  letter_choice which;
  if (auto kind_name = asked.text("kind")) which.kind = std::move(*kind_name);
  if (auto id = asked.text("id")) which.id = std::move(*id);
  auto after = asked.number("after", 1, INT64_MAX);
  auto limit = asked.number("limit", 1, letter_desk::letters_of_page);
  if (auto wrong = asked.wrong()) return answer(problem(*wrong));
  letters_.show(which, after.value_or(0), limit.value_or(100), std::move(answer));
}

void operator_routes::inspect_actor(const address& actor, responder&& answer) const {
  runtime_.operators().inspect(actor, [this, actor, answer = std::move(answer)](auto&& found) mutable {
    if (!found) return answer(problem(found.why()));
    answer(fresh(to_json(actor_inside_of(actor, found.value()))));
  });
}

void operator_routes::view_actor(const address& actor, std::string_view query, responder&& answer) {
  query_reader asked(query);
  auto player = asked.text("player");
  auto seat = asked.number("seat", 0, 1000);
  auto wrong = asked.wrong();
  bool session = runtime_.kinds().find(actor.kind)->reached_by == reach::session;
  if (player && seat) wrong = {.code = "bad_query", .detail = "a player or a seat, not both"};
  else if (session && (seat || (player && *player != actor.id)))
    wrong = {.code = "bad_query", .detail = "a session is seen by its player alone"};
  if (wrong) return answer(problem(*wrong));
  if (seat) return view_seat(actor, *seat, std::move(answer));
  view_as(actor, session ? actor.id : player.value_or(""), std::move(answer));
}

void operator_routes::follow_actor(const web_request& r, const address& actor, const identity& caller,
                                   responder&& answer) {
  auto asked = read_feed_question(r);
  if (!asked) return answer(problem(asked.why()));
  if (!asked.value().ticket.empty()) return answer(problem("bad_query", "ticket is not asked for here"));
  bool session = runtime_.kinds().find(actor.kind)->reached_by == reach::session;
  answer_feed(runtime_, actor, {.player = session ? actor.id : std::string{}, .right = rights_.make(caller, r)},
              asked.value(), std::move(answer));
}

void operator_routes::view_as(const address& actor, std::string player, responder&& answer) {
  runtime_.send({.to = actor, .player = std::move(player), .from = source::client_get, .trace = answer.trace()},
                [answer = std::move(answer)](reply&& shown) mutable { answer(from_reply(std::move(shown))); });
}

/// The seat's player stands in what every spectator sees.
void operator_routes::view_seat(const address& actor, std::size_t seat, responder&& answer) {
  const trace_context trace = answer.trace();
  auto seen = [this, actor, seat, answer = std::move(answer)](reply&& shown) mutable {
    if (!shown.ok()) return answer(problem(shown.why));
    auto room = json_document::parse(shown.body);
    auto seats = room ? room.value().root().find("seats") : std::nullopt;
    bool sits = seats && seat < seats->size() && seats->at(seat).type_of() == json_value::type::text;
    if (!sits) return answer(problem("bad_query", "nobody sits there"));
    view_as(actor, seats->at(seat).as_text(), std::move(answer));
  };
  runtime_.send({.to = actor, .from = source::client_get, .trace = trace}, std::move(seen));
}

void operator_routes::give_order(const operator_match& route, const identity& caller, responder&& answer) {
  if (route.is == operator_route::close && route.actor_kind->name == denials_kind)
    return answer(problem("forbidden", "what is denied is lifted, one by one"));
  operator_order order{.is = action_of(route.is),
                       .actor = {route.actor_kind->name, std::string(route.id)},
                       .about = std::string(route.part),
                       .by = caller.player,
                       .trace = answer.trace()};
  runtime_.operators().give(
      std::move(order), [answer = std::move(answer)](reply&& done) mutable { answer(from_reply(std::move(done))); });
}

void operator_routes::kick_player(const address& room, std::string_view player, const identity& caller,
                                  responder&& answer) {
  if (!is_id(player)) return answer(problem("bad_id"));
  operator_order order{.is = operator_order::action::command,
                       .actor = room,
                       .command = {.word = "kick", .command = "leave", .player = std::string(player)},
                       .about = std::string(player),
                       .by = caller.player,
                       .trace = answer.trace()};
  // What the room answers is the player's own view.
  runtime_.operators().give(std::move(order), [answer = std::move(answer)](reply&& left) mutable {
    answer(left.ok() ? fresh(R"({"kicked":true})") : problem(left.why));
  });
}

void operator_routes::show_quarantine(responder&& answer) const {
  auto rows = runtime_.operators().quarantined_now();
  answer(fresh(to_json(quarantine_page_of(rows))));
}

void operator_routes::release_from_quarantine(const web_request& r, const identity& caller, responder&& answer) {
  auto json = json_document::parse(r.body);
  if (!json) return answer(problem(json.why()));
  release_args asked;
  if (auto wrong = read_fields(json.value().root(), asked)) return answer(problem(*wrong));
  const trace_context trace = answer.trace();
  runtime_.operators().release(
      {asked.scope, asked.kind, asked.id, asked.part, asked.sender}, caller.player, trace,
      [answer = std::move(answer)](reply&& done) mutable { answer(from_reply(std::move(done))); });
}

void operator_routes::drop_actor(const address& actor, const identity& caller, responder&& answer) {
  const trace_context trace = answer.trace();
  runtime_.operators().drop(actor, caller.player, trace, [answer = std::move(answer)](reply&& done) mutable {
    answer(from_reply(std::move(done)));
  });
}

void operator_routes::set_draining(bool on, const identity& caller, responder&& answer) {
  runtime_.operators().drain(on, caller.player, answer.trace());
  answer(fresh(on ? R"({"draining":true})" : R"({"draining":false})"));
}

void operator_routes::trust_clock(const identity& caller, responder&& answer) {
  runtime_.operators().accept_clock(caller.player, answer.trace());
  answer(fresh(R"({"deletions_held":false})"));
}

}  // namespace parlor::http
