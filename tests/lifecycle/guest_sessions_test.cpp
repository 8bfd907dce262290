#include <catch2/catch.hpp>
#include <string>

#include "tests/support/counter.hpp"
#include "tests/support/simulation.hpp"

// Sessions that are not stored count for the address of the guest who woke them, until they have ended.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

kind volatile_session() {
  auto made = counter(false);
  made.durable = false;
  return made;
}

struct volatile_simulation : simulation {
  explicit volatile_simulation(options limits) : simulation(volatile_session(), limits) {}

  std::string add(const std::string& player, std::uint64_t network) {
    pending_reply p = send({.to = at("counter/" + player),
                            .player = player,
                            .caller = {.bounded = true, .guest = network != 0, .network = network},
                            .command = "add"});
    run();
    return p.word();
  }
};

}  // namespace

TEST_CASE("the sessions of an address's guests have a bound, and each gives its place back when it sleeps") {
  volatile_simulation sim({.idle_after = 10min, .sweep_every = 1min, .bounds = {.awake_per_address = 2}});
  CHECK(sim.add("guest1", 7) == "ok");
  sim.advance(6min);
  CHECK(sim.add("guest2", 7) == "ok");
  CHECK(sim.add("guest3", 7) == "too_many_sessions");
  CHECK_FALSE(sim.awake("counter/guest3"));
  CHECK(sim.add("guest3", 8) == "ok");
  CHECK(sim.add("ann", 0) == "ok");
  for (int i = 0; i < 3; ++i) CHECK(sim.add("guest1", 7) == "ok");
  // The second sleeps, and the first has been used.
  sim.advance(9min);
  CHECK(sim.add("guest1", 7) == "ok");
  sim.advance(4min);
  REQUIRE_FALSE(sim.awake("counter/guest2"));
  CHECK(sim.add("guest4", 7) == "ok");
  CHECK(sim.add("guest5", 7) == "too_many_sessions");
  CHECK(sim.balanced());
}

TEST_CASE("a place that was closed or crowded out is free, and another bound holds at once") {
  volatile_simulation sim({.awake_max = 4, .bounds = {.awake_per_address = 2, .awake_reserved_percent = 25}});
  CHECK(sim.add("guest1", 7) == "ok");
  CHECK(sim.add("guest2", 7) == "ok");
  sim.runtime().close({"counter", "guest1"}, [](bool) {});
  sim.run();
  CHECK(sim.add("guest3", 7) == "ok");
  CHECK(sim.add("guest4", 7) == "too_many_sessions");
  CHECK(sim.add("guest4", 8) == "ok");
  CHECK(sim.add("guest5", 9) == "sessions_full");
  // Named players have a quarter, and crowd out who was not used for longest.
  sim.advance(1min);
  for (const char* player : {"guest3", "guest4"}) CHECK(sim.add(player, 8) == "ok");
  for (const char* player : {"ann", "bob"}) CHECK(sim.add(player, 0) == "ok");
  REQUIRE_FALSE(sim.awake("counter/guest2"));
  CHECK(sim.add("guest5", 9) == "ok");
  sim.runtime().change_bounds({.awake_per_address = 1});
  CHECK(sim.add("guest6", 9) == "too_many_sessions");
  CHECK(sim.add("guest6", 10) == "ok");
  CHECK(sim.balanced());
}
