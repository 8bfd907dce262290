#include <catch2/catch.hpp>

#include "tests/support/check_problem.hpp"
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
  CHECK(s.gate.limited().bounds[1] == 2);
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
