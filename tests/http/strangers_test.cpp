#include <catch2/catch.hpp>
#include <functional>
#include <vector>

#include "tests/support/check_problem.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/json.hpp"
#include "tests/support/strangers.hpp"

// What one guest, and one address with a new guest for every request, may take from the others.
using namespace parlor;
using namespace parlor::http;
using namespace parlor::testing;
using Catch::Contains;

namespace {

const std::string here, there = "192.0.2.1", elsewhere = "198.51.100.7";

}  // namespace

TEST_CASE("a guest has some rooms waiting, wherever they ask from, and others have theirs") {
  strangers s;
  for (const std::string& address : {here, there}) {
    auto guest = s.by_new_guest(address);
    for (int i = 0; i < 5; ++i) REQUIRE(s.post("/api/tictactoe", guest).status == 201);
    auto refused = s.post("/api/tictactoe", guest);
    check_problem(refused, 429, "too_many_rooms");
    CHECK_THAT(refused.field("detail"), Contains("a guest may have 5 rooms"));
    CHECK_FALSE(refused.header("retry-after").empty());
    CHECK(s.post("/api/gomoku", guest).status == 201);
    // There are rooms enough to play in.
    CHECK(s.post("/api/tictactoe/join", guest).status == 200);
    CHECK(s.post("/api/tictactoe", s.by_new_guest(address)).status == 201);
  }
  CHECK(s.gate.limited().bounds[2] == 2);
  CHECK_THAT(s.get("/metrics").body, Contains("parlor_bounds_refused_total{bound=\"too_many_rooms\"} 2"));
}

TEST_CASE("a new guest for every room does not help: an address has a bound, of IPv6 a /64") {
  strangers s({.waiting_rooms_per_address = 4});
  for (int i = 0; i < 4; ++i)
    REQUIRE(s.post("/api/tictactoe", s.by_new_guest("2001:db8:1:2::" + std::to_string(i))).status == 201);
  auto refused = s.post("/api/tictactoe", s.by_new_guest("2001:db8:1:2:ffff::9"));
  check_problem(refused, 429, "too_many_rooms");
  CHECK_THAT(refused.field("detail"), Contains("the guests of an address may have 4 rooms"));
  CHECK(s.post("/api/tictactoe", s.by_new_guest("2001:db8:1:3::1")).status == 201);
  CHECK(s.post("/api/tictactoe", s.by_player("ann", "2001:db8:1:2::1")).status == 201);
  for (int i = 0; i < 5; ++i) CHECK(s.post("/api/tictactoe", s.by_new_guest(here)).status == 201);
}

TEST_CASE("guests leave a share of the lobby to named players, whose rooms push out theirs") {
  strangers s({.waiting_rooms_max = 6, .waiting_rooms_reserved = 2});
  for (int i = 0; i < 4; ++i)
    REQUIRE(s.post("/api/tictactoe", s.by_new_guest("192.0.2." + std::to_string(i))).status == 201);
  auto refused = s.post("/api/tictactoe", s.by_new_guest(elsewhere));
  check_problem(refused, 503, "lobby_full");
  CHECK_THAT(refused.field("detail"), Contains("4 rooms of guests"));
  for (int i = 0; i < 6; ++i)
    CHECK(s.post("/api/tictactoe", s.by_player("ann" + std::to_string(i), there)).status == 201);
  check_problem(s.post("/api/tictactoe", s.by_player("ann", there)), 503, "lobby_full");
}

