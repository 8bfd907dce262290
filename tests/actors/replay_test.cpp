#include <catch2/catch.hpp>
#include <string>

#include "actors/catalog.hpp"
#include "tests/support/json.hpp"
#include "tests/support/replay.hpp"

// Our own games, the lobby and the session ask their context alone: what they do is the same in two runs.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

std::string difference_of(const std::function<void(simulation&)>& script) {
  return difference_of_two_runs(actors::make_catalog().kinds(), script);
}

/// Ann and Bob sit down, send `moves` in turn, leave, offer a rematch, and a day passes.
void play(simulation& sim, const std::string& game, const std::string& command, const std::vector<std::string>& moves) {
  const std::string room = game + "/r1";
  for (const char* player : {"ann", "bob"}) CHECK(sim.post(player, room, "join").word() == "ok");
  for (std::size_t i = 0; i < moves.size(); ++i)
    CHECK(sim.post(i % 2 ? "bob" : "ann", room, command, moves[i]).word() == "ok");
  sim.get("", room);
  sim.post("bob", room, "leave");
  for (const char* player : {"ann", "bob"}) sim.post(player, room, "rematch");
  sim.advance(24h, 1h);
}

}  // namespace

TEST_CASE("the games run the same twice") {
  CHECK(difference_of([](simulation& sim) {
          play(sim, "tictactoe", "place", {json("cell", 0), json("cell", 4), json("cell", 8)});
        }) == "");
  CHECK(difference_of([](simulation& sim) {
          play(sim, "gomoku", "place", {R"({"x":7,"y":7})", R"({"x":7,"y":8})", R"({"x":8,"y":8})"});
        }) == "");
  CHECK(difference_of([](simulation& sim) {
          play(sim, "rock_paper_scissors", "choose", {R"({"hand":"rock"})", R"({"hand":"paper"})"});
        }) == "");
}

TEST_CASE("the lobby and the sessions run the same twice") {
  CHECK(difference_of([](simulation& sim) {
          for (const char* player : {"ann", "bob", "cyd"})
            CHECK(sim.post(player, "lobby/tictactoe", "quick_join").word() == "ok");
          sim.post("cyd", "lobby/gomoku", "create");
          sim.post("", "lobby/tictactoe", "list");
          sim.advance(2h, 1min);
          sim.get("ann", "session/ann");
        }) == "");
}

TEST_CASE("fortunes and streams run the same twice") {
  CHECK(difference_of([](simulation& sim) {
          for (int i = 0; i < 3; ++i) {
            CHECK(sim.post("ann", "fortune/ann", "chat", json("message", "Will it rain?")).word() == "ok");
            sim.advance(1min);
          }
          CHECK(sim.post("ann", "live/ann", "open", json("title", "Chess")).word() == "ok");
          sim.advance(1h, 1min);
        }) == "");
}
