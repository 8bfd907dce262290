#include <catch2/catch.hpp>

#include "http/admission/tickets.hpp"
#include "tests/support/json.hpp"
#include "tests/support/stream_client.hpp"

// Leave to watch one feed, for those who cannot send a header.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

TEST_CASE("a ticket opens one feed, for those who cannot send a header") {
  served s;
  for (const char* player : {"ann", "bob"}) s.post("/api/tictactoe/r1/join", s.as(player));
  auto given = s.post("/api/session/ticket", s.as("ann"), json("feed", "/api/session/events"));
  CHECK(given.status == 201);
  CHECK(given.header("cache-control") == "no-store");
  stream_client ann(s, given.field("url"));
  CHECK(ann.until("event: snapshot").find("\"player\":\"ann\"") != std::string::npos);
  CHECK(ann.id.find('~') != std::string::npos);
  // With what it was told it may come back.
  s.post("/api/gomoku/r9/join", s.as("ann"));
  stream_client back(s, given.field("url"), {{"Last-Event-ID", ann.id}});
  CHECK(back.until("event: entered").find("snapshot") == std::string::npos);

  std::string ticket = given.field("ticket");
  // Who has found a ticket gets no mark for it with a token of their own.
  stream_client found(s, "/api/tictactoe/r1/events?ticket=" + ticket, s.as("eve"));
  found.until("event: snapshot");
  CHECK(found.id.find('~') == std::string::npos);
  CHECK(s.get("/api/tictactoe/r1/events?ticket=" + ticket).code() == "unauthorized");
  CHECK(s.get("/api/session/events?ticket=" + ticket + "x").code() == "unauthorized");
  CHECK(s.get("/api/session", {{"Authorization", "Bearer " + ticket}}).code() == "unauthorized");
  CHECK(s.get("/api/session", {{"Authorization", "Bearer ticket." + ticket}}).code() == "unauthorized");
  CHECK(s.get("/api/session/events?ticket=" + s.token("ann")).code() == "unauthorized");
  CHECK(s.post("/api/session/ticket", {}, json("feed", "/api/session/events")).code() == "unauthorized");
  for (const char* feed :
       {"", "/", "/api/session", "/api/lobby/tictactoe/events", "/api/chess/r1/events", "/api/tictactoe/join/events",
        "/api/tictactoe/r 1/events", "/api/session/events/", "api/session/events", "/api/tictactoe/events"}) {
    INFO(feed);
    CHECK(s.post("/api/session/ticket", s.as("ann"), json("feed", std::string(feed))).code() == "bad_arguments");
  }
  CHECK(s.post("/api/session/ticket", s.as("ann"), json("feed", "/api/gomoku/r1/events")).status == 201);
}

TEST_CASE("a ticket is good for a minute, with the mark of its stream for as long as its token") {
  http::credentials keys(std::string(32, 'k'));
  http::tickets desk(keys);
  instant now = from_ms(1'800'000'000'000);
  std::string ticket = desk.issue({"ann", http::role::player, now + 1h}, "/api/session/events", now);
  auto word = [&](instant at, const std::string& mark) {
    auto known = desk.check(ticket, "/api/session/events", mark, at);
    return known ? known.value().player : known.why().detail;
  };
  CHECK(desk.check(ticket, "/api/session/events", "", now).value().expires_at == now + 1h);
  CHECK(desk.check(ticket, "/api/session/events", "", now).value().as == http::role::player);
  CHECK(word(now + 59s, "") == "ann");
  CHECK(word(now + 61s, "") == "the ticket has expired");
  CHECK(word(now + 59min, desk.mark_of(ticket)) == "ann");
  CHECK(word(now + 61min, desk.mark_of(ticket)) == "the ticket has expired");
  std::string other = desk.issue({"bob", http::role::player, now + 1h}, "/api/session/events", now);
  CHECK(word(now + 61s, desk.mark_of(other)) == "the ticket has expired");
  http::credentials other_keys(std::string(32, 'o'));
  CHECK_FALSE(http::tickets(other_keys).check(ticket, "/api/session/events", "", now));
}
