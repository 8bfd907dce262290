#include <catch2/catch.hpp>

#include "http/admission/limiter.hpp"
#include "tests/support/check_problem.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/json.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/stream_client.hpp"

// Who asks too often waits, and nobody else does.
using namespace parlor;
using namespace parlor::http;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

/// How many of so many tries are allowed at one moment.
int allowed(token_buckets& b, std::uint64_t name, int tries, instant now) {
  int count = 0;
  for (int i = 0; i < tries; ++i) count += b.take(name, now).allowed;
  return count;
}

gateway_options limited(limit_options limits) {
  limits.proxies = {address_range::parse("127.0.0.1").value()};
  return {.limits = std::move(limits)};
}

/// A request that a trusted proxy passed on for somebody.
loopback_client::headers from(const std::string& address, loopback_client::headers with = {}) {
  with.emplace("X-Forwarded-For", address);
  return with;
}

/// The first try of 20 that is refused, from 1; 0: none.
int refused_at(served& s, const std::string& path, const loopback_client::headers& with) {
  for (int i = 1; i <= 20; ++i)
    if (s.get(path, with).status == 429) return i;
  return 0;
}

}  // namespace

TEST_CASE("a bucket holds its burst, and gets new tokens with time") {
  manual_clock clock;
  token_buckets b({.count = 10, .per = 1s, .burst = 5});
  CHECK(allowed(b, 1, 10, clock.now()) == 5);
  clock.advance(99ms);
  CHECK(allowed(b, 1, 10, clock.now()) == 0);
  clock.advance(1ms);
  CHECK(allowed(b, 1, 10, clock.now()) == 1);
  clock.advance(250ms);
  CHECK(allowed(b, 1, 10, clock.now()) == 2);
  // What is left of the quarter counts: the next token is 50 ms away.
  clock.advance(50ms);
  CHECK(allowed(b, 1, 10, clock.now()) == 1);
  clock.advance(1h);
  CHECK(allowed(b, 1, 10, clock.now()) == 5);
  CHECK(allowed(b, 2, 10, clock.now()) == 5);
}

TEST_CASE("a bucket says what is left, and how long to wait") {
  manual_clock clock;
  token_buckets b({.count = 2, .per = 1min, .burst = 2});
  auto first = b.take(1, clock.now());
  CHECK(first.remaining == 1);
  CHECK(first.full == 30s);
  CHECK(b.take(1, clock.now()).remaining == 0);
  clock.advance(10s);
  auto refused = b.take(1, clock.now());
  CHECK_FALSE(refused.allowed);
  CHECK(refused.remaining == 0);
  CHECK(refused.wait == 20s);
  CHECK(refused.full == 50s);
  // To be refused costs nothing.
  clock.advance(20s);
  CHECK(b.take(1, clock.now()).allowed);
}

TEST_CASE("no limit is no limit, and keeps nothing") {
  manual_clock clock;
  token_buckets b({.count = 0, .burst = 1});
  CHECK(allowed(b, 1, 1000, clock.now()) == 1000);
  CHECK(b.size() == 0);
}

