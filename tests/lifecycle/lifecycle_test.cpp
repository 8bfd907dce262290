#include <catch2/catch.hpp>

#include "tests/support/counter.hpp"
#include "tests/support/json.hpp"
#include "tests/support/simulation.hpp"

// Waking, sleeping, and what happens at the edge between the two. All in virtual time.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

const std::string count_one = R"({"count":1})";

options with_sweep_every(duration d) {
  options o;
  o.sweep_every = d;
  return o;
}

}  // namespace

TEST_CASE("a thousand first messages at once wake an actor once") {
  options limits;
  limits.in_flight_per_actor_max = 1000;
  simulation sim(kind(counter()), limits);
  sim.store.hold_loads = true;
  std::vector<pending_reply> answers;
  for (int i = 0; i < 600; ++i) answers.push_back(sim.send("ann", "counter/a", "add"));
  sim.run();
  CHECK(sim.store.held() == 1);
  // While the first load is still under way, more come, from both sides of the registry.
  for (int i = 0; i < 400; ++i) answers.push_back(sim.send("bob", "counter/a", "add"));
  sim.run();
  CHECK(sim.store.held() == 1);
  sim.store.hold_loads = false;
  sim.store.complete();
  sim.run();
  CHECK(sim.log.count("created", "counter/a") == 1);
  for (const pending_reply& p : answers) CHECK(p.word() == "ok");
  CHECK(sim.post("ann", "counter/a", "read").body() == R"({"count":1000})");
  CHECK(sim.balanced());
}

TEST_CASE("an actor sleeps after its idle time and wakes with its state") {
  simulation sim(counter());
  sim.post("ann", "counter/a", "add");
  sim.advance(29min);
  CHECK(sim.awake("counter/a"));
  sim.advance(6min + 1s);
  CHECK_FALSE(sim.awake("counter/a"));
  CHECK(sim.log.count("asleep", "counter/a") == 1);
  CHECK(sim.get("ann", "counter/a").body() == count_one);
  CHECK(sim.log.count("created", "counter/a") == 2);
}

TEST_CASE("a kind's own idle time goes before the default") {
  auto quick = counter();
  quick.idle_after = 2min;
  simulation sim(kind(quick), with_sweep_every(10s));
  sim.post("ann", "counter/a", "add");
  sim.advance(115s);
  CHECK(sim.awake("counter/a"));
  sim.advance(20s);
  CHECK_FALSE(sim.awake("counter/a"));
}

TEST_CASE("only a client's POST keeps an actor awake") {
  simulation sim(counter(), with_sweep_every(10s));
  sim.post("ann", "counter/a", "add");
  sim.post("ann", "counter/b", "add");
  for (int minute = 0; minute < 29; ++minute) {
    sim.advance(1min);
    sim.get("ann", "counter/a");
    sim.post("ann", "counter/b", "read");
  }
  sim.advance(1min + 20s);
  CHECK_FALSE(sim.awake("counter/a"));  // thirty minutes of GETs do not count
  CHECK(sim.awake("counter/b"));
}

TEST_CASE("a GET or a message from another actor wakes a sleeper for a short while") {
  simulation sim(counter());
  sim.post("ann", "counter/a", "add");
  sim.post("ann", "counter/b", "add");
  sim.advance(36min);
  REQUIRE_FALSE(sim.awake("counter/a"));

  CHECK(sim.get("ann", "counter/a").body() == count_one);
  sim.advance(20s);
  CHECK(sim.awake("counter/a"));
  sim.advance(50s);
  CHECK_FALSE(sim.awake("counter/a"));

  sim.post("ann", "counter/b", "pass_on", json("id", "a"));
  CHECK(sim.awake("counter/a"));
  sim.advance(70s);
  CHECK_FALSE(sim.awake("counter/a"));
  CHECK(sim.get("ann", "counter/a").body() == R"({"count":6})");
}

