#include <algorithm>

#include "http/contract/refusals.hpp"
#include "http/contract/routes.hpp"
#include "http/contract/schemas.hpp"
#include "runtime/values/json_text.hpp"

// What is addressed by an id. Rooms with seats have a lobby, which lists and makes them: what it takes and
// answers is declared there, like that of any command.
namespace parlor::http::contract {
namespace {

const command_info* command_of_lobby(const kind& lobby, std::string_view name) {
  auto found = lobby.find_command(name);
  return found ? &lobby.commands[*found] : nullptr;
}

/// The arguments of a query, which stand in the URL: each member is a parameter.
std::vector<std::string> as_query(const std::string& args_schema) {
  std::vector<std::string> parameters;
  auto parsed = json_document::parse(args_schema);
  for (json_value member : parsed.value().root().find("properties")->items()) {
    std::string part;
    json_object(part)
        .add("name", member.key())
        .add("in", "query")
        .add("required", false)
        .add_raw("schema", member.text());
    parameters.push_back(std::move(part));
  }
  return parameters;
}

void add_list(routes& out, const kind& k, const command_info& list) {
  out.push_back({.method = "get",
                 .path = "/api/" + k.name,
                 .id = k.name + ".rooms.list",
                 .tag = k.name,
                 .summary = "rooms with a free seat",
                 .about = "The room that waits longest comes first. `next`, if it is not null, is the `after` "
                          "of the next page.",
                 .needs = token::optional,
                 .parameters = as_query(list.args_schema),
                 .answers = {{.about = "A page of the list.", .schema = list.answer_schema}},
                 .refusals = at_a_kind() + from_an_actor() + words{"bad_query"}});
}

void add_create(routes& out, const kind& k, const command_info& create) {
  out.push_back(
      {.method = "post",
       .path = "/api/" + k.name,
       .id = k.name + ".rooms.create",
       .tag = k.name,
       .summary = "a new room",
       .about = "Makes a room that is listed, and seats nobody. A body is ignored.",
       .parameters = {reference("parameters", "idempotency_key")},
       .answers =
           {{.status = 201, .about = "The room is there.", .schema = create.answer_schema, .headers = {"location"}}},
       .refusals = of_a_post(k) + from_an_actor() + of_a_maker() + words{"draining", "lobby_full", "key_reused"}});
}

void add_quick_join(routes& out, const kind& k, const command_info& join) {
  route r = command_route(k, join, "/api/" + k.name + "/join");
  r.id = k.name + ".rooms.join";
  r.summary = "join any room";
  r.about = "Takes a seat in the room that waits longest, or in a new one. A body is ignored.";
  r.parameters = {reference("parameters", "idempotency_key")};
  r.body.clear();
  r.answers = {{.about = "The room, with the caller seated.",
                .schema = reference("schemas", joined_name(k)),
                .headers = {"etag", "location"}}};
  std::erase_if(r.refusals, [](std::string_view word) {
    return word == "bad_id" || word == "not_found" || word == "bad_arguments" || word == "malformed_json" ||
           word == "stale_version";
  });
  r.refusals.push_back("lobby_full");
  out.push_back(std::move(r));
}

void add_room_show(routes& out, const kind& k) {
  out.push_back(
      {.method = "get",
       .path = "/api/" + k.name + "/{id}",
       .id = k.name + ".room.show",
       .tag = k.name,
       .summary = "look",
       .about = "As the caller may see it; without a token as a spectator does.",
       .needs = token::optional,
       .parameters = {reference("parameters", "id"), reference("parameters", "if_none_match")},
       .answers = {{.about = "As it is now.", .schema = reference("schemas", shown_name(k)), .headers = {"etag"}},
                   {.status = 304, .about = "Nothing has changed since If-None-Match.", .headers = {"etag"}}},
       .refusals = at_a_kind() + from_an_actor() + words{"bad_id", "not_found", "unknown_room"}});
}

}  // namespace

void add_room_routes(routes& out, const kind& k, const kind* lobby) {
  if (lobby && k.seats_max > 0) {
    if (auto list = command_of_lobby(*lobby, "list")) add_list(out, k, *list);
    if (auto create = command_of_lobby(*lobby, "create")) add_create(out, k, *create);
    if (auto join = k.find_command("join")) add_quick_join(out, k, k.commands[*join]);
  }
  add_room_show(out, k);
  add_feed_route(out, k);
  for (const command_info& command : k.commands)
    if (is_open(command)) out.push_back(command_route(k, command, "/api/" + k.name + "/{id}/" + command.name));
}

}  // namespace parlor::http::contract
