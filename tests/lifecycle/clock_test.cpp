#include <catch2/catch.hpp>
#include <stdexcept>

#include "runtime/authoring/room_of.hpp"
#include "tests/support/simulation.hpp"

// Turn clocks, and states that earlier versions saved.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

struct pile {
  int stones = 10;
  int passes = 0;
  static constexpr auto fields = describe(field("stones", &pile::stones), field("passes", &pile::passes));
};

verdict on_take(pile& p, context&) {
  --p.stones;
  return accept();
}
verdict on_time_up(pile& p, context& ctx) {
  p.passes = 10 * p.passes + ctx.seat() + 1;
  return accept();
}
verdict on_time_up_refused(pile& p, context& ctx) {
  p.passes = 99;
  ctx.emit("gone");
  ctx.tell({"pile", "other"}, "open");
  ctx.remind("later", 1h, "tidy");
  ctx.erase();
  return reject("as_usual");
}
pile view(const pile& p) { return p; }

room_of<pile> timed(duration turn_time = 60s) {
  return {.name = "pile",
          .seats = exactly(2),
          .turns = round_robin(1),
          .turn_time = turn_time,
          .commands = {{"take", on_take}},
          .view = view};
}

/// A room in which ann and bob sit, ann to move.
struct seated_simulation : simulation {
  explicit seated_simulation(kind k) : simulation(std::move(k)) {
    post("ann", "pile/r", "join");
    post("bob", "pile/r", "join");
  }
};

std::string room(simulation& sim) { return sim.get("ann", "pile/r").body(); }

}  // namespace

TEST_CASE("a turn that is not taken in time is forfeited") {
  seated_simulation sim{kind(timed())};
  CHECK_THAT(room(sim), Contains("\"turn_ends_at\":\"2023-11-14T22:14:20.000Z\""));
  sim.advance(59s);
  CHECK(sim.post("ann", "pile/r", "take").word() == "ok");
  sim.advance(59s);
  CHECK_THAT(room(sim), Contains("\"outcome\":null"));
  sim.advance(2s);
  CHECK_THAT(room(sim), Contains(R"("outcome":{"winner":0,"reason":"forfeit")"));
  CHECK_THAT(room(sim), !Contains("turn_ends_at"));
}

TEST_CASE("a move that is handled after its deadline is too late, reminder or no reminder") {
  seated_simulation sim{kind(timed())};
  sim.time.advance(61s);  // no tick: the reminder has not come yet
  CHECK(sim.post("ann", "pile/r", "take").word() == "too_late");
}

TEST_CASE("the game may choose what a lost turn means") {
  auto gentle = timed();
  gentle.time_up = on_time_up;
  seated_simulation sim{kind(gentle)};
  sim.advance(61s);
  CHECK_THAT(room(sim), Contains("\"turn\":1") && Contains("\"passes\":1}"));
  sim.advance(60s);
  CHECK_THAT(room(sim), Contains("\"turn\":0") && Contains("\"passes\":12}"));
}

TEST_CASE("a game that refuses to choose wants nothing else either") {
  auto usual = timed();
  usual.time_up = on_time_up_refused;
  seated_simulation sim{kind(usual)};
  sim.advance(61s);
  CHECK_THAT(room(sim), Contains(R"("outcome":{"winner":1,"reason":"forfeit")") && Contains("\"passes\":0}"));
  CHECK(sim.runtime().stats().reminders == 1);  // to tidy up
  CHECK(sim.get("ann", "pile/other").word() == "unknown_room");
}

TEST_CASE("a clock runs on while its room sleeps, and across a kill") {
  auto slow = timed(2h);
  slow.idle_after = 10min;
  seated_simulation sim{kind(slow)};
  sim.advance(119min);
  CHECK_FALSE(sim.awake("pile/r"));
  sim.crash();
  CHECK_THAT(room(sim), Contains("\"outcome\":null"));
  sim.advance(2min);
  CHECK_THAT(room(sim), Contains(R"("winner":1,"reason":"forfeit")"));
}

TEST_CASE("a deadline that passed while the server was down leaves ten seconds from its start") {
  seated_simulation sim{kind(timed())};
  sim.time.advance(10min);
  sim.crash();
  sim.advance(9s);
  CHECK_THAT(room(sim), Contains("\"outcome\":null"));
  CHECK(sim.post("ann", "pile/r", "take").word() == "ok");

  sim.time.advance(10min);
  sim.crash();
  sim.advance(9s);
  CHECK_THAT(room(sim), Contains("\"outcome\":null"));
  sim.advance(2s);
  CHECK_THAT(room(sim), Contains(R"("winner":0,"reason":"forfeit")"));
}

TEST_CASE("a clock stops with the game, and a rematch starts it anew") {
  seated_simulation sim{kind(timed())};
  sim.post("bob", "pile/r", "leave");
  CHECK_THAT(room(sim), Contains("\"winner\":0"));
  sim.advance(2min);
  CHECK_THAT(room(sim), Contains("\"winner\":0"));
  CHECK(sim.runtime().stats().reminders == 1);  // the one that deletes the room
}

