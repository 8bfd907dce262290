#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>

#include "tests/support/counter.hpp"
#include "tests/support/fake_service.hpp"
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

struct family {
  explicit family(options limits = {}, kind parent = mortal()) : sim(catalog({std::move(parent), heir()}), limits) {}

  void count(int by, const std::string& id = "a") {
    REQUIRE(sim.post("ann", "mortal/" + id, "add", to_json(amount{by})).word() == "ok");
  }
  void close(const std::string& id = "a") {
    sim.runtime().close(at("mortal/" + id), [](bool) {});
    sim.run();
  }
  /// What the heir has, or why it has nothing.
  std::string left(const std::string& id = "a") {
    pending p = sim.get("ann", "heir/" + id);
    return p.word() == "ok" ? p.body() : p.word();
  }

  simulation sim;
};

}  // namespace

TEST_CASE("an actor that sleeps for good says what it leaves, once") {
  family f;
  f.count(3);
  f.sim.advance(29min, 10s);
  CHECK(f.left() == "unknown_room");
  f.sim.advance(6min + 1s, 10s);
  CHECK_FALSE(f.sim.awake("mortal/a"));
  CHECK(f.left() == R"({"count":3})");
  f.sim.advance(2h, 1min);
  CHECK(f.left() == R"({"count":3})");
  CHECK(f.sim.balanced());
}

TEST_CASE("an actor that is closed says what it leaves, and the next one what that leaves") {
  family f;
  f.count(3);
  f.close();
  CHECK(f.left() == R"({"count":3})");
  f.close();
  CHECK(f.left() == R"({"count":3})");
  f.count(2);
  f.close();
  CHECK(f.left() == R"({"count":5})");
  CHECK(f.sim.balanced());
}

TEST_CASE("an actor that makes room for another says what it leaves") {
  options limits;
  limits.awake_max = 2;
  family f(limits);
  f.count(3, "a");
  f.sim.advance(1s);
  f.count(4, "b");
  f.sim.advance(1s);
  f.count(5, "c");
  // The heir of a, which this woke, has made b leave in its turn.
  CHECK(f.sim.log.count("crowded_out", "mortal/a") == 1);
  CHECK(f.sim.log.count("crowded_out", "mortal/b") == 1);
  CHECK(f.left("a") == R"({"count":3})");
  CHECK(f.left("b") == R"({"count":4})");
  CHECK(f.sim.balanced());
}

TEST_CASE("whatever comes while an actor ends, nothing is left twice and all of it once") {
  // The request is sent after each number of steps of the closing in turn.
  bool closed_at_last = false;
  for (std::size_t steps = 0; !closed_at_last; ++steps) {
    REQUIRE(steps < 50);
    family f;
    f.count(3);
    f.sim.runtime().close(at("mortal/a"), [](bool) {});
    closed_at_last = f.sim.runtime().run_steps(steps) < steps;
    pending during = f.sim.send("ann", "mortal/a", "add", R"({"by":4})");
    f.sim.run();
    CAPTURE(steps);
    CHECK(during.word() == "ok");
    f.close();
    // It met the first or the second.
    CHECK(f.left() == R"({"count":7})");
    CHECK(f.sim.balanced());
  }
}

TEST_CASE("an actor in which there is nothing says nothing") {
  family f;
  SECTION("it never existed") { CHECK(f.sim.get("ann", "mortal/a").word() == "unknown_room"); }
  SECTION("all that it was asked was refused") {
    auto k = mortal();
    k.created_by = {};
    family other({}, k);
    CHECK(other.sim.post("ann", "mortal/a", "refuse").word() == "refused_by_rule");
    CHECK(other.sim.post("ann", "mortal/a", "read").word() == "ok");
    REQUIRE(other.sim.awake("mortal/a"));
    other.close();
    CHECK(other.left() == "unknown_room");
  }
  SECTION("it was erased") {
    f.count(3);
    CHECK(f.sim.post("ann", "mortal/a", "erase").word() == "ok");
  }
  f.close();
  CHECK_FALSE(f.sim.awake("mortal/a"));
  CHECK(f.left() == "unknown_room");
}

TEST_CASE("an actor whose parting throws ends all the same") {
  family f;
  f.count(13);
  f.close();
  CHECK_FALSE(f.sim.awake("mortal/a"));
  CHECK(f.sim.log.last("handler_threw", "mortal/a") == "parting: no word came out");
  CHECK(f.left() == "unknown_room");
  f.count(2);
  f.close();
  CHECK(f.left() == R"({"count":2})");
  CHECK(f.sim.balanced());
}

TEST_CASE("an actor with services says what it leaves when they have stopped") {
  outside world;
  world.hangs = true;
  auto talker = talks(world);
  talker.durable = false;
  talker.parting = [](const talk& t, const address& self) -> std::vector<message> {
    return {{{"heir", self.id}, "add", to_json(amount{static_cast<int>(t.lines.size())})}};
  };
  family f({}, talker);
  f.sim.send("ann", "talk/ann", "say", R"({"text":"hello"})");
  f.sim.run();
  world.say("yes");
  f.sim.run();
  f.sim.runtime().close(at("talk/ann"), [](bool) {});
  f.sim.run();
  REQUIRE(world.stops.size() == 1);
  CHECK(f.left("ann") == "unknown_room");
  world.stops.front()();
  f.sim.run();
  CHECK(f.left("ann") == R"({"count":1})");
}

TEST_CASE("when the server stops everyone ends, and what they say goes nowhere") {
  family f;
  f.count(3, "a");
  f.count(13, "b");
  f.count(4, "c");
  f.sim.post("ann", "heir/c", "add");
  CHECK(f.sim.runtime().stop());
  CHECK(f.sim.runtime().stats().awake == 0);
  CHECK(f.sim.balanced());
  CHECK(f.sim.log.count("handler_threw") == 1);
  CHECK(f.sim.log.count("message_lost") == 0);
  f.sim.restart();
  CHECK(f.left("a") == "unknown_room");
  CHECK(f.left("c") == R"({"count":1})");
}

TEST_CASE("a kind that is durable has no parting") {
  auto k = mortal();
  k.durable = true;
  CHECK_THROWS_WITH(catalog({k}),
                    "the kind \"mortal\" has a parting and is durable: its actors "
                    "wake again, so that sleep is not their end");
}