TEST_CASE("a guest sends some invitations an hour, and so do all guests of an address together") {
  strangers s({}, {.player_invitations = {.count = 1, .per = std::chrono::hours(1), .burst = 2},
                   .guest_invitations = {.count = 1, .per = std::chrono::hours(1), .burst = 3},
                   .address_invitations = {.count = 1, .per = std::chrono::hours(1), .burst = 5}});
  int invited = 0;
  auto invite = [&](const loopback_client::headers& as) {
    return s.post("/api/gomoku/r" + s.seat(as) + "/invite", as, json("player", "nobody" + std::to_string(++invited)));
  };
  for (const std::string& address : {here, there}) {
    auto guest = s.by_new_guest(address);
    // What is refused does not count.
    for (int i = 0; i < 9; ++i)
      check_problem(s.post("/api/gomoku/r" + s.seat(guest) + "/invite", guest, "{}"), 400, "bad_arguments");
    for (int i = 0; i < 3; ++i) REQUIRE(invite(guest).status == 200);
    auto refused = invite(guest);
    check_problem(refused, 429, "too_many_invitations");
    CHECK_THAT(refused.field("detail"), Contains("a guest may send invitations 1 an hour"));
    CHECK(std::stoi(refused.header("retry-after")) > 3000);
  }
  for (int i = 0; i < 2; ++i) REQUIRE(invite(s.by_new_guest(there)).status == 200);
  check_problem(invite(s.by_new_guest(there)), 429, "too_many_invitations");
  CHECK(invite(s.by_new_guest(elsewhere)).status == 200);
  auto ann = s.by_player("ann", there), bob = s.by_player("bob", here);
  for (int i = 0; i < 2; ++i) CHECK(invite(ann).status == 200);
  check_problem(invite(ann), 429, "too_many_invitations");
  for (int i = 0; i < 4; ++i) CHECK(invite(bob).status == 200);
  CHECK_THAT(s.get("/metrics").body, Contains("parlor_bounds_refused_total{bound=\"too_many_invitations\"} 4"));
}

TEST_CASE("players who were never seen cost an address no more sessions than it may send invitations") {
  strangers s;
  for (int i = 0; i < 40; ++i) {
    auto guest = s.by_new_guest(there);
    std::string room = "/api/gomoku/r" + s.seat(guest);
    s.post(room + "/invite", guest, json("player", "nobody" + std::to_string(i)));
  }
  // Forty rooms, forty guests who sit there, and the players who were invited.
  CHECK(s.store.size() == 40 + 40 + 20);
}

TEST_CASE(
    "a guest makes some rooms that are not over, by their ids or by the lobby, and one that is over does not count") {
  strangers s({.open_per_guest = 4});
  for (const std::string& address : {here, there}) {
    auto guest = s.by_new_guest(address);
    std::string own = "/api/gomoku/r" + s.seat(guest);
    REQUIRE(s.post("/api/tictactoe", guest).status == 201);
    REQUIRE(s.post("/api/tictactoe/join", guest).status == 200);
    REQUIRE(s.post("/api/gomoku/r" + s.seat(guest) + "/leave", guest).status == 200);
    // What was made is answered again under its key.
    auto keyed = guest;
    keyed.emplace("Idempotency-Key", "third");
    CHECK(s.post("/api/rock_paper_scissors", keyed).status == 201);
    CHECK(s.post("/api/rock_paper_scissors", keyed).status == 201);
    for (const char* path : {"/api/gomoku", "/api/rock_paper_scissors", "/api/gomoku/mine/join"}) {
      auto refused = s.post(path, guest);
      check_problem(refused, 429, "too_many_rooms");
      CHECK_THAT(refused.field("detail"), Contains("a guest may have 4 rooms and sessions"));
    }
    // What they play they play on, and others' rooms are open to them.
    CHECK(s.post(own + "/join", guest).status == 200);
    std::string others = "/api/gomoku/r" + s.seat(s.by_player("ann", address));
    CHECK(s.post(others + "/join", guest).status == 200);
    CHECK(s.post("/api/gomoku", s.by_new_guest(address)).status == 201);
  }
}

