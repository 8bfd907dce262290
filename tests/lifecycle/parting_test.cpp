#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>

#include "tests/support/counter.hpp"
#include "tests/support/fake_service.hpp"
#include "tests/support/json.hpp"
#include "tests/support/simulation.hpp"

// What an actor that is not durable tells others when it ends.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

std::vector<message> farewell(const tally_state& s, const address& self) {
  if (s.count == 13) throw std::runtime_error("no word came out");
  return {{{"heir", self.id}, "add", to_json(amount{s.count})}};
}

/// A counter whose heir of the same id gets what it has counted.
actor_of<tally_state> mortal() {
  auto k = counter();
  k.name = "mortal";
  k.durable = false;
  k.parting = farewell;
  return k;
}

kind heir() {
  auto k = counter();
  k.name = "heir";
  return k;
}

/// A simulation of actors that leave what they have to their heirs.
struct heir_simulation : simulation {
  explicit heir_simulation(options limits = {}, kind parent = mortal())
      : simulation(catalog({std::move(parent), heir()}), limits) {}

  void count(int by, const std::string& id = "a") {
    REQUIRE(post("ann", "mortal/" + id, "add", to_json(amount{by})).word() == "ok");
  }
  void close(const std::string& id = "a") {
    runtime().close(at("mortal/" + id), [](bool) {});
    run();
  }
  /// What the heir has, or why it has nothing.
  std::string left(const std::string& id = "a") {
    pending_reply p = get("ann", "heir/" + id);
    return p.word() == "ok" ? p.body() : p.word();
  }
};

}  // namespace

TEST_CASE("an actor that sleeps for good says what it leaves, once") {
  heir_simulation sim;
  sim.count(3);
  sim.advance(29min, 10s);
  CHECK(sim.left() == "unknown_room");
  sim.advance(6min + 1s, 10s);
  CHECK_FALSE(sim.awake("mortal/a"));
  CHECK(sim.left() == R"({"count":3})");
  sim.advance(2h, 1min);
  CHECK(sim.left() == R"({"count":3})");
  CHECK(sim.balanced());
}

TEST_CASE("an actor that is closed says what it leaves, and the next one what that leaves") {
  heir_simulation sim;
  sim.count(3);
  sim.close();
  CHECK(sim.left() == R"({"count":3})");
  sim.close();
  CHECK(sim.left() == R"({"count":3})");
  sim.count(2);
  sim.close();
  CHECK(sim.left() == R"({"count":5})");
  CHECK(sim.balanced());
}

TEST_CASE("an actor that makes room for another says what it leaves") {
  options limits;
  limits.awake_max = 2;
  heir_simulation sim(limits);
  sim.count(3, "a");
  sim.advance(1s);
  sim.count(4, "b");
  sim.advance(1s);
  sim.count(5, "c");
  // The heir of a, which this woke, has made b leave in its turn.
  CHECK(sim.log.count("crowded_out", "mortal/a") == 1);
  CHECK(sim.log.count("crowded_out", "mortal/b") == 1);
  CHECK(sim.left("a") == R"({"count":3})");
  CHECK(sim.left("b") == R"({"count":4})");
  CHECK(sim.balanced());
}

TEST_CASE("whatever comes while an actor ends, nothing is left twice and all of it once") {
  // The request is sent after each number of steps of the closing in turn.
  bool closed_at_last = false;
  for (std::size_t steps = 0; !closed_at_last; ++steps) {
    REQUIRE(steps < 50);
    heir_simulation sim;
    sim.count(3);
    sim.runtime().close(at("mortal/a"), [](bool) {});
    closed_at_last = sim.runtime().run_steps(steps) < steps;
    pending_reply during = sim.send("ann", "mortal/a", "add", json("by", 4));
    sim.run();
    CAPTURE(steps);
    CHECK(during.word() == "ok");
    sim.close();
    // It met the first or the second.
    CHECK(sim.left() == R"({"count":7})");
    CHECK(sim.balanced());
  }
}

TEST_CASE("an actor in which there is nothing says nothing") {
  heir_simulation sim;
  SECTION("it never existed") { CHECK(sim.get("ann", "mortal/a").word() == "unknown_room"); }
  SECTION("all that it was asked was refused") {
    auto k = mortal();
    k.created_by = {};
    heir_simulation other({}, k);
    CHECK(other.post("ann", "mortal/a", "refuse").word() == "refused_by_rule");
    CHECK(other.post("ann", "mortal/a", "read").word() == "ok");
    REQUIRE(other.awake("mortal/a"));
    other.close();
    CHECK(other.left() == "unknown_room");
  }
  SECTION("it was erased") {
    sim.count(3);
    CHECK(sim.post("ann", "mortal/a", "erase").word() == "ok");
  }
  sim.close();
  CHECK_FALSE(sim.awake("mortal/a"));
  CHECK(sim.left() == "unknown_room");
}

TEST_CASE("an actor whose parting throws ends all the same") {
  heir_simulation sim;
  sim.count(13);
  sim.close();
  CHECK_FALSE(sim.awake("mortal/a"));
  CHECK(sim.log.last("handler_threw", "mortal/a") == "parting: no word came out");
  CHECK(sim.left() == "unknown_room");
  sim.count(2);
  sim.close();
  CHECK(sim.left() == R"({"count":2})");
  CHECK(sim.balanced());
}

TEST_CASE("an actor with services says what it leaves when they have stopped") {
  outside world;
  world.hangs = true;
  auto talker = talks(world);
  talker.durable = false;
  talker.parting = [](const talk& t, const address& self) -> std::vector<message> {
    return {{{"heir", self.id}, "add", to_json(amount{static_cast<int>(t.lines.size())})}};
  };
  heir_simulation sim({}, talker);
  sim.send("ann", "talk/ann", "say", json("text", "hello"));
  sim.run();
  world.say("yes");
  sim.run();
  sim.runtime().close(at("talk/ann"), [](bool) {});
  sim.run();
  REQUIRE(world.stops.size() == 1);
  CHECK(sim.left("ann") == "unknown_room");
  world.stops.front()();
  sim.run();
  CHECK(sim.left("ann") == R"({"count":1})");
}

TEST_CASE("when the server stops everyone ends, and what they say goes nowhere") {
  heir_simulation sim;
  sim.count(3, "a");
  sim.count(13, "b");
  sim.count(4, "c");
  sim.post("ann", "heir/c", "add");
  CHECK(sim.runtime().stop());
  CHECK(sim.runtime().stats().awake == 0);
  CHECK(sim.balanced());
  CHECK(sim.log.count("handler_threw") == 1);
  CHECK(sim.log.count("message_lost") == 0);
  sim.restart();
  CHECK(sim.left("a") == "unknown_room");
  CHECK(sim.left("c") == R"({"count":1})");
}

TEST_CASE("a kind that is durable has no parting") {
  auto k = mortal();
  k.durable = true;
  CHECK_THROWS_WITH(catalog({k}),
                    "the kind \"mortal\" has a parting and is durable: its actors "
                    "wake again, so that sleep is not their end");
}
