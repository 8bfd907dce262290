#include "http/contract/refusals.hpp"
#include "http/contract/routes.hpp"
#include "http/contract/schemas.hpp"
#include "runtime/authoring/room_news.hpp"

// What belongs to the caller alone: each player has one actor of the kind, and no path leads to another's.
namespace parlor::http::contract {
namespace {

route about_session(const kind& k, std::string_view method, std::string_view name, std::string about) {
  return {.method = method,
          .path = "/api/" + k.name + "/session/" + std::string(name),
          .id = k.name + ".session." + std::string(name),
          .tag = k.name,
          .summary = "session: " + std::string(name),
          .about = std::move(about),
          .refusals = method == "get" ? at_a_kind() : of_a_post(k)};
}

void add_session_show(routes& out, const kind& k) {
  out.push_back(
      {.method = "get",
       .path = "/api/" + k.name,
       .id = k.name + ".session.show",
       .tag = k.name,
       .summary = "look",
       .about = "The caller's own session. Looking does not keep it awake.",
       .parameters = {reference("parameters", "if_none_match")},
       .answers = {{.about = "As it is now.", .schema = reference("schemas", shown_name(k)), .headers = {"etag"}},
                   {.status = 304, .about = "Nothing has changed since If-None-Match.", .headers = {"etag"}}},
       .refusals = at_a_kind() + from_an_actor() + of_a_waker(k)});
}

void add_status(routes& out, const kind& k) {
  route r = about_session(k, "get", "status", "Whether the session is awake, and since when. Wakes nothing.");
  r.answers = {{.about = "What is known of it.", .schema = reference("schemas", "session_status")}};
  out.push_back(std::move(r));
}

void add_open(routes& out, const kind& k) {
  route r = about_session(k, "post", "open",
                          "Wakes the session and makes its services, before they are needed. A body is ignored.");
  r.answers = {{.about = "As it is now.", .schema = reference("schemas", shown_name(k)), .headers = {"etag"}}};
  r.refusals = r.refusals + from_an_actor() + of_a_waker(k);
  out.push_back(std::move(r));
}

void add_close(routes& out, const kind& k) {
  route r = about_session(k, "post", "close", "Puts the session to sleep now. A body is ignored.");
  r.answers = {{.about = "It sleeps.", .schema = reference("schemas", "closed")}};
  out.push_back(r);
  if (k.name != session_kind) return;
  r.path = "/api/" + k.name + "/close";
  r.id = k.name + ".close";
  out.push_back(std::move(r));
}

void add_raw(routes& out, const kind& k) {
  out.push_back(
      {.method = "post",
       .path = "/api/" + k.name + "/{path}",
       .id = k.name + ".raw.post",
       .tag = k.name,
       .summary = "anything else",
       .about = "Passed on to the caller's own program, with query, Content-Type and Idempotency-Key, as it was sent. "
                "`path` may have slashes in it, which this notation cannot say. What stands under `session/`, and "
                "other commands, are not the program's.",
       .parameters = {R"({"name":"path","in":"path","required":true,"schema":{"type":"string"},"example":"action"})",
                      reference("parameters", "idempotency_key")},
       .takes_bytes = true,
       .answers = {{.about = "What the program answers, with whatever status and type.", .media_type = "*/*"}},
       .refusals =
           at_a_kind() + from_an_actor() + from_a_service() + of_a_waker(k) + words{"bad_request", "key_reused"},
       .own_words = true});
}

}  // namespace

void add_session_routes(routes& out, const kind& k) {
  add_session_show(out, k);
  add_status(out, k);
  add_open(out, k);
  add_close(out, k);
  add_feed_route(out, k);
  if (k.name == session_kind) add_ticket_route(out, k);
  for (const command_info& command : k.commands)
    if (is_open(command)) out.push_back(command_route(k, command, "/api/" + k.name + "/" + command.name));
  if (k.raw()) add_raw(out, k);
}

}  // namespace parlor::http::contract
