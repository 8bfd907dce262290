#include "http/contract/schemas.hpp"

#include "http/contract/route.hpp"
#include "runtime/authoring/room_news.hpp"
#include "runtime/values/json_writing.hpp"

namespace parlor::http::contract {
namespace {

struct named {
  const char* name;
  const char* schema;
};

// What the gateway writes itself: gateway_sessions.cpp, message.cpp, and write_table of the runtime.
constexpr named written_by_hand[] = {
    {"health", R"({"type":"object","required":["status"],"additionalProperties":false,
      "properties":{"status":{"const":"ok"}}})"},
    {"guest", R"({"type":"object","required":["player","token","expires_at"],"additionalProperties":false,
      "properties":{"player":{"$ref":"#/components/schemas/player"},
        "token":{"type":"string","description":"for the header Authorization: Bearer"},
        "expires_at":{"$ref":"#/components/schemas/time"}}})"},
    {"player", R"({"type":"string","pattern":"^[A-Za-z0-9_-]{1,64}$","examples":["ann"]})"},
    {"time", R"({"type":"string","format":"date-time","description":"RFC 3339, in UTC",
      "examples":["2030-01-02T03:04:05.678Z"]})"},
    {"count", R"({"type":"integer","minimum":0})"},
    {"tally", R"({"type":"object","required":["accepted","answered","refused","in_flight"],
      "additionalProperties":false,"description":"accepted = answered + refused + in_flight",
      "properties":{"accepted":{"$ref":"#/components/schemas/count"},
        "answered":{"$ref":"#/components/schemas/count"},
        "refused":{"$ref":"#/components/schemas/count"},
        "in_flight":{"$ref":"#/components/schemas/count"}}})"},
    {"clients_tally", R"({"type":"object",
      "required":["accepted","answered","refused","in_flight","refused_by"],
      "additionalProperties":false,"description":"accepted = answered + refused + in_flight",
      "properties":{"accepted":{"$ref":"#/components/schemas/count"},
        "answered":{"$ref":"#/components/schemas/count"},
        "refused":{"$ref":"#/components/schemas/count"},
        "in_flight":{"$ref":"#/components/schemas/count"},
        "refused_by":{"$ref":"#/components/schemas/counts"}}})"},
    {"counts", R"({"type":"object","additionalProperties":{"$ref":"#/components/schemas/count"}})"},
    {"stats", R"({"type":"object","additionalProperties":false,
      "required":["awake","sessions","requests","messages","reminders","watchers","closed_by_transport","uptime_ms"],
      "properties":{
        "awake":{"type":"object","required":["total","by_kind"],"additionalProperties":false,
          "properties":{"total":{"$ref":"#/components/schemas/count"},
            "by_kind":{"$ref":"#/components/schemas/counts"}}},
        "sessions":{"type":"object","required":["total","mine","by_kind"],"additionalProperties":false,
          "properties":{"total":{"$ref":"#/components/schemas/count"},
            "mine":{"$ref":"#/components/schemas/count"},
            "by_kind":{"$ref":"#/components/schemas/counts"}}},
        "user":{"type":"object","required":["name","total","kinds"],"additionalProperties":false,
          "description":"if the query asks for a user",
          "properties":{"name":{"type":"string"},"total":{"$ref":"#/components/schemas/count"},
            "kinds":{"type":"array","items":{"type":"string"}}}},
        "requests":{"$ref":"#/components/schemas/clients_tally"},
        "messages":{"$ref":"#/components/schemas/tally"},
        "reminders":{"$ref":"#/components/schemas/count"},
        "watchers":{"$ref":"#/components/schemas/count"},
        "closed_by_transport":{"$ref":"#/components/schemas/count"},
        "uptime_ms":{"$ref":"#/components/schemas/count"}}})"},
    {"session_status", R"({"type":"object","additionalProperties":false,
      "required":["has_session","session_id","created_at","last_activity","services","user_id"],
      "properties":{
        "has_session":{"type":"boolean","description":"whether it is awake"},
        "session_id":{"type":["string","null"],"description":"names this activation"},
        "created_at":{"type":["string","null"],"format":"date-time","description":"when it woke"},
        "last_activity":{"type":["string","null"],"format":"date-time"},
        "services":{"type":"array","items":{"type":"string"}},
        "user_id":{"$ref":"#/components/schemas/player"}}})"},
    {"ticket", R"({"type":"object","required":["ticket","url","expires_at"],"additionalProperties":false,
      "properties":{"ticket":{"type":"string"},"url":{"type":"string","description":"for EventSource"},
        "expires_at":{"$ref":"#/components/schemas/time"}}})"},
    {"closed", R"({"type":"object","required":["closed"],"additionalProperties":false,
      "properties":{"closed":{"type":"boolean","description":"whether it was awake"}}})"},
    {"outcome", R"({"type":"object","required":["winner","reason","rematch"],"additionalProperties":false,
      "description":"how the game ended",
      "properties":{"winner":{"type":["integer","null"],"minimum":0,"description":"a seat, or nobody"},
        "reason":{"type":"string","description":"forfeit, time_up, or a word of the game's","examples":["forfeit"]},
        "rematch":{"type":"array","items":{"type":"boolean"},"description":"by seat: offered one"}}})"},
    {"problem", R"({"type":"object","required":["type","title","status","code"],"additionalProperties":false,
      "description":"RFC 9457",
      "properties":{"type":{"type":"string"},"title":{"type":"string"},"status":{"type":"integer"},
        "code":{"type":"string","description":"a stable word for programs"},
        "detail":{"type":"string"},
        "field":{"type":"string","description":"the argument at fault, as cells[3]"},
        "legal":{"description":"what would have been allowed, where the game says so"},
        "current":{"description":"with stale_version: the actor as it is now"}}})"},
};

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
  schemas table;
  for (const named& schema : written_by_hand) table[schema.name] = schema.schema;
  table["ticket_arguments"] = ticket_arguments(kinds);
  for (const kind& k : kinds.kinds()) {
    table[feed_name(k)] = feed_schema(k);
    // What no player reaches, operators see.
    if (k.reached_by == reach::internal) table[shown_name(k)] = view_schema(k);
    else add_kind(table, k, kinds.find(lobby_kind) != nullptr);
  }
  add_operators_schemas(table, kinds);
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
