#include "http/operators/operator_routes.hpp"

#include <utility>

#include "http/feeds/feed_answer.hpp"
#include "http/operators/log_stream.hpp"
#include "http/operators/operator_replies.hpp"
#include "http/protocol/number.hpp"
#include "http/protocol/query.hpp"
#include "runtime/values/json_text.hpp"

namespace parlor::http {
namespace {

/// The parts of a path behind `/api/admin`. No route has more than six; a longer path is no route.
std::vector<std::string_view> parts_of(std::string_view path) {
  constexpr std::size_t parts_max = 7;
  std::vector<std::string_view> parts;
  path.remove_prefix(std::string_view("/api/admin").size());
  while (!path.empty() && parts.size() < parts_max) {
    path.remove_prefix(1);
    parts.push_back(path.substr(0, path.find('/')));
    path.remove_prefix(parts.back().size());
  }
  return parts;
}

web_reply fresh(web_reply&& reply) {
  reply.headers.add("Cache-Control", "no-store");
  return std::move(reply);
}
web_reply fresh(std::string&& body) { return fresh(web_reply{.body = std::move(body)}); }

web_reply from_reply(reply&& r) { return r.ok() ? fresh(std::move(r.body)) : problem(r.why); }

/// A query's parameters, read strictly: whoever is not asked for is an error.
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

}  // namespace

void operator_routes::handle(const web_request& r, const std::optional<identity>& caller, responder&& answer) {
  if (!caller) return answer(problem("unauthorized", "this needs an administrator's token"));
  if (caller->as != role::admin) return answer(problem("forbidden", "this is for administrators"));
  route(r, parts_of(r.path), *caller, std::move(answer));
}

void operator_routes::route(const web_request& r, const segments& path, const identity& caller, responder&& answer) {
  std::string_view verb = path.empty() ? std::string_view{} : path[0];
  if (verb == "actors" && path.size() >= 3) return route_actor(r, path, caller, std::move(answer));
  bool reads = path.empty() || (path.size() == 1 && (verb == "actors" || verb == "log" || verb == "metrics"));
  bool orders = path.size() == 1 && (verb == "drain" || verb == "undrain");
  if (!reads && !orders) return answer(problem("not_found"));
  std::string_view method = reads ? "GET" : "POST";
  if (r.method != method) return answer(not_allowed(method));
  if (path.empty()) return show_server(caller, std::move(answer));
  if (verb == "actors") return list(r.query, std::move(answer));
  if (verb == "metrics") return show_metrics(std::move(answer));
  if (verb == "log") return show_log(r, caller, std::move(answer));
  drain(verb == "drain", caller, std::move(answer));
}

void operator_routes::route_actor(const web_request& r, const segments& path, const identity& caller,
                                  responder&& answer) {
  address actor{std::string(path[1]), std::string(path[2])};
  if (!runtime_.kinds().find(actor.kind)) return answer(problem("unknown_kind"));
  if (!is_id(actor.id)) return answer(problem("bad_id"));
  std::string_view verb = path.size() > 3 ? path[3] : std::string_view{};
  operator_order wanted{.actor = actor, .by = caller.player, .trace = answer.trace()};
  bool reads = path.size() == 3 || (path.size() == 4 && (verb == "view" || verb == "events"));
  if (path.size() == 4 && verb == "sleep") wanted.is = operator_order::action::sleep;
  else if (path.size() == 4 && verb == "wake") wanted.is = operator_order::action::wake;
  else if (path.size() == 4 && verb == "close") wanted.is = operator_order::action::close;
  else if (path.size() == 6 && verb == "reminders" && path[5] == "cancel" && !path[4].empty()) {
    wanted.is = operator_order::action::cancel;
    wanted.reminder = path[4];
  } else if (!reads) {
    return answer(problem("not_found"));
  }
  std::string_view method = reads ? "GET" : "POST";
  if (r.method != method) return answer(not_allowed(method));
  if (path.size() == 3) return inspect(actor, std::move(answer));
  if (verb == "events") return feed(r, actor, caller, std::move(answer));
  if (reads) return view(actor, r.query, std::move(answer));
  give(std::move(wanted), std::move(answer));
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
    return follow_log(from, caller, std::move(answer));
  }
  answer(fresh(to_json(log_ ? log_->after(after.value_or(0), limit.value_or(200)) : recent_log::page{})));
}

void operator_routes::follow_log(std::uint64_t after, const identity& caller, responder&& answer) const {
  if (!log_) return answer(problem("not_found"));
  if (log_->followers() >= recent_log::followers_max) return answer(problem("too_many_watchers"));
  answer(fresh(stream_reply(std::make_shared<log_stream>(*log_, after, runtime_.time(), caller.expires_at))));
}

void operator_routes::list(std::string_view query, responder&& answer) const {
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

void operator_routes::inspect(const address& actor, responder&& answer) const {
  runtime_.operators().inspect(actor, [this, actor, answer = std::move(answer)](auto&& found) mutable {
    if (!found) return answer(problem(found.why()));
    answer(fresh(to_json(actor_inside_of(actor, found.value()))));
  });
}

void operator_routes::view(const address& actor, std::string_view query, responder&& answer) {
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

void operator_routes::feed(const web_request& r, const address& actor, const identity& caller, responder&& answer) {
  auto asked = read_feed_question(r);
  if (!asked) return answer(problem(asked.why()));
  if (!asked.value().ticket.empty()) return answer(problem("bad_query", "ticket is not asked for here"));
  bool session = runtime_.kinds().find(actor.kind)->reached_by == reach::session;
  answer_feed(runtime_, actor, {.player = session ? actor.id : std::string{}, .until = caller.expires_at},
              asked.value(), std::move(answer));
}

void operator_routes::view_as(const address& actor, std::string player, responder&& answer) {
  runtime_.send({.to = actor, .player = std::move(player), .from = source::client_get, .trace = answer.trace()},
                [answer = std::move(answer)](reply&& shown) mutable { answer(from_reply(std::move(shown))); });
}

/// Who sits there is what every spectator sees.
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

void operator_routes::give(operator_order order, responder&& answer) {
  runtime_.operators().give(
      std::move(order), [answer = std::move(answer)](reply&& done) mutable { answer(from_reply(std::move(done))); });
}

void operator_routes::drain(bool on, const identity& caller, responder&& answer) {
  runtime_.operators().drain(on, caller.player, answer.trace());
  answer(fresh(on ? R"({"draining":true})" : R"({"draining":false})"));
}

}  // namespace parlor::http
