#include <catch2/catch.hpp>
#include <future>

#include "http/admission/deny_list.hpp"
#include "tests/support/check_problem.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/json.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/stream_client.hpp"

// What operators deny, and whom it reaches.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

loopback_client::headers under(const std::string& token) { return {{"Authorization", "Bearer " + token}}; }
loopback_client::headers root(served& s) { return under(s.token("root", http::role::admin)); }
loopback_client::headers from(const std::string& address, loopback_client::headers with = {}) {
  with.emplace("X-Forwarded-For", address);
  return with;
}

http_answer order(served& s, const std::string& route, const std::string& args) {
  return s.post("/api/admin/" + route, root(s), args);
}

/// A server behind a proxy on this machine, which says where each request comes from.
http::gateway_options behind_proxy() {
  http::gateway_options options;
  options.limits.proxies = {*http::address_range::parse("127.0.0.1")};
  options.operators_through_proxy = true;
  return options;
}

/// What it takes to be told nothing any more.
bool ends_soon(stream_client& client) {
  auto end = std::async(std::launch::async, [&] { return client.connection.read_to_end(); });
  return end.wait_for(1s) == std::future_status::ready;
}

std::string detail_of(const http_answer& answer) { return answer.code() + ": " + answer.field("detail"); }

}  // namespace

TEST_CASE("an operator ends a player's tokens at once, and new ones are good") {
  served s;
  std::string old = s.token("ann");
  std::string timeless = s.tokens.sign({"ann", http::role::player, real_clock().now() + 1h});
  std::string ticket =
      s.post("/api/session/ticket", under(old), json("feed", std::string("/api/session/events"))).field("url");
  for (const std::string& token : {old, timeless}) REQUIRE(s.get("/api/session", under(token)).status == 200);

  auto done = order(s, "revoke", json("player", std::string("ann"), "why", std::string("stolen")));
  CHECK(done.status == 200);
  CHECK_THAT(done.body, Contains(R"("name":"ann")") && Contains(R"("until":null,"by":"root","why":"stolen")"));

  for (const std::string& token : {old, timeless}) {
    auto refused = s.get("/api/session", under(token));
    check_problem(refused, 401, "unauthorized");
    CHECK(detail_of(refused) == "unauthorized: the token was revoked");
    check_problem(s.post("/api/tictactoe/r/join", under(token)), 401, "unauthorized");
    check_problem(s.get("/api/tictactoe/r", under(token)), 401, "unauthorized");
  }
  CHECK(detail_of(s.get(ticket)) == "unauthorized: the token was revoked");
  CHECK(s.get(ticket, as_stream).status == 401);
  CHECK(s.get("/api/session", s.as("bob")).status == 200);
  CHECK(eventually([&] { return s.get("/api/session", s.as("ann")).status == 200; }));
  ticket = s.post("/api/session/ticket", s.as("ann"), json("feed", std::string("/api/session/events"))).field("url");
  CHECK(s.get(ticket).status == 200);

  // Lifted, the old ones are good again.
  check_problem(order(s, "lift", json("list", std::string("players"), "name", std::string("ann"))), 404, "not_denied");
  CHECK(order(s, "lift", json("list", std::string("revoked"), "name", std::string("ann"))).body ==
        R"({"lifted":true})");
  CHECK(s.get("/api/session", under(old)).status == 200);
}

TEST_CASE("a guest whose tokens are over, or who is banned, is not renewed") {
  served s;
  auto guest = s.post("/api/guest");
  std::string name = guest.field("player");
  REQUIRE(s.post("/api/guest", under(guest.field("token"))).status == 201);
  CHECK(s.tokens.verify(guest.field("token"), real_clock().now()).value().issued_at > instant{});
  auto done = order(s, "revoke", json("player", name));
  // A guest's token lasts for a time that is known, and so long is the revocation kept.
  CHECK_THAT(done.body, !Contains(R"("until":null)"));
  check_problem(s.post("/api/guest", under(guest.field("token"))), 401, "unauthorized");

  auto other = s.post("/api/guest");
  order(s, "ban", json("player", other.field("player")));
  check_problem(s.post("/api/guest", under(other.field("token"))), 403, "banned");
}

TEST_CASE("a banned player is refused whatever the token, until the ban is over") {
  served s;
  auto banned = order(s, "ban", json("player", std::string("ann"), "seconds", 2, "why", std::string("rude")));
  CHECK(banned.status == 200);
  CHECK_THAT(banned.body, Contains(R"("by":"root","why":"rude")"));
  auto refused = s.post("/api/tictactoe/r/join", s.as("ann"));
  check_problem(refused, 403, "banned");
  CHECK((refused.header("retry-after") == "1" || refused.header("retry-after") == "2"));
  CHECK(s.post("/api/tictactoe/r/join", s.as("bob")).status == 200);
  CHECK_THAT(s.get("/api/admin/denials", root(s)).body, Contains(R"("players":[{"name":"ann")"));
  CHECK(eventually([&] { return s.post("/api/tictactoe/r/join", s.as("ann")).status == 200; }));
  CHECK(s.get("/api/admin/denials", root(s)).body == R"({"revoked":[],"players":[],"addresses":[]})");
}

