#include <optional>
#include <string>
#include <utility>

#include "http/gateway/gateway.hpp"
#include "http/protocol/etag.hpp"
#include "http/protocol/query.hpp"
#include "runtime/authoring/room_news.hpp"
#include "runtime/values/json_text.hpp"

// What the gateway asks of actors, of rooms, sessions and lobbies alike, and their answers as HTTP.
// The responder moves into the request to the actor and is called from there. `show` and `command`
// keep at most a string beside it, so that a request under way needs no memory of theirs.
namespace parlor::http {
namespace {

constexpr int quick_join_attempts = 3;

/// What every answer of an actor says: it is for this caller alone, and to be asked for anew.
const header_lines& lines_of_actors() {
  static const header_lines lines =
      header_lines().add("Vary", "Authorization").add("Cache-Control", "private, no-cache");
  return lines;
}

/// What the lobby is to know of a caller for whom it may make a room.
caller_info info_of_maker(const runtime& in, const limiter& by, const web_request& r, const identity& caller) {
  caller_info known = by.info_of(r, caller);
  known.reached = in.bound_reached(known, caller.player);
  return known;
}

/// The same reply, counted if a bound is why it refuses.
reply counted(reply&& r, limiter& by) {
  if (!r.ok()) by.note_refusal(r.why.code);
  return std::move(r);
}

/// An actor's answer as HTTP.
web_reply from_actor(reply&& r) {
  web_reply answer = r.ok() ? web_reply{.body = std::move(r.body)} : problem(r.why, r.current);
  if (r.tag.version > 0) answer.headers.add("ETag", etag(r.tag).text());
  answer.headers.add(lines_of_actors());
  return answer;
}

/// A raw handler's answer as HTTP. How long it holds the program may know better.
web_reply from_program(const raw_reply& r) {
  web_reply answer{.status = r.status, .content_type = {}};
  if (answer.status != 204 && answer.status != 304) answer.body = r.body;
  if (!r.content_type.empty()) answer.headers.add("Content-Type", r.content_type);
  bool says_how_long = false;
  for (const raw_header& h : r.headers) {
    says_how_long = says_how_long || h.name == "Cache-Control";
    answer.headers.add(h.name, h.value);
  }
  answer.headers.add("Vary", "Authorization");
  if (!says_how_long) answer.headers.add("Cache-Control", "private, no-cache");
  return answer;
}

std::string location_of(std::string_view kind_name, std::string_view id) {
  return std::string("/api/").append(kind_name).append("/").append(id);
}

/// The actor that a route means: without an id in the path it is the caller's own.
address actor_of(const route_match& m, std::string_view player) {
  return {m.actor_kind->name, std::string(m.id.empty() ? player : m.id)};
}

/// The id in the lobby's answer `{"kind","id"}`.
std::string id_in(const std::string& body) {
  auto parsed = json_document::parse(body);
  return parsed.value().root().find("id")->as_text();
}

/// Writes which part of the list a query asks for, as the lobby takes it, or says why it cannot be
/// read. The lobby checks the range of `limit`; here it only has to be a number.
std::optional<failure> write_page(std::string& args, std::string_view query) {
  auto asked = parse_query(query);
  if (!asked) return failure{.code = "bad_query", .detail = "the query is not well-formed"};
  json_object object(args);
  for (const auto& [name, value] : *asked) {
    if (name == "after") object.add("after", value);
    else if (name == "limit" && !value.empty() && value.size() < 10 &&
             value.find_first_not_of("0123456789") == std::string::npos)
      object.add("limit", std::stoi(value));
    else return failure{.code = "bad_query", .detail = name + " cannot be read"};
  }
  return {};
}

}  // namespace

void gateway::show(const web_request& r, const route_match& m, caller&& caller, responder&& answer) {
  call c{.to = actor_of(m, caller ? caller->player : std::string_view{}),
         .from = source::client_get,
         .trace = answer.trace()};
  // A look may wake the session of a guest; a room is there or not.
  if (caller && m.actor_kind->reached_by == reach::session) c.caller = limiter_.info_of(r, *caller);
  if (caller) c.player = std::move(caller->player);
  auto receive = [answer = std::move(answer), if_none_match = std::string(r.if_none_match)](reply&& found) mutable {
    bool same = found.ok() && lists_tag(if_none_match, found.tag);
    web_reply shown = from_actor(std::move(found));
    if (same) {
      shown.status = 304;
      shown.body.clear();
    }
    answer(std::move(shown));
  };
  runtime_.send(*m.actor_kind, 0, std::move(c), std::move(receive));
}

void gateway::command(const web_request& r, const route_match& m, identity&& caller, responder&& answer) {
  const command_info& command = m.actor_kind->commands[m.command];
  // A move makes nothing that is counted.
  caller_info known;
  if (command.creates || command.senders == open_to::players) known = limiter_.info_of(r, caller);
  call c{.to = actor_of(m, caller.player),
         .player = std::move(caller.player),
         .caller = known,
         .command = command.name,
         .args = std::string(r.body),
         .key = std::string(r.idempotency_key),
         .trace = answer.trace()};
  if (!r.if_match.empty() && r.if_match != "*") {
    c.if_match = parse_etag(r.if_match);
    if (!c.if_match) return answer(problem("bad_header", "If-Match must be one ETag of this server"));
  }
  if (command.invites) return invite(*m.actor_kind, m.command, std::move(c), std::move(answer));
  runtime_.send(*m.actor_kind, m.command, std::move(c), [this, answer = std::move(answer)](reply&& done) mutable {
    answer(from_actor(counted(std::move(done), limiter_)));
  });
}

void gateway::invite(const kind& k, std::size_t command, call&& c, responder&& answer) {
  if (auto refused = limiter_.count_invitation(c.caller, c.player, runtime_.time().now()))
    return answer(std::move(*refused));
  auto receive = [this, answer = std::move(answer), sender = c.caller, player = c.player](reply&& done) mutable {
    if (!done.ok()) limiter_.give_back_invitation(sender, player);
    answer(from_actor(std::move(done)));
  };
  runtime_.send(k, command, std::move(c), std::move(receive));
}

void gateway::act(const web_request& r, const route_match& m, responder&& answer) {
  caller caller;
  if (auto refused = identify(r, runtime_.time().now(), caller)) return answer(std::move(*refused));
  bool may = caller && (caller->player == m.id || caller->as == role::admin);
  if (!may || !is_id(m.id)) return answer(problem("not_found", "the token must be this player's"));
  if (auto refused = refuse(r, *m.actor_kind)) return answer(std::move(*refused));
  pass_on(r, m, "action", std::move(*caller), std::move(answer));
}

void gateway::pass_on(const web_request& r, const route_match& m, std::optional<std::string_view> path,
                      identity&& caller, responder&& answer) {
  if (!path || !is_visible(*path) || !is_visible(r.query))
    return answer(problem("bad_request", "the path is not well-formed"));
  caller_info known = limiter_.info_of(r, caller);
  call c{.to = actor_of(m, caller.player),
         .player = std::move(caller.player),
         .caller = known,
         .command = std::string(raw_command),
         .raw = std::make_shared<const raw_request>(raw_request{std::string(*path), std::string(r.query),
                                                                std::string(r.content_type),
                                                                std::string(r.idempotency_key), std::string(r.body)}),
         .key = std::string(r.idempotency_key),
         .trace = answer.trace()};
  runtime_.send(*m.actor_kind, m.command, std::move(c), [this, answer = std::move(answer)](reply&& done) mutable {
    if (!done.ok()) return answer(problem(counted(std::move(done), limiter_).why));
    auto wrong = done.raw ? check(*done.raw) : failure{"service_failed", "its answer cannot be read"};
    if (wrong) return answer(problem(*wrong));
    answer(from_program(*done.raw));
  });
}

void gateway::open_session(const web_request& r, const kind& k, const identity& caller, responder&& answer) {
  call c{.to = {k.name, caller.player},
         .player = caller.player,
         .caller = limiter_.info_of(r, caller),
         .trace = answer.trace()};
  runtime_.send(k, 0, std::move(c), [this, answer = std::move(answer)](reply&& shown) mutable {
    answer(from_actor(counted(std::move(shown), limiter_)));
  });
}

void gateway::create_room(const web_request& r, const kind& k, identity&& caller, responder&& answer) {
  if (runtime_.draining()) return answer(problem("draining"));
  caller_info known = info_of_maker(runtime_, limiter_, r, caller);
  std::string maker = known.bounded ? caller.player : "";
  call c{.to = {lobby_kind, k.name},
         .player = std::move(caller.player),
         .caller = known,
         .command = "create",
         .key = std::string(r.idempotency_key),
         .trace = answer.trace()};
  runtime_.send(std::move(c),
                [this, answer = std::move(answer), &k, known, maker = std::move(maker)](reply&& created) mutable {
                  if (!created.ok()) return answer(problem(counted(std::move(created), limiter_).why));
                  web_reply made{.status = 201, .body = std::move(created.body)};
                  std::string id = id_in(made.body);
                  runtime_.count_for(known, maker, {k.name, id});
                  made.headers.add("Location", location_of(k.name, id));
                  answer(std::move(made));
                });
}

void gateway::list_rooms(const web_request& r, const kind& k, responder&& answer) {
  std::string page;
  if (auto why = write_page(page, r.query)) return answer(problem(*why));
  call c{.to = {lobby_kind, k.name},
         .from = source::client_get,
         .command = "list",
         .args = std::move(page),
         .trace = answer.trace()};
  runtime_.send(std::move(c), [answer = std::move(answer)](reply&& found) mutable {
    if (found.why.code == "bad_arguments") found.why.code = "bad_query";
    if (!found.ok()) return answer(problem(found.why));
    web_reply list{.body = std::move(found.body)};
    list.headers.add("Cache-Control", "no-cache");
    answer(std::move(list));
  });
}

/// A player on the way to a seat, in whichever room the lobby names.
struct gateway::joining {
  const kind& actor_kind;
  std::string player;
  caller_info caller;
  std::string key;
  responder answer;
  int attempts = quick_join_attempts;
  std::string instead_of{};  ///< the room that had no seat
};

void gateway::quick_join(const web_request& r, const kind& k, identity&& caller, responder&& answer) {
  if (runtime_.draining()) return answer(problem("draining"));
  caller_info known = info_of_maker(runtime_, limiter_, r, caller);
  ask_lobby({k, std::move(caller.player), known, std::string(r.idempotency_key), std::move(answer)});
}

void gateway::ask_lobby(joining&& j) {
  call c{.to = {lobby_kind, j.actor_kind.name},
         .player = j.player,
         .caller = j.caller,
         .command = "quick_join",
         .args = j.instead_of.empty() ? "" : R"({"instead_of":")" + j.instead_of + "\"}",
         .key = j.key,
         .trace = j.answer.trace()};
  // An attempt that led to a full room is over: the next one is another request to the lobby.
  if (!j.key.empty() && j.attempts < quick_join_attempts) c.key += "#" + std::to_string(j.attempts);
  runtime_.send(std::move(c), [this, j = std::move(j)](reply&& r) mutable {
    if (!r.ok()) return j.answer(problem(counted(std::move(r), limiter_).why));
    std::string id = id_in(r.body);
    runtime_.count_for(j.caller, j.player, {j.actor_kind.name, id});
    take_seat(std::move(j), std::move(id));
  });
}

void gateway::take_seat(joining&& j, std::string id) {
  call c{.to = {j.actor_kind.name, id},
         .player = j.player,
         .caller = j.caller,
         .command = "join",
         .key = j.key,
         .trace = j.answer.trace()};
  auto receive = [this, j = std::move(j), id = std::move(id)](reply&& joined) mutable {
    // Somebody with the room's link was faster.
    bool elsewhere = joined.why.code == "room_full" || joined.why.code == "game_over";
    if (elsewhere && j.attempts > 1) {
      --j.attempts;
      j.instead_of = std::move(id);
      return ask_lobby(std::move(j));
    }
    web_reply seated = from_actor(counted(std::move(joined), limiter_));
    if (seated.status == 200) {
      seated.body.replace(0, 1, "{\"kind\":\"" + j.actor_kind.name + "\",\"id\":\"" + id + "\",");
      seated.headers.add("Location", location_of(j.actor_kind.name, id));
    }
    j.answer(std::move(seated));
  };
  runtime_.send(std::move(c), std::move(receive));
}

}  // namespace parlor::http
