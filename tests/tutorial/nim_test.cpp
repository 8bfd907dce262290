#include "tests/tutorial/nim.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/json.hpp"
#include "tests/support/json_part.hpp"
#include "tests/support/replay.hpp"
#include "tests/support/simulation.hpp"

using namespace parlor;
using namespace parlor::actors;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

/// What comes of a move by the player in `seat`: "ok", or the word of the refusal.
std::string word_of_take(heap& h, int seat, int sticks) {
  const address room{"nim", "r1"};
  dice d(1);
  context ctx({.self = room}, from_ms(0), d);
  ctx.set_seat(seat, 2);
  verdict decided = on_take(h, {sticks}, ctx);
  return decided.accepted() ? "ok" : decided.why().code;
}

}  // namespace

TEST_CASE("a move takes its sticks off the heap") {
  heap h;
  CHECK(word_of_take(h, 0, 3) == "ok");
  CHECK(h.sticks == 18);
  CHECK(h.last == 0);
}

TEST_CASE("nobody takes more than there are") {
  heap h{.sticks = 2};
  CHECK(word_of_take(h, 1, 3) == "too_few_sticks");
  CHECK(h.sticks == 2);
}

TEST_CASE("who takes the last stick loses") {
  CHECK_FALSE(over({.sticks = 1, .last = 0}));
  CHECK(over({.sticks = 0, .last = 0})->winner == 1);
  CHECK(over({.sticks = 0, .last = 1})->winner == 0);
}

TEST_CASE("ann and bob play a game, with a nap and a crash in the middle") {
  simulation sim(nim());
  auto say = [&](std::string player, std::string command, std::string args = "{}") {
    return sim.post(std::move(player), "nim/r1", std::move(command), std::move(args)).word();
  };
  auto part = [&](std::string_view path) { return json_part(sim.get("", "nim/r1").body(), path); };

  CHECK(say("ann", "join") == "ok");
  CHECK(say("ann", "take", json("sticks", 1)) == "not_started");
  CHECK(say("bob", "join") == "ok");
  CHECK(say("bob", "take", json("sticks", 1)) == "not_your_turn");
  CHECK(say("ann", "take", json("sticks", 4)) == "bad_arguments");
  CHECK(say("ann", "take", json("sticks", 3)) == "ok");
  CHECK(part("view.sticks") == "18");
  CHECK(part("turn") == "1");

  sim.advance(31min);
  CHECK_FALSE(sim.awake("nim/r1"));
  CHECK(say("bob", "take", json("sticks", 2)) == "ok");  // it woke, and knew its sticks
  CHECK(part("view.sticks") == "16");

  sim.crash();
  CHECK(part("view.sticks") == "16");  // bob was told that his move counts, so it does

  for (int left = 16; left > 1; left -= 3)
    CHECK(say(part("turn") == "0" ? "ann" : "bob", "take", json("sticks", 3)) == "ok");
  CHECK(say("bob", "take", json("sticks", 2)) == "too_few_sticks");
  CHECK(say("bob", "take", json("sticks", 1)) == "ok");
  CHECK(part("outcome.winner") == "0");
  CHECK(part("outcome.reason") == "last_stick");
  CHECK(sim.balanced());
}

TEST_CASE("nim runs the same twice") {
  CHECK(difference_of_two_runs(nim(), [](simulation& sim) {
          for (const char* player : {"ann", "bob"}) sim.post(player, "nim/r1", "join");
          sim.post("ann", "nim/r1", "take", json("sticks", 3));
          sim.advance(31min);
          sim.post("bob", "nim/r1", "take", json("sticks", 2));
        }) == "");
}
