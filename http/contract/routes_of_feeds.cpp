#include "http/contract/refusals.hpp"
#include "http/contract/routes.hpp"
#include "http/contract/schemas.hpp"
#include "runtime/authoring/room_news.hpp"

// Feeds: one of every room and of every session, and the tickets for them. See http/gateway/gateway_feeds.cpp.
namespace parlor::http::contract {
namespace {

constexpr const char* after =
    R"({"name":"after","in":"query","required":false,"example":"7","description":"An event's id, or a version alone.",)"
    R"("schema":{"type":"string","pattern":"^(?:[0-9A-Za-z]+-)?[0-9]+(?:\\.[1-9][0-9]*)?$","examples":["7"]}})";
constexpr const char* wait =
    R"({"name":"wait","in":"query","required":false,"description":"How many seconds a long poll waits.",)"
    R"("schema":{"type":"integer","minimum":0,"maximum":60,"default":25}})";

}  // namespace

void make_feed(route& r, std::string schema) {
  r.summary = "what happens";
  r.about =
      "With `Accept: text/event-stream` a stream, else a long poll. Begins with a snapshot, unless the client "
      "says where it was." +
      (r.about.empty() ? "" : " " + r.about);
  for (std::string part : {std::string(after), std::string(wait), reference("parameters", "last_event_id")})
    r.parameters.push_back(std::move(part));
  r.refusals = r.refusals + from_an_actor() + words{"bad_query", "too_many_watchers"};
  r.answers = {
      {.about = "What has happened.", .schema = std::move(schema), .headers = {"last_event_id"}, .streams = true},
      {.status = 204, .about = "Nothing, all the while.", .headers = {"last_event_id"}}};
}

void add_feed_route(routes& out, const kind& k) {
  bool is_session = k.reached_by == reach::session;
  route r{.method = "get",
          .path = "/api/" + k.name + (is_session ? "/events" : "/{id}/events"),
          .id = k.name + (is_session ? ".session.events" : ".room.events"),
          .tag = k.name,
          .needs = is_session ? token::needed : token::optional,
          .or_ticket = true,
          .refusals = at_a_kind() + of_a_waker(k)};
  make_feed(r, reference("schemas", feed_name(k)));
  if (!is_session) {
    r.parameters.push_back(reference("parameters", "id"));
    r.refusals = r.refusals + words{"bad_id", "not_found", "unknown_room"};
  }
  out.push_back(std::move(r));
}

void add_ticket_route(routes& out, const kind& session) {
  out.push_back(
      {.method = "post",
       .path = "/api/" + session.name + "/ticket",
       .id = session.name + ".feeds.ticket",
       .tag = session.name,
       .summary = "a ticket for a feed",
       .about = "For EventSource, which cannot send a token. Opens this one feed, as the caller, within a minute.",
       .body = reference("schemas", "ticket_arguments"),
       .answers = {{.status = 201, .about = "The ticket.", .schema = reference("schemas", "ticket")}},
       .refusals = of_a_post(session) + words{"malformed_json", "bad_arguments"}});
}

}  // namespace parlor::http::contract