TEST_CASE("buckets that are full again are forgotten, and there are never more than may be") {
  manual_clock clock;
  token_buckets b({.count = 1, .per = 1s, .burst = 1}, 1600);
  for (std::uint64_t name = 0; name < 100'000; ++name) b.take(name, clock.now());
  CHECK(b.size() == 1600);
  CHECK(allowed(b, 1, 2, clock.now()) == 0);          // those that are kept still count
  CHECK(allowed(b, 1'000'000, 3, clock.now()) == 3);  // who comes new is not limited
  clock.advance(2s);
  for (std::uint64_t name = 0; name < 16; ++name) b.take(2'000'000 + name, clock.now());
  CHECK(b.size() <= 32);
  CHECK(allowed(b, 1'000'000, 3, clock.now()) == 1);
}

TEST_CASE("with another limit nobody gets a full bucket, and nobody waits longer than for one token") {
  manual_clock clock;
  token_buckets b({.count = 10, .per = 1s, .burst = 10});
  CHECK(allowed(b, 1, 20, clock.now()) == 10);
  CHECK(allowed(b, 2, 4, clock.now()) == 4);
  // Slower: who has used all has all used, and gets the next token in a second.
  b.change({.count = 1, .per = 1s, .burst = 10}, clock.now());
  CHECK(b.take(1, clock.now()).wait == 1s);
  CHECK(allowed(b, 2, 20, clock.now()) == 6);
  CHECK(allowed(b, 3, 20, clock.now()) == 10);
  // Smaller: who has used more than there may be has used all.
  b.change({.count = 1, .per = 1s, .burst = 2}, clock.now());
  CHECK(b.take(1, clock.now()).wait == 1s);
  CHECK(b.take(1, clock.now()).limit.burst == 2);
  clock.advance(1s);
  CHECK(allowed(b, 1, 20, clock.now()) == 1);
  // Faster, and back: what was used is.
  b.change({.count = 100, .per = 1s, .burst = 2}, clock.now());
  CHECK(b.take(1, clock.now()).wait == 10ms);
  // Between two tokens the part of the next one stays.
  clock.advance(5ms);
  b.change({.count = 1, .per = 1s, .burst = 2}, clock.now());
  CHECK(b.take(1, clock.now()).wait == 500ms);
}

TEST_CASE("a limit that was lifted and set again finds what was used") {
  manual_clock clock;
  token_buckets b({.count = 1, .per = 1s, .burst = 5});
  CHECK(allowed(b, 1, 20, clock.now()) == 5);
  b.change({.count = 0, .burst = 5}, clock.now());
  CHECK(allowed(b, 1, 20, clock.now()) == 20);
  b.change({.count = 1, .per = 1s, .burst = 5}, clock.now());
  CHECK(allowed(b, 1, 20, clock.now()) == 0);
  CHECK(allowed(b, 2, 20, clock.now()) == 5);
}

TEST_CASE("limits, bounds and connections change while the server serves") {
  limit_options loose{.players = {.count = 1, .per = 1min, .burst = 100}};
  served s({}, limited(loose));
  auto ann = from("192.0.2.1", s.as("ann"));
  CHECK(refused_at(s, "/api/session", ann) == 0);
  limit_options strict = loose;
  strict.players = {.count = 1, .per = 1min, .burst = 25};
  strict.watches = 0;
  s.gate.reload(strict, {});
  // 20 are used already.
  CHECK(refused_at(s, "/api/session", ann) == 6);
  REQUIRE(s.post("/api/tictactoe/r/join", from("192.0.2.1", s.as("bob"))).status == 200);
  check_problem(s.get("/api/tictactoe/r/events?wait=1", from("192.0.2.1")), 429, "too_many_watchers");
  s.gate.reload(loose, {});
  CHECK(refused_at(s, "/api/session", ann) == 0);

  auto guest = from("192.0.2.1", {{"Authorization", "Bearer " + s.token("x", role::guest)}});
  s.runtime.change_bounds({.waiting_rooms_per_guest = 1});
  CHECK(s.post("/api/gomoku", guest).status == 201);
  check_problem(s.post("/api/gomoku", guest), 429, "too_many_rooms");
  s.runtime.change_bounds({.open_per_guest = 1});
  check_problem(s.post("/api/gomoku", guest), 429, "too_many_rooms");
  s.runtime.change_bounds({});
  CHECK(s.post("/api/gomoku", guest).status == 201);

  s.sockets.change({.most = 1});
  CHECK(s.sockets.connections().most == 1);
  s.sockets.change({.of_address = 1, .loopback = true});
  loopback_client first(s.sockets.port());
  REQUIRE(first.request("GET", "/healthz").status == 200);
  check_problem(loopback_client(s.sockets.port()).request("GET", "/healthz"), 429, "too_many_connections");
  s.sockets.change({});
  CHECK(loopback_client(s.sockets.port()).request("GET", "/healthz").status == 200);
}

TEST_CASE("a player who asks too often hears how long to wait, and others go on") {
  served s({}, limited({.players = {.count = 1, .per = 1min, .burst = 3}}));
  auto ann = from("192.0.2.1", s.as("ann"));
  for (int left = 2; left >= 0; --left) REQUIRE(s.get("/api/session", ann).status == 200);
  auto refused = s.get("/api/session", ann);
  check_problem(refused, 429, "too_many_requests");
  int wait = std::stoi(refused.header("retry-after"));
  CHECK(wait > 50);
  CHECK(wait <= 60);
  CHECK(refused.header("ratelimit-limit") == "3");
  CHECK(refused.header("ratelimit-remaining") == "0");
  int reset = std::stoi(refused.header("ratelimit-reset"));
  CHECK(reset > 170);
  CHECK(reset <= 180);
  CHECK_THAT(refused.header("access-control-expose-headers"), Catch::Contains("RateLimit-Reset"));
  CHECK_FALSE(refused.header("x-request-id").empty());
  // Wherever the same player asks from; and not whoever else asks from there.
  check_problem(s.get("/api/session", from("192.0.2.9", s.as("ann"))), 429, "too_many_requests");
  CHECK(s.get("/api/session", from("192.0.2.1", s.as("bob"))).status == 200);
  CHECK(s.gate.limited().players == 2);
  CHECK_THAT(s.get("/metrics").body, Catch::Contains("parlor_limited_total{limit=\"player\"} 2"));
}

TEST_CASE("guests have a limit of their own, and administrators have none") {
  served s(
      {}, limited({.players = {.count = 1, .per = 1min, .burst = 8}, .guests = {.count = 1, .per = 1min, .burst = 4}}));
  auto as = [&](role r) { return from("192.0.2.1", {{"Authorization", "Bearer " + s.token("x", r)}}); };
  CHECK(refused_at(s, "/api/session", as(role::guest)) == 5);
  CHECK(refused_at(s, "/api/session", as(role::player)) == 9);
  CHECK(refused_at(s, "/api/session", as(role::admin)) == 0);
}

TEST_CASE("an address has a limit, whoever asks from there and whatever for") {
  served s({}, limited({.addresses = {.count = 1, .per = 1min, .burst = 3}}));
  CHECK(s.get("/", from("192.0.2.1")).status == 200);
  CHECK(s.get("/api/tictactoe", from("192.0.2.1")).status == 200);
  check_problem(s.get("/api/stats", from("192.0.2.1", {{"Authorization", "Bearer x.y.z"}})), 401, "unauthorized");
  check_problem(s.get("/api/session", from("192.0.2.1", s.as("ann"))), 429, "too_many_requests");
  CHECK(s.get("/healthz", from("192.0.2.1")).status == 200);
  CHECK(s.get("/api/session", from("192.0.2.2", s.as("ann"))).status == 200);
}

TEST_CASE("of IPv6 a /64 is one address") {
  served s({}, limited({.addresses = {.count = 1, .per = 1min, .burst = 1}}));
  CHECK(s.get("/", from("2001:db8:1:2::1")).status == 200);
  check_problem(s.get("/", from("2001:db8:1:2:ffff::9")), 429, "too_many_requests");
  CHECK(s.get("/", from("2001:db8:1:3::1")).status == 200);
}

TEST_CASE("an address makes so many guests, and renews them as it likes") {
  served s({}, limited({.new_guests = {.count = 1, .per = 1min, .burst = 2}}));
  auto guest = s.post("/api/guest", from("192.0.2.1"));
  REQUIRE(guest.status == 201);
  REQUIRE(s.post("/api/guest", from("192.0.2.1")).status == 201);
  check_problem(s.post("/api/guest", from("192.0.2.1")), 429, "too_many_requests");
  CHECK(s.post("/api/guest", from("192.0.2.2")).status == 201);
  auto own = from("192.0.2.1", {{"Authorization", "Bearer " + guest.field("token")}});
  CHECK(s.post("/api/guest", own).status == 201);
}

TEST_CASE("a school class of forty behind one address has its guests at once, and another comes right behind") {
  served s({}, limited({}));
  for (int i = 0; i < 80; ++i) REQUIRE(s.post("/api/guest", from("192.0.2.1")).status == 201);
  auto refused = s.post("/api/guest", from("192.0.2.1"));
  check_problem(refused, 429, "too_many_requests");
  CHECK(std::stoi(refused.header("retry-after")) <= 3);
  for (const char* name : {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Retry-After"})
    CHECK_THAT(refused.header("access-control-expose-headers"), Catch::Contains(name));
}

TEST_CASE("this machine is not limited unless that is wanted") {
  limit_options little{.players = {.count = 1, .per = 1min, .burst = 1},
                       .addresses = {.count = 1, .per = 1min, .burst = 4}};
  served open({}, {.limits = little});
  CHECK(refused_at(open, "/api/session", open.as("ann")) == 0);
  little.loopback = true;
  served strict({}, {.limits = little});
  CHECK(refused_at(strict, "/api/session", strict.as("ann")) == 2);
  CHECK(refused_at(strict, "/", {}) == 3);
}

TEST_CASE("without a token an address may watch so many feeds, and with one it is the player who may") {
  served s({}, limited({.watches = 2}));
  for (const char* player : {"ann", "bob"}) s.post("/api/tictactoe/r/join", from("192.0.2.9", s.as(player)));
  const std::string feed = "/api/tictactoe/r/events";
  std::vector<std::unique_ptr<loopback_client>> open;
  auto watch = [&](loopback_client::headers with) {
    with.emplace("Accept", "text/event-stream");
    open.push_back(std::make_unique<loopback_client>(s.sockets.port()));
    return open.back()->request("GET", feed, with).code();
  };
  for (int i = 0; i < 2; ++i) CHECK(watch(from("192.0.2.1")).empty());
  CHECK(watch(from("192.0.2.1")) == "too_many_watchers");
  check_problem(s.get(feed + "?wait=0", from("192.0.2.1")), 429, "too_many_watchers");
  CHECK_THAT(s.get("/metrics").body, Catch::Contains("parlor_watchers_refused_total{limit=\"address\"} 2\n"));
  CHECK(watch(from("192.0.2.1", s.as("ann"))).empty());
  CHECK(watch(from("192.0.2.2")).empty());
  CHECK(watch({}).empty());  // this machine
  open.clear();
  REQUIRE(eventually([&] { return s.runtime.stats().watchers == 0; }));
  CHECK(watch(from("192.0.2.1")).empty());
  // A long poll gives its place back with its answer.
  for (int i = 0; i < 3; ++i) CHECK(s.get(feed + "?wait=0", from("192.0.2.1")).status == 200);
}

TEST_CASE("a long poll that its player has given up leaves its place to the player's stream") {
  served s({.watchers_per_player_max = 1});
  s.post("/api/numbered/a/add", s.as("ann"));
  const std::string poll = "GET /api/numbered/a/events?after=1 HTTP/1.1\r\nHost: x\r\nPrefer: wait=50\r\n";
  auto with = s.as("ann");
  with.merge(loopback_client::headers(as_stream));
  {
    loopback_client poller(s.sockets.port());
    poller.send(poll + "Authorization: " + with["Authorization"] + "\r\n\r\n");
    REQUIRE(eventually([&] { return s.runtime.stats().watchers == 1; }));
    check_problem(s.get("/api/numbered/a/events", with), 429, "too_many_watchers");
  }
  REQUIRE(eventually([&] { return s.runtime.stats().watchers == 0; }));
  stream_client eve(s, "/api/numbered/a/events", with);
  CHECK(eve.head.status == 200);
}

TEST_CASE("a ticket counts for its player") {
  served s({}, limited({.players = {.count = 1, .per = 1min, .burst = 4}}));
  std::string url =
      s.post("/api/session/ticket", from("192.0.2.1", s.as("ann")), json("feed", "/api/session/events")).field("url");
  CHECK(refused_at(s, url + "&wait=0", from("192.0.2.2")) == 4);
  CHECK(refused_at(s, "/api/session", from("192.0.2.3", s.as("ann"))) == 1);
}

TEST_CASE("several lines of X-Forwarded-For are one list") {
  served s(
      {},
      {.limits = {.addresses = {.count = 1, .per = 1min, .burst = 3},
                  .proxies = {address_range::parse("127.0.0.1").value(), address_range::parse("10.0.0.0/8").value()}}});
  auto status = [&](const std::string& player) {
    return s.client
        .raw("GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: " + player + "\r\nX-Forwarded-For: 10.0.0.2\r\n\r\n")
        .status;
  };
  for (int i = 0; i < 3; ++i) CHECK(status("192.0.2.1") == 200);
  CHECK(status("192.0.2.1") == 429);
  CHECK(status("192.0.2.2") == 200);
}

TEST_CASE("X-Forwarded-For is believed of trusted proxies alone") {
  limit_options little{.addresses = {.count = 1, .per = 1min, .burst = 1}, .loopback = true};
  served s({}, {.limits = little});
  CHECK(s.get("/", from("192.0.2.1")).status == 200);
  check_problem(s.get("/", from("192.0.2.2")), 429, "too_many_requests");
  // What the client wrote comes in a line of its own, before the proxy's.
  served behind({}, limited(little));
  auto two_lines = [&](const std::string& invented) {
    return behind.client
        .raw("GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: " + invented + "\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n")
        .status;
  };
  CHECK(two_lines("192.0.2.8") == 200);
  CHECK(two_lines("192.0.2.9") == 429);
}
