#include "http/contract/refusals.hpp"
#include "http/contract/routes.hpp"
#include "http/contract/schemas.hpp"

// What operators see and do, with an administrator's token: http/operators/operator_routes.cpp. These routes are
// the same for every kind, so the kind is a parameter here.
namespace parlor::http::contract {
namespace {

constexpr const char* id =
    R"({"name":"id","in":"path","required":true,"schema":{"type":"string","pattern":"^[A-Za-z0-9_-]{1,64}$",)"
    R"("examples":["r1"]},"example":"r1"})";
constexpr const char* reminder =
    R"({"name":"reminder","in":"path","required":true,"schema":{"type":"string","pattern":"^[^/]+$",)"
    R"("examples":["tidy"]},"example":"tidy"})";

constexpr const char* kicked_player =
    R"({"name":"player","in":"path","required":true,"schema":{"type":"string","pattern":"^[A-Za-z0-9_-]{1,64}$",)"
    R"("examples":["ann"]},"example":"ann"})";

std::string in_query(std::string_view name, std::string_view about, std::string_view schema) {
  return R"({"name":")" + std::string(name) + R"(","in":"query","required":false,"description":")" +
         std::string(about) + R"(","schema":)" + std::string(schema) + "}";
}

std::string up_to(std::string_view most, std::string_view usual) {
  return in_query(
      "limit", "At most so many.",
      R"({"type":"integer","minimum":1,"maximum":)" + std::string(most) + R"(,"default":)" + std::string(usual) + "}");
}

/// The body of an order's answer: one member, that is true or false, or always true.
std::string outcome_schema(const std::string& name, std::string_view about = {}) {
  std::string value =
      about.empty() ? R"({"const":true})" : R"({"type":"boolean","description":")" + std::string(about) + "\"}";
  return R"({"type":"object","required":[")" + name + R"("],"additionalProperties":false,"properties":{")" + name +
         "\":" + value + "}}";
}

/// The body of an answer that counts.
std::string count_schema(const std::string& name) {
  return R"({"type":"object","required":[")" + name + R"("],"additionalProperties":false,"properties":{")" + name +
         R"(":{"type":"integer","minimum":0}}})";
}

route of_operators(std::string_view method, const std::string& path, std::string id, std::string summary,
                   std::string about) {
  return {.method = method,
          .path = "/api/admin" + path,
          .id = "operators." + std::move(id),
          .tag = "operators",
          .summary = std::move(summary),
          .about = std::move(about),
          .refusals = at_the_gate() + words{"forbidden"}};
}

/// What is about one actor: `path` follows its address.
route of_actor(std::string_view method, const std::string& path, std::string id_of_route, std::string summary,
               std::string about, const catalog& kinds) {
  route r =
      of_operators(method, "/actors/{kind}/{id}" + path, std::move(id_of_route), std::move(summary), std::move(about));
  std::string first = kinds.kinds().empty() ? "" : kinds.kinds().front().name;
  r.parameters = {R"({"name":"kind","in":"path","required":true,"schema":)" + reference("schemas", "any_kind") +
                      R"(,"example":")" + first + "\"}",
                  id};
  r.refusals = r.refusals + words{"unknown_kind", "bad_id"};
  return r;
}

void add_looking_around(routes& out) {
  route server = of_operators("get", "", "server.show", "the server", "Who asks, the kinds, the server's state.");
  server.answers = {{.about = "As it is now.", .schema = reference("schemas", "overview")}};
  out.push_back(std::move(server));

  route list = of_operators("get", "/actors", "actors.list", "the awake",
                            "In no order. A page may be short, or empty, and not the last.");
  list.parameters = {in_query("kind", "Of this kind alone.", reference("schemas", "any_kind")),
                     in_query("prefix", "How their ids begin.", R"({"type":"string"})"), up_to("500", "100"),
                     in_query("after", "The `next` of the page before.",
                              R"({"type":"string","pattern":"^[1-9][0-9]{0,19}$","examples":["7"]})")};
  list.answers = {{.about = "A page of the list.", .schema = reference("schemas", "awake_actors")}};
  list.refusals = list.refusals + words{"bad_query", "unknown_kind"};
  out.push_back(std::move(list));

  route log = of_operators("get", "/log", "log.show", "the log",
                           "The last lines, the oldest first. With "
                           "`Accept: text/event-stream` pages of lines as they come, each an event `lines`.");
  log.parameters = {up_to("1000", "200"),
                    in_query("after", "The `next` of the answer before.", R"({"type":"integer","minimum":0})"),
                    reference("parameters", "last_event_id")};
  log.answers = {{.about = "The lines.", .schema = reference("schemas", "log_lines"), .streams = true}};
  log.refusals = log.refusals + words{"bad_query", "too_many_watchers"};
  out.push_back(std::move(log));

  route metrics =
      of_operators("get", "/metrics", "metrics.show", "metrics", "The same as `/metrics`, whoever may see that.");
  metrics.answers = {{.about = "The figures.", .schema = R"({"type":"string"})", .media_type = "text/plain"}};
  out.push_back(std::move(metrics));
}

