#include "http/contract/route.hpp"
#include "http/contract/schemas.hpp"

// What operators are told: the bodies that http/operators/operator_json.cpp writes.
namespace parlor::http::contract {
namespace {

/// An object all of whose members are there, and no others. `members` are `"name":schema`, joined by commas.
std::string object_of(const std::vector<std::pair<std::string_view, std::string>>& members) {
  std::string names, schemas;
  for (const auto& [name, schema] : members) {
    const char* comma = names.empty() ? "" : ",";
    names.append(comma).append("\"").append(name).append("\"");
    schemas.append(comma).append("\"").append(name).append("\":").append(schema);
  }
  return R"({"type":"object","required":[)" + names + R"(],"additionalProperties":false,"properties":{)" + schemas +
         "}}";
}

std::string list_of(const std::string& schema) { return R"({"type":"array","items":)" + schema + "}"; }

const std::string text = R"({"type":"string"})", flag = R"({"type":"boolean"})";
const std::string count = reference("schemas", "count"), at = reference("schemas", "time");
const std::string any_kind = reference("schemas", "any_kind"), any_id = reference("schemas", "player");

using members = std::vector<std::pair<std::string_view, std::string>>;

/// How an actor is awake, with what goes before.
members and_awake(members list) {
  list.insert(list.end(), {{"why", R"({"enum":["kept","visited","asking","leaving"]})"},
                           {"since", at},
                           {"last_used", at},
                           {"until", at},
                           {"requests", count},
                           {"activation", count},
                           {"services", list_of(text)}});
  return list;
}

std::string overview() {
  std::string of_kind = object_of({{"name", any_kind},
                                   {"reached_by", R"({"enum":["room","session","internal"]})"},
                                   {"seats", count},
                                   {"durable", flag}});
  return object_of({{"operator", any_id},
                    {"time", at},
                    {"draining", flag},
                    {"stopping", flag},
                    {"store_broken", R"({"type":"string","description":"why; empty: it is not"})"},
                    {"kinds", list_of(of_kind)}});
}

std::string awake_actors() {
  std::string next =
      R"({"type":["string","null"],"pattern":"^[1-9][0-9]{0,19}$","description":"null: it is the last page"})";
  return object_of({{"actors", list_of(object_of(and_awake({{"kind", any_kind}, {"id", any_id}, {"version", count}})))},
                    {"next", next}});
}

std::string actor_inside() {
  std::string set = object_of({{"name", text}, {"due", at}, {"command", text}, {"args", R"({"type":"object"})"}});
  std::string kept =
      object_of({{"version", count},
                 {"name", text},
                 {"to", R"({"type":["string","null"],"description":"the one player it is for; null: everyone"})"},
                 {"data", R"({"description":"as the kind tells it"})"}});
  std::string awake = R"({"oneOf":[)" + object_of(and_awake({})) + R"(,{"type":"null"}]})";
  return object_of({{"kind", any_kind},
                    {"id", any_id},
                    {"awake", awake},
                    {"reminders", list_of(set)},
                    {"exists", flag},
                    {"version", count},
                    {"schema", R"({"type":"integer","minimum":1})"},
                    {"replies_kept", count},
                    {"unstored", count},
                    {"waiting", count},
                    {"asking", list_of(text)},
                    {"events", list_of(kept)},
                    {"state", R"({"type":["object","null"],"description":"as the kind declares it"})"}});
}

std::string log_lines() {
  std::string line = object_of({{"number", R"({"type":"integer","minimum":1})"},
                                {"time", at},
                                {"level", R"({"enum":["debug","info","warning","error"]})"},
                                {"event", text},
                                {"actor", R"({"type":"string","description":"kind/id, or empty"})"},
                                {"detail", text}});
  return object_of({{"lines", list_of(line)}, {"next", count}, {"missed", count}});
}

}  // namespace

void add_operators_schemas(schemas& table, const catalog& kinds) {
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
  table["overview"] = overview();
  table["awake_actors"] = awake_actors();
  table["actor_inside"] = actor_inside();
  table["log_lines"] = log_lines();
}

}  // namespace parlor::http::contract