TEST_CASE("a POST to an actor that a GET woke keeps it for the whole idle time") {
  simulation sim(counter());
  sim.post("ann", "counter/a", "add");
  sim.advance(36min);
  sim.get("ann", "counter/a");
  sim.post("ann", "counter/a", "add");
  sim.advance(25min);
  CHECK(sim.awake("counter/a"));
}

TEST_CASE("a message at every step of going to sleep is answered, and finds the state") {
  // Going to sleep is a conversation between directory, registry and host. The request is sent after
  // each number of steps of it in turn, until one arrives when the actor is long asleep.
  bool asleep_at_last = false;
  for (std::size_t steps = 0; !asleep_at_last; ++steps) {
    REQUIRE(steps < 50);
    simulation sim(counter());
    sim.post("ann", "counter/a", "add");
    bool closed = false;
    sim.runtime().close(at("counter/a"), [&](bool) { closed = true; });
    asleep_at_last = sim.runtime().run_steps(steps) < steps;
    pending_reply during = sim.send("ann", "counter/a", "add");
    sim.run();
    CAPTURE(steps);
    CHECK(during.word() == "ok");
    CHECK(during.times() == 1);
    CHECK(sim.get("ann", "counter/a").body() == R"({"count":2})");
    CHECK(closed);
    CHECK(sim.balanced());
  }
}

TEST_CASE("a message at every step of an idle sweep is answered, and finds the state") {
  bool asleep_at_last = false;
  for (std::size_t steps = 0; !asleep_at_last; ++steps) {
    REQUIRE(steps < 50);
    simulation sim(counter());
    sim.post("ann", "counter/a", "add");
    sim.time.advance(40min);
    sim.runtime().tick();
    asleep_at_last = sim.runtime().run_steps(steps) < steps;
    pending_reply during = sim.send("ann", "counter/a", "add");
    sim.run();
    CAPTURE(steps);
    CHECK(during.word() == "ok");
    CHECK(sim.get("ann", "counter/a").body() == R"({"count":2})");
    CHECK(sim.balanced());
  }
}

TEST_CASE("an actor that is waiting for its store does not sleep") {
  simulation sim(counter(), with_sweep_every(1s));
  sim.store.hold_saves = true;
  call patient{.to = at("counter/a"), .player = "ann", .command = "add", .patience = 10h};
  pending_reply p = sim.send(patient);
  sim.advance(2h, 1min);
  CHECK(sim.awake("counter/a"));
  CHECK(p.word() == "pending");
  sim.store.hold_saves = false;
  sim.store.complete();
  sim.run();
  CHECK(p.word() == "ok");
  sim.advance(31min, 1s);
  CHECK_FALSE(sim.awake("counter/a"));
}

TEST_CASE("asking for what does not exist makes nothing and leaves nothing awake") {
  simulation sim(counter());
  CHECK(sim.get("ann", "counter/a").word() == "unknown_room");
  CHECK(sim.post("ann", "counter/a", "read").word() == "unknown_room");
  CHECK_FALSE(sim.awake("counter/a"));
  CHECK(sim.store.size() == 0);
  // A request that makes the actor, right behind one that found nothing, is not lost.
  pending_reply nothing = sim.send({.to = at("counter/b"), .from = source::client_get});
  pending_reply made = sim.send("ann", "counter/b", "add");
  sim.run();
  CHECK(nothing.word() == "unknown_room");
  CHECK(made.word() == "ok");
  sim.advance(10min);
  CHECK(sim.awake("counter/b"));
}

TEST_CASE("a session can be read before it exists, and is not made by that") {
  simulation sim(kind(counter(false)));
  CHECK(sim.get("ann", "counter/ann").body() == R"({"count":0})");
  CHECK(sim.store.size() == 0);
  CHECK(sim.post("ann", "counter/ann", "add").word() == "ok");
  CHECK(sim.store.size() == 1);
}

TEST_CASE("a kind that is not durable forgets when it sleeps") {
  auto light = counter();
  light.durable = false;
  simulation sim{kind(light)};
  CHECK(sim.post("ann", "counter/a", "add").body() == count_one);
  CHECK(sim.store.size() == 0);
  sim.advance(36min);
  CHECK(sim.get("ann", "counter/a").word() == "unknown_room");
}

