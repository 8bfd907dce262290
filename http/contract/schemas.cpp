#include "http/contract/schemas.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "http/contract/route.hpp"
#include "http/operators/operator_replies.hpp"
#include "http/operators/operator_requests.hpp"
#include "http/protocol/replies.hpp"
#include "runtime/authoring/room_news.hpp"
#include "runtime/values/fields_schema.hpp"

namespace parlor::http::contract {
namespace {

// What write_table of the runtime writes, and the bodies of /healthz and /readyz.
constexpr const char* outcome = R"({"type":"object","required":["winner","reason","rematch"],
  "additionalProperties":false,"description":"how the game ended",
  "properties":{"winner":{"type":["integer","null"],"minimum":0,"description":"a seat, or nobody"},
    "reason":{"type":"string","description":"forfeit, time_up, or a word of the game's","examples":["forfeit"]},
    "rematch":{"type":"array","items":{"type":"boolean"},"description":"by seat: offered one"}}})";
constexpr const char* health = R"({"type":"object","required":["status"],"additionalProperties":false,
  "properties":{"status":{"const":"ok"}}})";
constexpr const char* ready = R"({"type":"object","required":["status"],"additionalProperties":false,
  "properties":{"status":{"const":"ok"},"unreadable":{"type":"array","items":{"type":"string"},
    "description":"kinds of which stored actors cannot be read by this program"}}})";

/// What the server itself answers, and the parts of it that have names.
schemas of_replies() {
  return {{"count", written_schema_of<std::uint64_t>()},
          {"counts", written_schema_of<std::map<std::string, std::uint64_t>>()},
          {"time", written_schema_of<instant>()},
          {"player", written_schema_of<std::string>({.name = {}, .rule = {.must_be_id = true}})},
          {"tally", written_schema_of<tally>()},
          {"clients_tally", written_schema_of<clients_tally>()},
          {"guest", written_schema_of<guest_reply>()},
          {"ticket", written_schema_of<ticket_reply>()},
          {"closed", written_schema_of<closed_reply>()},
          {"session_status", written_schema_of<session_status>()},
          {"stats", written_schema_of<stats_reply>()},
          {"problem", written_schema_of<problem_reply>()},
          {"overview", written_schema_of<overview>()},
          {"awake_actors", written_schema_of<awake_actors>()},
          {"actor_inside", written_schema_of<actor_inside>()},
          {"log_lines", written_schema_of<recent_log::page>()},
          {"letters", written_schema_of<letters_page>()},
          {"denial", written_schema_of<denial_row>()},
          {"denied_now", written_schema_of<denied_now>()}};
}

/// Where the whole of one schema stands inside another, a reference to it. The longest first: a short one may be a
/// part of it.
schemas with_references(const schemas& replies) {
  std::vector<std::pair<std::string, std::string>> parts(replies.begin(), replies.end());
  std::sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
  schemas out = replies;
  for (auto& [name, schema] : out)
    for (const auto& [part, text] : parts) {
      if (part == name) continue;
      const std::string instead = reference("schemas", part);
      for (auto at = schema.find(text); at != std::string::npos; at = schema.find(text, at + instead.size()))
        schema.replace(at, text.size(), instead);
    }
  return out;
}

void add_enumerations(schemas& table, const catalog& kinds) {
  std::string names, views, feeds;
  for (const kind& k : kinds.kinds()) {
    const char* comma = names.empty() ? "" : ",";
    names.append(comma).append("\"" + k.name + "\"");
    views.append(comma).append(reference("schemas", shown_name(k)));
    feeds.append(comma).append(reference("schemas", feed_name(k)));
  }
  table["any_kind"] = R"({"type":"string","enum":[)" + names + "]}";
  table["any_view"] = R"({"anyOf":[)" + views + "]}";
  table["any_feed"] = R"({"anyOf":[)" + feeds + "]}";
}