TEST_CASE("a banned address gets nothing but pages, and no new guest; administrators come in from everywhere") {
  served s({}, behind_proxy());
  auto guest = s.post("/api/guest", from("192.0.2.7")).field("token");
  CHECK(order(s, "ban_address", json("address", std::string("192.0.2.99/24"))).field("name") == "192.0.2.0/24");
  CHECK(order(s, "ban_address", json("address", std::string("2001:db8::7"))).field("name") == "2001:db8::/64");
  for (const char* address : {"192.0.2.7", "192.0.2.255", "2001:db8::99"}) {
    INFO(address);
    auto refused = s.post("/api/guest", from(address));
    check_problem(refused, 403, "banned");
    CHECK(std::stoi(refused.header("retry-after")) > 86'000);
    check_problem(s.get("/api/tictactoe", from(address)), 403, "banned");
    check_problem(s.get("/api/session", from(address, under(guest))), 403, "banned");
    CHECK(s.get("/", from(address)).status == 200);
    CHECK(s.get("/healthz", from(address)).status == 200);
    CHECK(s.get("/api/admin", from(address, root(s))).status == 200);
  }
  for (const char* address : {"192.0.3.7", "2001:db8:0:1::99", "203.0.113.1"})
    CHECK(s.post("/api/guest", from(address)).status == 201);
  CHECK(order(s, "lift", json("list", std::string("addresses"), "name", std::string("192.0.2.7/24"))).status == 200);
  CHECK(s.post("/api/guest", from("192.0.2.7")).status == 201);
}

TEST_CASE("requests that are denied are counted by what denies them") {
  served s({}, behind_proxy());
  std::string old = s.token("ann");
  std::string ticket =
      s.post("/api/session/ticket", under(old), json("feed", std::string("/api/session/events"))).field("url");
  order(s, "revoke", json("player", std::string("ann")));
  order(s, "ban", json("player", std::string("bob")));
  order(s, "ban_address", json("address", std::string("2001:db8::7")));
  check_problem(s.get("/api/session", under(old)), 401, "unauthorized");
  check_problem(s.get(ticket), 401, "unauthorized");
  for (int i = 0; i < 3; ++i) check_problem(s.get("/api/session", s.as("bob")), 403, "banned");
  check_problem(s.post("/api/guest", from("2001:db8::8")), 403, "banned");
  CHECK_THAT(s.get("/metrics").body, Contains("parlor_denied_total{reason=\"revoked_token\"} 2\n") &&
                                         Contains("parlor_denied_total{reason=\"banned_player\"} 3\n") &&
                                         Contains("parlor_denied_total{reason=\"banned_address\"} 1\n"));
}

TEST_CASE("what is denied reaches the feeds that are open within a second") {
  served s({}, behind_proxy());
  for (const char* player : {"ann", "bob"}) REQUIRE(s.post("/api/tictactoe/r/join", s.as(player)).status == 200);
  std::string ticket =
      s.post("/api/session/ticket", s.as("ann"), json("feed", std::string("/api/session/events"))).field("url");
  stream_client own(s, "/api/session/events", s.as("ann")), room(s, "/api/tictactoe/r/events", s.as("ann"));
  stream_client by_ticket(s, ticket), bob(s, "/api/tictactoe/r/events", s.as("bob"));
  stream_client spectator(s, "/api/tictactoe/r/events", from("192.0.2.7"));
  std::string helper = s.token("helper", http::role::admin);
  stream_client log(s, "/api/admin/log", under(helper)), seen(s, "/api/admin/actors/tictactoe/r/events", under(helper));
  log.until("event: lines");
  for (stream_client* client : {&own, &room, &by_ticket, &bob, &spectator, &seen}) client->until("event: snapshot");
  auto place = s.get("/api/session/events", s.as("ann")).field("next");
  auto poll = std::async(std::launch::async, [&, with = s.as("ann")] {
    return loopback_client(s.sockets.port()).request("GET", "/api/session/events?after=" + place, with);
  });
  REQUIRE(eventually([&] { return s.runtime.stats().watchers == 7; }));

  order(s, "revoke", json("player", std::string("ann")));
  CHECK(poll.wait_for(1s) == std::future_status::ready);
  CHECK(detail_of(poll.get()) == "unauthorized: the token was revoked");
  for (stream_client* client : {&own, &room, &by_ticket}) CHECK(ends_soon(*client));
  // With its mark a ticket may be used again, and is asked the same.
  CHECK(detail_of(s.get(ticket, {{"Last-Event-ID", by_ticket.id}})) == "unauthorized: the token was revoked");
  order(s, "ban_address", json("address", std::string("192.0.2.7")));
  CHECK(ends_soon(spectator));
  order(s, "revoke", json("player", std::string("helper")));
  CHECK(ends_soon(log));
  CHECK(ends_soon(seen));
  CHECK(s.log.followers() == 0);

  s.post("/api/tictactoe/r/place", s.as("bob"), json("cell", 4));
  CHECK(eventually([&] { return s.runtime.stats().watchers == 1; }));
  order(s, "ban", json("player", std::string("bob")));
  CHECK(ends_soon(bob));
}

TEST_CASE("an operator kicks a player from a room") {
  served s;
  for (const char* player : {"ann", "bob"}) REQUIRE(s.post("/api/tictactoe/r/join", s.as(player)).status == 200);
  std::string actor = "/api/admin/actors/tictactoe/r/players/";
  check_problem(s.post(actor + "ann/kick", s.as("bob")), 403, "forbidden");
  check_problem(s.post(actor + "a%20b/kick", root(s)), 400, "bad_id");
  check_problem(s.post(actor + "eve/kick", root(s)), 422, "not_seated");
  CHECK(s.post(actor + "ann/kick", root(s)).body == R"({"kicked":true})");
  CHECK_THAT(s.get("/api/tictactoe/r").body, Contains(R"("seats":[null,"bob"])") && Contains(R"("reason":"forfeit")"));
  CHECK_THAT(s.get("/api/admin/log", root(s)).body, Contains("kick by root, ann: done"));
  check_problem(s.post("/api/admin/actors/tictactoe/none/players/ann/kick", root(s)), 404, "unknown_room");
  check_problem(s.post("/api/admin/actors/counter/ann/players/ann/kick", root(s)), 404, "unknown_command");
}

TEST_CASE("what is denied is stored, and a gateway that begins obeys it before its first request") {
  served s;
  std::string old = s.token("ann");
  order(s, "revoke", json("player", std::string("ann")));
  order(s, "ban", json("player", std::string("bob")));
  order(s, "ban_address", json("address", std::string("192.0.2.7")));
  http::credentials tokens{std::string(32, 's')};
  http::gateway again(s.runtime, tokens, {});
  auto word = [&](std::optional<http::identity> caller, const char* address) {
    auto refused = again.denied().refuse(caller, *http::client_address::parse(address), real_clock().now());
    return refused ? refused->why.code : "";
  };
  CHECK(word(tokens.verify(old, real_clock().now()).value(), "127.0.0.1") == "unauthorized");
  CHECK(word(http::identity{"bob", http::role::player}, "127.0.0.1") == "banned");
  CHECK(word({}, "192.0.2.7") == "banned");
  CHECK(word({}, "192.0.2.8").empty());
}

TEST_CASE("orders are read strictly, written down, and cannot be closed away") {
  served s;
  for (const auto& [route, args, field] : std::vector<std::array<std::string, 3>>{
           {"revoke", "{}", "player"},
           {"revoke", json("player", std::string("a b")), "player"},
           {"ban", json("player", std::string("ann"), "seconds", 0), "seconds"},
           {"ban", json("player", std::string("ann"), "seconds", 315'360'001), "seconds"},
           {"ban", json("player", std::string("ann"), "why", std::string(201, 'x')), "why"},
           {"ban_address", json("address", std::string("here")), "address"},
           {"ban_address", json("address", std::string("10.0.0.0/33")), "address"},
           {"lift", json("list", std::string("all"), "name", std::string("ann")), "list"}}) {
    INFO(route << args);
    auto refused = order(s, route, args);
    check_problem(refused, 400, "bad_arguments");
    CHECK(refused.field("field") == field);
  }
  check_problem(order(s, "ban", json("player", std::string("root"))), 400, "bad_arguments");
  check_problem(order(s, "revoke", "{"), 400, "malformed_json");
  for (const char* route : {"revoke", "ban", "ban_address", "lift"})
    check_problem(s.post("/api/admin/" + std::string(route), s.as("ann"), json("player", std::string("bob"))), 403,
                  "forbidden");
  order(s, "ban", json("player", std::string("bob"), "seconds", 60));
  auto lines = s.get("/api/admin/log", root(s)).body;
  CHECK_THAT(lines,
             Contains(R"("event":"ordered","actor":"denials/server","detail":"ban by root, bob for 60 s: done")"));
  check_problem(s.post("/api/admin/actors/denials/server/close", root(s)), 403, "forbidden");
  check_problem(s.post("/api/denials/server/deny", s.as("ann"), "{}"), 404, "unknown_kind");
}

TEST_CASE("a list answers for its addresses and players, the configuration's among them") {
  http::deny_list list({});
  manual_clock time;
  const std::int64_t now = to_ms(time.now());
  auto word = [&](std::optional<http::identity> caller, const char* address) {
    auto refused = list.refuse(caller, *http::client_address::parse(address), time.now());
    return refused ? refused->why.code : "";
  };
  auto ann = [&](instant issued) { return http::identity{"ann", http::role::player, time.now() + 1h, issued}; };
  CHECK(word(ann({}), "10.1.2.3").empty());

  list.configure({.addresses = {{"10.0.0.0/8", now, 0, "", ""}}});
  list.replace({.revoked = {{"ann", now, 0, "root", ""}}, .addresses = {{"10.1.0.0/16", now, now + 1000, "root", ""}}},
               1, 5);
  CHECK(word({}, "10.1.2.3") == "banned");
  CHECK(word({}, "::ffff:10.1.2.3") == "banned");
  CHECK(word({}, "11.1.2.3").empty());
  CHECK(word(http::identity{"root", http::role::admin}, "10.1.2.3").empty());
  CHECK(word(ann(time.now()), "11.1.2.3") == "unauthorized");
  CHECK(word(ann(time.now() + 1ms), "11.1.2.3").empty());
  CHECK(word(ann(time.now() + 1h), "11.1.2.3") == "unauthorized");

  // What the store had before is not obeyed any more; what another incarnation has is.
  list.replace({}, 1, 4);
  CHECK(word(ann(time.now()), "11.1.2.3") == "unauthorized");
  list.configure({});
  CHECK(word({}, "10.2.2.3").empty());
  CHECK(word({}, "10.1.2.3") == "banned");
  time.advance(1s);
  CHECK(word({}, "10.1.2.3").empty());
  list.replace({}, 2, 1);
  CHECK(word(ann({}), "11.1.2.3").empty());
}

TEST_CASE("of two denials the one counts that ends last, and each is over at its end") {
  http::deny_list list({});
  manual_clock time;
  const std::int64_t now = to_ms(time.now());
  auto refused = [&](const std::string& player, duration issued, const char* address = "192.0.2.1") {
    http::identity caller{player, http::role::player, time.now() + 1h, from_ms(now) + issued};
    auto why = list.refuse(caller, *http::client_address::parse(address), time.now());
    return why ? why->why.code : "";
  };
  list.configure({.revoked = {{"ann", now + 2, now + 2000, "", ""}, {"eve", now, 0, "", ""}},
                  .players = {{"bob", now, now + 2000, "", ""}},
                  .addresses = {{"10.0.0.0/8", now, now + 2000, "", ""}, {"10.2.0.0/16", now, now + 2000, "", ""}}});
  list.replace({.revoked = {{"ann", now, now + 1000, "", ""}},
                .players = {{"bob", now, now + 1000, "", ""}},
                .addresses = {{"10.0.0.0/8", now, now + 1000, "", ""}, {"10.1.0.0/16", now, now + 1000, "", ""}}});
  for (duration passed : {0ms, 1000ms, 999ms}) {
    time.advance(passed);
    CHECK(refused("ann", 2ms) == "unauthorized");
    CHECK(refused("ann", 3ms).empty());
    CHECK(refused("bob", 1h) == "banned");
    for (const char* address : {"10.1.0.1", "10.2.0.1", "10.3.0.1"}) CHECK(refused("dan", 0ms, address) == "banned");
  }
  time.advance(1ms);
  CHECK(refused("ann", 2ms).empty());
  CHECK(refused("bob", 1h).empty());
  for (const char* address : {"10.1.0.1", "10.2.0.1", "10.3.0.1"}) CHECK(refused("dan", 0ms, address).empty());
  // Another machine's clock may be a minute ahead.
  CHECK(refused("eve", 2s + 1min).empty());
  CHECK(refused("eve", 2s + 1min + 1ms) == "unauthorized");
}

TEST_CASE("who is refused for a time is told how long, and who is refused for good is not") {
  const instant now = from_ms(1'700'000'000'000);
  auto retry = [&](instant until) {
    return std::string(
        http::answer_of({http::denial_reason::banned_player, {"banned", ""}, until}, now).headers.find("Retry-After"));
  };
  CHECK(retry(now + 1001ms) == "2");
  CHECK(retry(now).empty());
  CHECK(retry(instant{}).empty());
  CHECK(retry(instant::max()).empty());
}