void add_looking_inside(routes& out, const catalog& kinds) {
  route whole =
      of_actor("get", "", "actor.show", "one actor", "The whole state, hidden parts too. Wakes nobody.", kinds);
  whole.answers = {{.about = "As it is now.", .schema = reference("schemas", "actor_inside")}};
  whole.refusals = whole.refusals + from_an_actor() + words{"unknown_room"};
  out.push_back(std::move(whole));

  route view = of_actor("get", "/view", "actor.view", "what somebody sees",
                        "As a GET of theirs shows it: a player's, or that of who sits in a seat; of neither, a "
                        "spectator's. A session is seen by its player alone.",
                        kinds);
  view.parameters.push_back(in_query("player", "Not with `seat`.", R"({"type":"string"})"));
  view.parameters.push_back(
      in_query("seat", "Somebody has to sit there.", R"({"type":"integer","minimum":0,"maximum":1000})"));
  view.answers = {{.about = "As it is now.", .schema = reference("schemas", "any_view")}};
  view.refusals = view.refusals + from_an_actor() + words{"unknown_room", "bad_query"};
  out.push_back(std::move(view));

  route feed =
      of_actor("get", "/events", "actor.events", "", "As a spectator knows it; of a session, as its player.", kinds);
  make_feed(feed, reference("schemas", "any_feed"));
  feed.refusals = feed.refusals + words{"unknown_room"};
  out.push_back(std::move(feed));
}

void add_orders(routes& out, const catalog& kinds) {
  auto add = [&](const std::string& path, std::string name, std::string about, std::string answer_schema,
                 const words& refusals) -> route& {
    route r = of_actor("post", path, "actor." + name, name, std::move(about) + " A body is ignored.", kinds);
    r.answers = {{.about = "It happened.", .schema = std::move(answer_schema)}};
    r.refusals = r.refusals + refusals;
    return out.emplace_back(std::move(r));
  };
  const words of_one_there = from_an_actor() + words{"unknown_room"};
  add("/sleep", "sleep", "Puts it to sleep when it has answered what it was sent.",
      outcome_schema("slept", "whether it was awake"), {});
  add("/wake", "wake", "Loads it; it stays for the short stay.", outcome_schema("awake"), of_one_there);
  add("/close", "close", "Removes it, with its state and its reminders.",
      outcome_schema("closed", "whether there was anything"), of_one_there);
  add("/drop", "drop", "Removes an actor in quarantine, and runs nothing of its game for that: nobody is told.",
      outcome_schema("dropped"), words{"not_quarantined", "storage_failed"});
  add("/reminders/{reminder}/cancel", "cancel", "Drops a reminder.", outcome_schema("cancelled"),
      of_one_there + words{"unknown_reminder"})
      .parameters.emplace_back(reminder);
  add("/players/{player}/kick", "kick", "Has a player leave the room: before the start and in mid-game.",
      outcome_schema("kicked"), of_one_there + words{"unknown_command", "not_seated", "not_started", "game_over"})
      .parameters.emplace_back(kicked_player);
}

void add_draining(routes& out) {
  for (bool on : {true, false}) {
    std::string name = on ? "drain" : "undrain";
    route r = of_operators(
        "post", "/" + name, "server." + name, name,
        std::string(on ? "Lets nothing new begin." : "Lets new things begin again.") + " A body is ignored.");
    r.answers = {{.about = "It happened.", .schema = outcome_schema("draining", "whether it drains now")}};
    out.push_back(std::move(r));
  }
}