TEST_CASE("with simultaneous turns the clock is everyone's, and its end nobody's victory") {
  auto both = timed();
  both.turns = simultaneous();
  seated_simulation sim{kind(both)};
  sim.advance(50s);
  CHECK(sim.post("bob", "pile/r", "take").word() == "ok");
  sim.advance(50s);
  CHECK_THAT(room(sim), Contains("\"outcome\":null"));
  sim.advance(11s);
  CHECK_THAT(room(sim), Contains(R"("outcome":{"winner":null,"reason":"time_up")"));
}

// Migrations: three versions of one actor, and two of a room.

namespace {

struct heap {
  int left = 0;
  static constexpr auto fields = describe(field("left", &heap::left));
};
heap from_pile(const pile& p) { return {p.stones}; }
verdict on_take_of_heap(heap& h, context&) {
  --h.left;
  return accept();
}
heap view_heap(const heap& h) { return h; }

struct purse_1 {
  int coins = 0;
  static constexpr auto fields = describe(field("coins", &purse_1::coins));
};
struct purse_2 {
  int copper = 0;
  int silver = 0;
  static constexpr auto fields = describe(field("copper", &purse_2::copper), field("silver", &purse_2::silver));
};
struct purse {
  int copper = 0;
  int silver = 0;
  std::string owner;
  static constexpr auto fields =
      describe(field("copper", &purse::copper), field("silver", &purse::silver), field("owner", &purse::owner));
};

purse_2 from_1(const purse_1& p) { return {p.coins % 10, p.coins / 10}; }
purse from_2(const purse_2& p) { return {p.copper, p.silver, "nobody"}; }
verdict on_touch(purse&, context&) { return accept(); }
purse view_purse(const purse& p) { return p; }

kind purses() {
  return actor_of<purse>{.name = "purse",
                         .upgrades = {upgrade_with(from_1), upgrade_with(from_2)},
                         .commands = {{"touch", on_touch}},
                         .view = view_purse};
}

void put(simulation& sim, int schema, std::string state) {
  sim.store.save({.actor = {"purse", "ann"},
                  .next = {.incarnation = 1, .version = 1, .schema = schema, .state = std::move(state)}},
                 [](auto) {});
}

std::pair<int, std::string> stored(simulation& sim) {
  std::pair<int, std::string> kept;
  sim.store.load({"purse", "ann"}, [&](auto r) { kept = {r.value()->schema, r.value()->state}; });
  return kept;
}

}  // namespace

TEST_CASE("a state of an earlier version is upgraded when it wakes, and stored so when it changes") {
  simulation sim(purses());
  put(sim, 1, R"({"coins":34})");
  CHECK(sim.get("ann", "purse/ann").body() == R"({"copper":4,"silver":3,"owner":"nobody"})");
  CHECK(stored(sim) == std::pair(1, std::string(R"({"coins":34})")));
  sim.post("ann", "purse/ann", "touch");
  CHECK(stored(sim) == std::pair(3, std::string(R"({"copper":4,"silver":3,"owner":"nobody"})")));
}

TEST_CASE("a state of a later version, or one that cannot be upgraded, is refused and left as it is") {
  simulation later(purses());
  put(later, 4, R"({"gold":1})");
  pending_reply refused = later.post("ann", "purse/ann", "touch");
  CHECK(refused.word() == "state_unreadable");
  CHECK_THAT(refused.answer().why.detail, Contains("is of version 4, this program reads up to 3"));
  CHECK(stored(later) == std::pair(4, std::string(R"({"gold":1})")));

  simulation broken(purses());
  put(broken, 1, R"({"cowries":34})");
  refused = broken.post("ann", "purse/ann", "touch");
  CHECK(refused.word() == "state_unreadable");
  CHECK_THAT(refused.answer().why.detail, Contains("no way from version 1: coins is missing"));
  CHECK(stored(broken).first == 1);

  auto throwing = purses();
  throwing.upgrades[0].step = [](json_value) -> result<std::string> { throw std::out_of_range("no such coin"); };
  simulation thrown(throwing);
  put(thrown, 1, R"({"coins":34})");
  refused = thrown.post("ann", "purse/ann", "touch");
  CHECK(refused.word() == "state_unreadable");
  CHECK_THAT(refused.answer().why.detail, Contains("no way from version 1: no such coin"));
}

TEST_CASE("a room's game is upgraded and its table stays") {
  seated_simulation sim{kind(timed())};
  sim.post("ann", "pile/r", "take");
  std::string before;
  sim.store.load({"pile", "r"}, [&](auto r) { before = r.value()->state; });
  kind next = room_of<heap>{.name = "pile",
                            .upgrades = {upgrade_with(from_pile)},
                            .commands = {{"take", on_take_of_heap}},
                            .view = view_heap};
  simulation after(next);
  after.store.save({.actor = {"pile", "r"}, .next = {.incarnation = 1, .version = 1, .state = before}}, [](auto) {});
  CHECK_THAT(after.post("bob", "pile/r", "take").body(),
             Contains(R"("seats":["ann","bob"],"turn":0)") && Contains(R"("view":{"left":8})"));
}
