#include <catch2/catch.hpp>
#include <future>
#include <set>
#include <vector>

#include "tests/support/served.hpp"

// A player who asks for a seat several times at once sits in one room.
using namespace parlor;
using namespace parlor::testing;

namespace {

/// The rooms of so many quick joins of a player, made at once, each on a connection and under a key of its own.
std::set<std::string> rooms_of_clicks(served& s, const std::string& player, int clicks) {
  std::vector<std::future<std::string>> asked;
  for (int i = 0; i < clicks; ++i)
    asked.push_back(std::async(std::launch::async, [&s, i, with = s.as(player)]() mutable {
      with.emplace("Idempotency-Key", "click-" + std::to_string(i));
      return loopback_client(s.sockets.port()).request("POST", "/api/tictactoe/join", with).field("id");
    }));
  std::set<std::string> rooms;
  for (auto& room : asked) rooms.insert(room.get());
  return rooms;
}

}  // namespace

TEST_CASE("a double click sits in one room, and the next stranger meets nobody who plays elsewhere") {
  served s;
  for (int n = 0; n < 20; ++n) {
    std::string number = std::to_string(n);
    std::string waiting = s.post("/api/tictactoe/join", s.as("sam" + number)).field("id");
    CHECK(rooms_of_clicks(s, "ann" + number, 2) == std::set{waiting});
    CHECK(s.get("/api/tictactoe").body == R"({"rooms":[],"next":null})");
  }
}

TEST_CASE("ten tabs that open at once show one room") {
  served s;
  auto rooms = rooms_of_clicks(s, "ann", 10);
  REQUIRE(rooms.size() == 1);
  CHECK(s.post("/api/tictactoe/join", s.as("bob")).field("id") == *rooms.begin());
  CHECK(rooms_of_clicks(s, "ann", 10) == rooms);
}
