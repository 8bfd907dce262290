#include "http/contract/contract.hpp"

#include <set>

#include "http/contract/operation.hpp"
#include "http/contract/routes.hpp"
#include "http/contract/schemas.hpp"
#include "runtime/values/json_writing.hpp"

namespace parlor::http::contract {
namespace {

constexpr const char* about =
    "Players' clients speak plain HTTP and JSON. Every error is `application/problem+json` with a stable `code`. "
    "Expect codes that you do not know. A path that is not here is 404, another method is 405. A POST whose answer "
    "was lost is sent again with the same `Idempotency-Key`, and gets the answer that it got the first time. Every "
    "answer has an `X-Request-Id`.\n\n"
    "Tokens come from `POST /api/guest`.";

constexpr const char* parameters = R"({
"id":{"name":"id","in":"path","required":true,"example":"r1",
  "schema":{"type":"string","pattern":"^(?!(?:join|leave|session|events)$)[A-Za-z0-9_-]{1,64}$"}},
"idempotency_key":{"name":"Idempotency-Key","in":"header","required":false,
  "description":
    "Fresh for each new request. Sent again with it, the request gets its first answer and is not run again.",
  "schema":{"type":"string","pattern":"^[\\x21-\\x7e]{0,128}$"},"example":"0d9c1f3e"},
"if_match":{"name":"If-Match","in":"header","required":false,
  "description":
    "An ETag. The command does not happen, 412, if that is not the version any more. `*` is the same as none.",
  "schema":{"type":"string","pattern":"^(\\*|\"[0-9A-Za-z]+-[0-9]+\")$"},"example":"\"1z-7\""},
"last_event_id":{"name":"Last-Event-ID","in":"header","required":false,
  "description":"The id of the last event that the client was told. It goes before `after`.",
  "schema":{"type":"string"},"example":"1z-7"},
"if_none_match":{"name":"If-None-Match","in":"header","required":false,
  "description":"ETags that the client has. 304 without a body, if one of them is the present one.",
  "schema":{"type":"string"},"example":"\"1z-7\""}})";

constexpr const char* headers = R"({
"etag":{"description":"the version of what was answered","schema":{"type":"string"}},
"last_event_id":{"description":"where the client is now","schema":{"type":"string"}},
"location":{"description":"the path of the room","required":true,"schema":{"type":"string"}},
"rate_limit":{"description":"with too_many_requests","schema":{"type":"integer","minimum":0}},
"request_id":{"description":"new for each request; the server's log names it","required":true,
  "schema":{"type":"string"}},
"retry_after":{"description":"after how many seconds trying again may help","schema":{"type":"integer","minimum":1}},
"www_authenticate":{"description":"Bearer","required":true,"schema":{"type":"string"}}})";

constexpr const char* security_schemes = R"({
"bearer":{"type":"http","scheme":"bearer","bearerFormat":"JWT",
  "description":"From POST /api/guest, or from `parlor token`. )"
                                         R"(A token that is malformed, wrongly signed or expired is 401 everywhere."},
"ticket":{"type":"apiKey","in":"query","name":"ticket","description":"From POST /api/session/ticket, for one feed."}})";

std::string tag_of(const kind& k) {
  std::string out, text = k.reached_by == reach::room ? "Addressed by an id." : "The caller's own session.";
  if (k.seats_max > 0) text = "Rooms for up to " + std::to_string(k.seats_max) + " players.";
  text += k.durable ? " Stored." : " Kept in memory only.";
  if (k.raw()) text += " Every other POST goes to a program of the player's own.";
  json_object(out).add("name", k.name).add("description", text);
  return out;
}

void write_info(json_object& info) {
  info.add("title", "parlor").add("version", PARLOR_VERSION).add("description", about);
}

std::string tags_of(const catalog& kinds) {
  std::string tags = R"([{"name":"server","description":"What belongs to no kind."})";
  for (const kind& k : kinds.kinds())
    if (k.reached_by != reach::internal) tags += "," + tag_of(k);
  return tags +
         R"(,{"name":"operators","description":"What operators see and do. Without an administrator's token all of it )"
         R"(is 401 or 403, whatever the path."}])";
}

/// The operations, those of one path together. Notes in `shared` what they refer to.
std::string paths_of(const routes& documented, const schemas& named, responses& shared) {
  std::string out;
  {
    json_object paths(out);
    std::set<std::string_view> written;
    for (const route& first : documented) {
      if (!written.insert(first.path).second) continue;
      json_object path(paths.key(first.path));
      for (const route& r : documented)
        if (r.path == first.path) path.add_raw(r.method, operation_of(r, named, shared));
    }
  }
  return out;
}

}  // namespace

std::string contract_of(const catalog& kinds, const gateway_options& options) {
  const schemas named = schemas_of(kinds);
  responses shared;
  std::string paths = paths_of(all_routes(kinds, options), named, shared), out;
  {
    json_object document(out);
    document.add("openapi", "3.1.0");
    {
      json_object info(document.key("info"));
      write_info(info);
    }
    document.add_raw("servers", R"([{"url":"/"}])");
    document.add_raw("tags", tags_of(kinds)).add_raw("paths", paths);
    json_object components(document.key("components"));
    {
      json_object list(components.key("schemas"));
      for (const auto& [name, schema] : named) list.add_raw(name, schema);
    }
    {
      json_object list(components.key("responses"));
      for (const auto& [name, response] : shared) list.add_raw(name, response);
    }
    components.add_raw("parameters", parameters).add_raw("headers", headers);
    components.add_raw("securitySchemes", security_schemes);
  }
  return out;
}

}  // namespace parlor::http::contract
