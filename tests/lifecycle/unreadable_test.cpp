#include <catch2/catch.hpp>

#include "runtime/authoring/room_of.hpp"
#include "tests/support/simulation.hpp"

// A program that cannot read the stored rooms was deployed by mistake: the one after it goes on as if it had not been.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

struct pile {
  int stones = 10;
  static constexpr auto fields = describe(field("stones", &pile::stones));
};
/// The mistake: a field was added without `or_default`.
struct painted_pile {
  int stones = 10;
  int colour = 0;
  static constexpr auto fields =
      describe(field("stones", &painted_pile::stones), field("colour", &painted_pile::colour));
};

template <class Pile>
verdict on_take(Pile& p, context&) {
  --p.stones;
  return accept();
}
template <class Pile>
Pile view(const Pile& p) {
  return p;
}

template <class Pile>
room_of<Pile> piles(duration turn_time = 60s) {
  return {.name = "pile",
          .seats = exactly(2),
          .turns = round_robin(1),
          .turn_time = turn_time,
          .commands = {{"take", on_take<Pile>}},
          .view = view<Pile>};
}

/// A room in which ann and bob sit, ann to move for another half a minute.
struct played_simulation : simulation {
  played_simulation() : simulation(kind(piles<pile>())) {
    post("ann", "pile/r", "join");
    post("bob", "pile/r", "join");
    advance(30s);
    lost_before = store.dead_letters();
  }
  [[nodiscard]] std::size_t lost() const { return store.dead_letters() - lost_before; }
  std::string room() { return get("ann", "pile/r").body(); }

  std::size_t lost_before = 0;
};

/// Reads piles of before only while it is well.
bool is_well = true;
result<std::string> from_pile(json_value saved) {
  if (!is_well) return failure{"state_unreadable", "not today"};
  return saved.text();
}

}  // namespace

TEST_CASE("a program that cannot read a room leaves its clock to the next one") {
  played_simulation sim;
  sim.deploy(piles<painted_pile>());
  sim.advance(30min);
  CHECK(sim.post("ann", "pile/r", "take").word() == "state_unreadable");
  CHECK(sim.lost() == 0);
  CHECK(sim.runtime().stats().messages_lost == 0);
  CHECK(sim.runtime().stats().unreadable == 1);
  CHECK(sim.runtime().stats().deliveries_unread == 1);
  CHECK(sim.log.count("load_failed", "pile/r") == 1);

  sim.deploy(piles<pile>());
  sim.advance(9s);
  CHECK(sim.post("ann", "pile/r", "take").word() == "ok");
  CHECK(sim.runtime().stats().unreadable == 0);
  // The clock runs: bob, whose turn it is now, does not move.
  sim.advance(59s);
  CHECK_THAT(sim.room(), Contains("\"outcome\":null"));
  sim.advance(2s);
  CHECK_THAT(sim.room(), Contains(R"("outcome":{"winner":0,"reason":"forfeit")"));
}

TEST_CASE("nobody need come: a room that can be read again is played on by its clock") {
  played_simulation sim;
  sim.deploy(piles<painted_pile>());
  sim.advance(30min);
  sim.deploy(piles<pile>());
  sim.advance(12s);
  CHECK_THAT(sim.room(), Contains(R"("outcome":{"winner":1,"reason":"forfeit")"));
}

TEST_CASE("a room that can be read while the program runs has ten seconds from then") {
  played_simulation sim;
  is_well = false;
  auto next = piles<pile>();
  next.upgrades = {{from_pile}};
  sim.deploy(next);
  sim.advance(30min);
  CHECK(sim.get("ann", "pile/r").word() == "state_unreadable");
  is_well = true;
  CHECK_THAT(sim.room(), Contains("\"outcome\":null"));
  CHECK(sim.lost() == 0);
  sim.advance(9s);
  CHECK(sim.post("ann", "pile/r", "take").word() == "ok");
  CHECK(sim.runtime().stats().unreadable == 0);
}

TEST_CASE("what waits for a room comes within a minute and a half once the room can be read") {
  played_simulation sim;
  is_well = false;
  auto next = piles<pile>();
  next.upgrades = {{from_pile}};
  sim.deploy(next);
  sim.advance(30min);
  is_well = true;
  sim.advance(90s);
  CHECK(sim.runtime().stats().deliveries_unread == 0);
  CHECK_THAT(sim.room(), Contains(R"("outcome":{"winner":1,"reason":"forfeit")"));
}

TEST_CASE("a program without the clock, or without the kind, leaves a room's clock to the next one") {
  played_simulation sim;
  SECTION("without the clock") { sim.deploy(piles<pile>(0s)); }
  SECTION("without the kind") {
    auto other = piles<pile>();
    other.name = "heap";
    sim.deploy(other);
  }
  sim.advance(30min);
  CHECK(sim.lost() == 0);
  CHECK_THAT(sim.log.last("reminder_left", "pile/r"), Contains("time_up: no such"));
  sim.deploy(piles<pile>());
  sim.advance(9s);
  CHECK_THAT(sim.room(), Contains("\"outcome\":null"));
  sim.advance(3s);
  CHECK_THAT(sim.room(), Contains(R"("outcome":{"winner":1,"reason":"forfeit")"));
}