TEST_CASE("closing puts an actor to sleep and says whether it was awake") {
  simulation sim(counter());
  sim.post("ann", "counter/a", "add");
  std::vector<bool> was_awake;
  auto note = [&](bool awake) { was_awake.push_back(awake); };
  sim.runtime().close(at("counter/a"), note);
  sim.runtime().close(at("counter/a"), note);
  sim.run();
  CHECK_FALSE(sim.awake("counter/a"));
  sim.runtime().close(at("counter/a"), note);
  sim.run();
  CHECK(was_awake == std::vector<bool>{true, false, false});
  CHECK(sim.runtime().stop());
  sim.runtime().close(at("counter/a"), note);
  sim.run();
  CHECK(was_awake.size() == 4);
}

TEST_CASE("an erased actor is gone, and one made anew is another incarnation") {
  simulation sim(counter());
  auto first = sim.post("ann", "counter/a", "add").answer().tag;
  sim.post("ann", "counter/a", "erase");
  CHECK(sim.store.size() == 0);
  CHECK_FALSE(sim.awake("counter/a"));
  CHECK(sim.get("ann", "counter/a").word() == "unknown_room");
  auto second = sim.post("ann", "counter/a", "add").answer().tag;
  CHECK(second.version == first.version);
  CHECK(second.incarnation != first.incarnation);
}

TEST_CASE("a reminder wakes a sleeping actor when it is due, once") {
  simulation sim(counter());
  sim.post("ann", "counter/a", "add");
  sim.post("ann", "counter/a", "later");
  sim.advance(119min);
  CHECK_FALSE(sim.awake("counter/a"));
  sim.advance(1min + 1s);
  CHECK(sim.awake("counter/a"));
  CHECK(sim.get("ann", "counter/a").body() == R"({"count":2})");
  sim.advance(5h, 1min);
  CHECK(sim.get("ann", "counter/a").body() == R"({"count":2})");
}

TEST_CASE("a forgotten reminder does not fire, nor one of an erased actor") {
  simulation sim(counter());
  for (const char* actor : {"counter/a", "counter/b"}) {
    sim.post("ann", actor, "add");
    sim.post("ann", actor, "later");
  }
  sim.post("ann", "counter/a", "never_mind");
  sim.post("ann", "counter/b", "erase");
  CHECK(sim.runtime().stats().reminders == 0);
  sim.advance(3h, 1min);
  CHECK(sim.get("ann", "counter/a").body() == count_one);
  CHECK(sim.get("ann", "counter/b").word() == "unknown_room");
}

TEST_CASE("stopping answers what was accepted, refuses what comes, and leaves nobody awake") {
  simulation sim(counter());
  std::vector<pending_reply> before;
  for (int i = 0; i < 20; ++i) before.push_back(sim.send("ann", "counter/" + std::to_string(i), "add"));
  CHECK(sim.runtime().stop());
  for (const pending_reply& p : before) CHECK(p.word() == "ok");
  CHECK(sim.runtime().stats().awake == 0);
  CHECK(sim.post("ann", "counter/a", "add").word() == "stopping");
  CHECK(sim.balanced());
  sim.restart();
  CHECK(sim.get("ann", "counter/7").body() == count_one);
}

TEST_CASE("an actor that another one makes, right behind a question for it, stays") {
  for (bool durable : {true, false}) {
    auto both = counter();
    both.durable = durable;
    simulation sim{kind(both)};
    sim.post("ann", "counter/a", "add");
    pending_reply nothing = sim.send({.to = at("counter/b"), .from = source::client_get});
    sim.send("ann", "counter/a", "pass_on", json("id", "b"));
    sim.run();
    CAPTURE(durable);
    CHECK(nothing.word() == "unknown_room");
    CHECK(sim.awake("counter/b"));
    // Sleep would be the end of one that is not stored.
    sim.advance(10min);
    CHECK(sim.awake("counter/b") == !durable);
    CHECK(sim.get("ann", "counter/b").body() == R"({"count":5})");
  }
}