void write_table_members(json_object& room, const kind& k) {
  room.add_raw("version", R"({"type":"integer","minimum":0,"examples":[7],)"
                          R"("description":"grows with every change"})");
  {
    json_object seats(room.key("seats"));
    seats.add("type", "array").add("maxItems", k.seats_max);
    seats.add_raw("items", R"({"type":["string","null"]})");
    seats.add("description", "the player in each seat; null: it is free");
    seats.add_raw("examples", k.seats_max > 1 ? R"([["ann","bob"]])" : R"([["ann"]])");
  }
  {
    json_object turn(room.key("turn"));
    turn.add_raw("type", R"(["integer","null"])").add("minimum", 0).add("maximum", k.seats_max - 1);
    turn.add("description", "the seat to move; null: none, or everyone").add_raw("examples", "[0]");
  }
  room.add_raw("turn_ends_at", R"({"type":"string","format":"date-time",)"
                               R"("description":"only while the turn's clock runs"})");
  room.add_raw("outcome", R"({"oneOf":[{"type":"null"},)" + reference("schemas", "outcome") + "]}");
}

/// A room: what write_room of the runtime writes; with its kind and id where the client did not name them.
std::string room_schema(const kind& k, std::string_view answer, bool names_itself) {
  std::string out, required = R"("version","seats","turn","outcome","view")";
  {
    json_object room(out);
    room.add("type", "object").add("additionalProperties", false);
    {
      json_object has(room.key("properties"));
      if (names_itself) {
        has.add_raw("kind", "{\"const\":\"" + k.name + "\"}");
        has.add_raw("id", R"({"type":"string","pattern":"^[A-Za-z0-9_-]{1,64}$","examples":["r1"]})");
        required = R"("kind","id",)" + required;
      }
      write_table_members(has, k);
      has.add_raw("view", reference("schemas", k.name + ".view"));
      if (!answer.empty()) has.add_raw("result", answer);
      if (!answer.empty()) required += R"(,"result")";
    }
    room.add_raw("required", "[" + required + "]");
  }
  return out;
}

std::string view_schema(const kind& k) {
  // A kind without a view shows an empty object.
  return k.view_schema.empty() ? R"({"type":"object","additionalProperties":false})" : k.view_schema;
}

/// What a long poll answers. Each thing told is of the runtime's own words, with the actor, or of the kind's.
std::string feed_schema(const kind& k) {
  const std::string id = R"("id":{"type":"string","examples":["1z-7"]})";
  std::string of_state =
      R"({"type":"object","required":["id","event","data"],"additionalProperties":false,"properties":{)" + id +
      R"(,"event":{"enum":["snapshot","version"]},"data":{"anyOf":[)" + reference("schemas", shown_name(k)) +
      R"(,{"type":"object","required":["version"],"additionalProperties":false,)"
      R"("properties":{"version":{"$ref":"#/components/schemas/count"}}}]}}})";
  std::string of_end = R"({"type":"object","required":["event","data"],"additionalProperties":false,)"
                       R"("properties":{"event":{"const":"closed"},"data":{"type":"object"}}})";
  std::string of_kind =
      R"({"type":"object","required":["id","event","data"],"additionalProperties":false,"properties":{)" + id +
      R"(,"event":{"type":"string","not":{"enum":["snapshot","version","closed"]}},"data":{}}})";
  return R"({"type":"object","required":["events","next"],"additionalProperties":false,"properties":{)"
         R"("events":{"type":"array","items":{"anyOf":[)" +
         of_state + "," + of_kind + "," + of_end +
         R"(]}},"next":{"type":["string","null"],"description":"the next `after`; null: the actor is no more"}}})";
}

/// Where tickets are for: the feeds of every kind.
std::string ticket_arguments(const catalog& kinds) {
  std::string rooms, sessions;
  for (const kind& k : kinds.kinds()) {
    if (k.reached_by == reach::internal) continue;
    std::string& list = k.reached_by == reach::room ? rooms : sessions;
    list += (list.empty() ? "" : "|") + k.name;
  }
  return R"({"type":"object","required":["feed"],"additionalProperties":false,"properties":{"feed":{"type":"string",)"
         R"("pattern":"^/api/(?:(?:)" +
         rooms + R"()/(?!(?:join|leave|session|events)/)[A-Za-z0-9_-]{1,64}|(?:)" + sessions +
         R"())/events$","examples":["/api/session/events"]}}})";
}

void add_kind(schemas& table, const kind& k, bool has_lobby) {
  bool has_seats = k.seats_max > 0;
  table[k.name + ".view"] = has_seats || !k.own_replies ? view_schema(k) : "{}";
  if (has_seats) {
    table[shown_name(k)] = room_schema(k, {}, false);
    if (has_lobby) table[joined_name(k)] = room_schema(k, {}, true);
  }
  for (const command_info& command : k.commands) {
    if (!is_open(command)) continue;
    table[arguments_name(k, command)] = command.args_schema;
    if (answer_name(k, command) == shown_name(k)) continue;
    table[answer_name(k, command)] = has_seats ? room_schema(k, command.answer_schema, false) : command.answer_schema;
  }
}

}  // namespace

schemas schemas_of(const catalog& kinds) {
  schemas table = with_references(of_replies());
  table["outcome"] = outcome;
  table["health"] = health;
  table["ready"] = ready;
  table["ticket_arguments"] = ticket_arguments(kinds);
  table["revoke_arguments"] = schema_of<revoke_args>();
  table["ban_arguments"] = schema_of<ban_args>();
  table["ban_address_arguments"] = schema_of<ban_address_args>();
  table["letters_arguments"] = schema_of<letters_args>();
  table["lift_arguments"] = schema_of<lift_args>();
  table["release_arguments"] = schema_of<release_args>();
  table["quarantine"] = schema_of<quarantine_page>();
  for (const kind& k : kinds.kinds()) {
    table[feed_name(k)] = feed_schema(k);
    // What no player reaches, operators see.
    if (k.reached_by == reach::internal) table[shown_name(k)] = view_schema(k);
    else add_kind(table, k, kinds.find(lobby_kind) != nullptr);
  }
  add_enumerations(table, kinds);
  return table;
}

std::string shown_name(const kind& k) { return k.name + (k.seats_max > 0 ? ".room" : ".view"); }

std::string answer_name(const kind& k, const command_info& command) {
  bool has_own = !command.answer_schema.empty() && (k.seats_max > 0 || !k.own_replies);
  return has_own ? k.name + "." + command.name + ".answer" : shown_name(k);
}

std::string arguments_name(const kind& k, const command_info& command) {
  return k.name + "." + command.name + ".arguments";
}

std::string joined_name(const kind& k) { return k.name + ".joined"; }

std::string feed_name(const kind& k) { return k.name + ".feed"; }

bool is_open(const command_info& command) { return command.senders != open_to::actors && !command.raw; }

}  // namespace parlor::http::contract