void add_denying(routes& out) {
  route list = of_operators("get", "/denials", "denials.show", "what is denied",
                            "Whose tokens are revoked, and which players and addresses are banned.");
  list.answers = {{.about = "What holds now.", .schema = reference("schemas", "denied_now")}};
  out.push_back(std::move(list));

  auto order = [&](const std::string& name, std::string summary, std::string about) -> route& {
    route r = of_operators("post", "/" + name, "denials." + name, std::move(summary), std::move(about));
    r.body = reference("schemas", name + "_arguments");
    r.answers = {{.about = "It is stored and holds.", .schema = reference("schemas", "denial")}};
    r.refusals = r.refusals + from_an_actor() + words{"malformed_json", "bad_arguments", "denials_full"};
    return out.emplace_back(std::move(r));
  };
  order("revoke", "end a player's tokens", "Ends all tokens of a player that were issued until now.");
  order("ban", "ban a player", "Refuses a player whatever the token, for a day if no time is given.");
  order("ban_address", "ban addresses",
        "Refuses an address or a range, for a day if no time is given. An IPv6 address stands for its /64. "
        "Administrators are served from there all the same.");
  route& lift = order("lift", "lift a denial", "Takes a name off one of the lists.");
  lift.answers = {{.about = "It happened.", .schema = outcome_schema("lifted")}};
  lift.refusals = lift.refusals + words{"not_denied"};
}

void add_quarantine(routes& out) {
  route list = of_operators("get", "/quarantine", "quarantine.show", "what is in quarantine",
                            "Actors and commands that have ended the server's process, and are not run.");
  list.answers = {{.about = "As it is now.", .schema = reference("schemas", "quarantine")}};
  out.push_back(std::move(list));

  route release = of_operators("post", "/release", "quarantine.release", "release from quarantine",
                               "Has it run again. What came to it meanwhile is delivered.");
  release.body = reference("schemas", "release_arguments");
  release.answers = {{.about = "It happened.", .schema = outcome_schema("released")}};
  release.refusals = release.refusals + words{"malformed_json", "bad_arguments", "not_quarantined", "storage_failed"};
  out.push_back(std::move(release));
}

void add_letters(routes& out, const catalog& kinds) {
  route list = of_operators("get", "/letters", "letters.show", "dead letters",
                            "Messages between actors that were given up, the oldest first.");
  list.parameters = {in_query("kind", "To actors of this kind.", R"({"type":"string"})"),
                     in_query("id", "To actors of this id.", R"({"type":"string"})"), up_to("500", "100"),
                     in_query("after", "The `next` of the page before.", R"({"type":"integer","minimum":1})")};
  list.answers = {{.about = "A page of them.", .schema = reference("schemas", "letters")}};
  list.refusals = list.refusals + words{"bad_query", "storage_failed"};
  out.push_back(std::move(list));

  auto order = [&](const std::string& name, std::string about, const std::string& counted) {
    route r = of_operators("post", "/letters/" + name, "letters." + name, name + " dead letters", std::move(about));
    r.body = reference("schemas", "letters_arguments");
    r.answers = {{.about = "It happened.", .schema = count_schema(counted)}};
    r.refusals = r.refusals + words{"malformed_json", "bad_arguments", "storage_failed"};
    out.push_back(std::move(r));
  };
  order("redeliver", "Delivers letters once more, as if each were a first message.", "redelivered");
  order("drop", "Removes letters.", "dropped");

  route drop = of_actor("post", "/messages/drop", "actor.drop_messages", "drop messages",
                        "Drops the messages under way to it, or told because of it, and what the same chains would "
                        "tell. A body is ignored.",
                        kinds);
  drop.answers = {{.about = "It happened.", .schema = count_schema("dropped")}};
  drop.refusals = drop.refusals + words{"storage_failed"};
  out.push_back(std::move(drop));
}

void add_accepting_the_clock(routes& out) {
  route r =
      of_operators("post", "/accept_clock", "server.accept_clock", "accept the clock",
                   "Says that the clock is right: what is due to be deleted is deleted again. A body is ignored.");
  r.answers = {{.about = "It happened.", .schema = outcome_schema("deletions_held", "always false")}};
  out.push_back(std::move(r));
}

}  // namespace

void add_operators_routes(routes& out, const catalog& kinds) {
  add_looking_around(out);
  add_looking_inside(out, kinds);
  add_orders(out, kinds);
  add_draining(out);
  add_accepting_the_clock(out);
  add_denying(out);
  add_quarantine(out);
  add_letters(out, kinds);
}

}  // namespace parlor::http::contract