TEST_CASE("a new guest for every room that is not over does not help either, and named players go on") {
  strangers s({.open_per_address = 4, .open_of_guests = 6});
  for (int i = 0; i < 4; ++i) s.seat(s.by_new_guest("2001:db8::" + std::to_string(i)));
  auto join = [&](const loopback_client::headers& as, const std::string& room) {
    return s.post("/api/gomoku/" + room + "/join", as);
  };
  check_problem(join(s.by_new_guest("2001:db8::9"), "a"), 429, "too_many_rooms");
  CHECK(join(s.by_player("ann", "2001:db8::9"), "a").status == 200);
  for (const char* room : {"b", "c"}) CHECK(join(s.by_new_guest(elsewhere), room).status == 200);
  auto refused = join(s.by_new_guest(there), "d");
  check_problem(refused, 503, "guests_full");
  CHECK_THAT(refused.field("detail"), Contains("6 rooms and sessions of guests"));
  CHECK(join(s.by_player("bob", there), "d").status == 200);
  CHECK_THAT(s.get("/metrics").body, Contains("parlor_bounds_refused_total{bound=\"guests_full\"} 1"));
}

TEST_CASE("a new guest for every request does not wake sessions without end: an address has a bound") {
  strangers s({.awake_per_address = 4});
  const std::vector<std::function<http_answer(const loopback_client::headers&)>> ways{
      [&](const auto& as) { return s.post("/api/live/session/open", as); },
      [&](const auto& as) { return s.get("/api/live", as); },
      [&](const auto& as) { return s.post("/api/live/end", as, "{}"); },
      [&](const auto& as) { return s.get("/api/live/events?wait=0", as); }};
  int number = 0;
  auto next = [&] { return s.by_new_guest("2001:db8:1:2::" + std::to_string(++number)); };
  for (const auto& wake : ways) wake(next());
  REQUIRE(s.runtime.stats().awake_by_kind["live"] == 4);
  for (const auto& wake : ways) {
    auto refused = wake(next());
    check_problem(refused, 429, "too_many_sessions");
    CHECK_THAT(refused.field("detail"), Contains("the guests of an address may have 4 sessions awake"));
    CHECK_FALSE(refused.header("retry-after").empty());
  }
  CHECK(s.runtime.stats().awake_by_kind["live"] == 4);
  CHECK_THAT(s.get("/metrics").body, Contains("parlor_bounds_refused_total{bound=\"too_many_sessions\"} 4\n"));
  // Others go on: an address beside it, named players, and who is awake. What is stored is bounded otherwise.
  CHECK(s.get("/api/live", s.by_new_guest("2001:db8:1:3::1")).status == 200);
  CHECK(s.get("/api/live", s.by_player("ann", "2001:db8:1:2::1")).status == 200);
  CHECK(s.get("/api/live", s.by_guest("guest_1", "2001:db8:1:2::1")).status == 200);
  CHECK(s.get("/api/session", next()).status == 200);
}

TEST_CASE("a session that sleeps or was closed gives its place back") {
  strangers s({.awake_per_address = 1});
  for (int i = 0; i < 5; ++i) {
    auto guest = s.by_new_guest(there);
    REQUIRE(eventually([&] { return s.get("/api/live", guest).status == 200; }));
    check_problem(s.get("/api/live", s.by_new_guest(there)), 429, "too_many_sessions");
    CHECK(s.post("/api/live/session/close", guest).status == 200);
  }
}

TEST_CASE("guests leave a share of what may be awake to named players") {
  served s({.awake_max = 8, .bounds = {.awake_reserved_percent = 50}});
  auto wake = [&](const std::string& player, role as) {
    return s.get("/api/live", {{"Authorization", "Bearer " + s.token(player, as)}});
  };
  for (int i = 0; i < 4; ++i) REQUIRE(wake("guest_" + std::to_string(i), role::guest).status == 200);
  auto refused = wake("guest_9", role::guest);
  check_problem(refused, 503, "sessions_full");
  CHECK_THAT(refused.field("detail"), Contains("4 sessions of guests are awake"));
  for (int i = 0; i < 4; ++i) CHECK(wake("ann" + std::to_string(i), role::player).status == 200);
  CHECK_THAT(s.get("/metrics").body, Contains("parlor_bounds_refused_total{bound=\"sessions_full\"} 1\n"));
}
