#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/support/json.hpp"
#include "tests/support/oracle_simulation.hpp"

using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

// The end of services: every way out of an actor stops them, once, and one that does not stop holds nobody up.

TEST_CASE("every way out stops the services, once") {
  oracle_simulation sim;
  sim.chat("hello", "ho");
  SECTION("the actor falls asleep") {
    sim.advance(36min);
    CHECK_FALSE(sim.awake("talk/ann"));
  }
  SECTION("it is closed") {
    sim.runtime().close(at("talk/ann"), [](bool) {});
    sim.run();
    CHECK_FALSE(sim.awake("talk/ann"));
  }
  SECTION("a commit fails") {
    sim.store.fail_saves = true;
    CHECK(sim.post("ann", "talk/ann", "note", json("text", "lost")).word() == "storage_failed");
  }
  SECTION("the server stops") { CHECK(sim.runtime().stop()); }
  CHECK(sim.world.stopped == std::vector<std::string>{"ann"});
  CHECK(sim.world.alive == 0);
}

TEST_CASE("an actor that is closed while it waits answers 503, and stops its service") {
  oracle_simulation sim;
  pending_reply p = sim.say("hello");
  pending_reply behind = sim.post("ann", "talk/ann", "note", json("text", "behind"));
  pending_reply more = sim.say("more");
  sim.runtime().close(at("talk/ann"), [](bool) {});
  sim.run();
  CHECK(p.word() == "closed");
  CHECK(behind.word() == "ok");
  CHECK(more.word() == "closed");
  CHECK(sim.world.alive == 0);
  sim.world.say("into the void");
  sim.run();
  CHECK(sim.lines() == R"({"lines":["behind"]})");
}

TEST_CASE("what waits for a service when the server stops is answered") {
  oracle_simulation sim;
  pending_reply p = sim.say("hello");
  CHECK(sim.runtime().stop());
  CHECK(p.word() == "service_late");
  CHECK(sim.world.alive == 0);
}

TEST_CASE("a server that stops asks nothing any more, however much waits behind a question") {
  oracle_simulation sim;
  sim.world.hangs = true;
  pending_reply first = sim.say("first");
  std::vector<pending_reply> behind;
  for (int i = 0; i < 5; ++i) behind.push_back(sim.say("behind"));
  CHECK(sim.runtime().stop());
  CHECK(first.word() == "service_late");
  for (const pending_reply& p : behind) CHECK(p.word() == "stopping");
  CHECK(sim.world.alive == 0);
}

TEST_CASE("a commit that fails takes the command that waits for a service along") {
  oracle_simulation sim;
  sim.store.hold_saves = true;
  pending_reply note = sim.post("ann", "talk/ann", "note", json("text", "note"));
  pending_reply p = sim.say("hello");
  pending_reply behind = sim.post("ann", "talk/ann", "note", json("text", "behind"));
  CHECK(p.word() == "pending");
  sim.store.fail_saves = true;
  sim.store.complete();
  sim.run();
  CHECK(note.word() == "storage_failed");
  CHECK(p.word() == "storage_failed");
  CHECK(behind.word() == "storage_failed");
  CHECK_FALSE(sim.awake("talk/ann"));
  sim.world.say("too late");
  sim.run();
  CHECK(sim.lines() == R"({"lines":[]})");
  CHECK(sim.world.alive == 0);
}

TEST_CASE("a service that does not stop is let go of, and holds nobody up") {
  oracle_simulation sim;
  sim.chat("hello", "ho");
  sim.chat("hi", "ha", "bob");
  SECTION("it hangs") { sim.world.hangs = true; }
  SECTION("it throws") { sim.world.throws_at_stop = true; }
  sim.runtime().close(at("talk/ann"), [](bool) {});
  sim.run();
  sim.chat("still", "here", "bob");
  pending_reply p = sim.say("again");
  sim.advance(5s);
  CHECK(sim.log.count("service_stuck", "talk/ann") == 1);
  CHECK(sim.world.made == std::vector<std::string>{"ann", "bob", "ann"});
  sim.world.say("back");
  sim.run();
  CHECK(p.body() == R"({"lines":["hello-ho","again-back"]})");
  // The one that hung says at last that it has stopped: that is nobody's business any more.
  for (auto& stopped : sim.world.stops) stopped();
  sim.run();
  CHECK(sim.world.alive == 2);
}

TEST_CASE("a service has as long to stop as its kind says") {
  outside world;
  actor_of<talk> slow = talks(world);
  slow.services[0].stop_within = 20s;
  simulation sim(slow);
  sim.post("ann", "talk/ann", "say", json("text", "hello"));
  world.say("ho");
  world.hangs = true;
  sim.runtime().close(at("talk/ann"), [](bool) {});
  sim.advance(19s);
  CHECK(world.alive == 1);
  CHECK(sim.log.count("service_stuck") == 0);
  sim.advance(2s);
  CHECK(world.alive == 0);
  CHECK(sim.log.count("service_stuck") == 1);
}

TEST_CASE("an actor ends when the last of its services has stopped") {
  oracle_simulation sim;
  sim.chat("hello", "ho");
  sim.chat("write", "done");
  CHECK(sim.world.made.size() == 2);
  sim.world.hangs = true;
  sim.runtime().close(at("talk/ann"), [](bool) {});
  sim.run();
  REQUIRE(sim.world.stops.size() == 2);
  pending_reply p = sim.post("ann", "talk/ann", "note", json("text", "next"));
  sim.world.stops[0]();
  sim.run();
  CHECK(sim.world.alive == 2);
  CHECK(p.word() == "pending");
  sim.world.stops[1]();
  sim.run();
  CHECK(sim.world.alive == 0);
  CHECK(p.word() == "ok");
  CHECK(sim.log.count("service_stuck") == 0);
}

TEST_CASE("a server with services that hang stops all the same") {
  oracle_simulation sim;
  sim.world.hangs = true;
  for (int i = 0; i < 50; ++i) sim.chat("hello", "ho", "p" + std::to_string(i));
  CHECK(sim.runtime().stop());
  CHECK(sim.world.stopped.size() == 50);
  CHECK(sim.world.alive == 0);
}

TEST_CASE("a server that stops cleans up thousands of sessions, each once, and counts none") {
  oracle_simulation sim;
  constexpr int players = 3000;
  for (int i = 0; i < players; ++i) {
    sim.send("p" + std::to_string(i), "talk/p" + std::to_string(i), "say", json("text", "hello"));
    sim.run();
    sim.world.say("ho");
  }
  sim.run();
  CHECK(sim.world.alive == players);
  CHECK(sim.runtime().stats().sessions == players);
  CHECK(sim.runtime().stop());
  CHECK(sim.world.alive == 0);
  std::set<std::string> each(sim.world.stopped.begin(), sim.world.stopped.end());
  CHECK(sim.world.stopped.size() == players);
  CHECK(each.size() == players);
  CHECK(sim.log.count("cleaned") == players);
  CHECK(sim.log.count("expired") == 0);
  CHECK(sim.runtime().stats().sessions == 0);
  CHECK(sim.balanced());
}

TEST_CASE("sessions sleep and stop their services after their kind's own time") {
  outside world;
  auto kind_with = [&](const std::string& name, duration stay) {
    auto k = talks(world);
    k.name = name;
    k.idle_after = stay;
    return k;
  };
  simulation sim(catalog({kind_with("light", 15min), kind_with("middle", 30min), kind_with("long", 60min)}));
  auto chat = [&](const std::string& actor) {
    sim.send("ann", actor + "/ann", "say", json("text", "hello"));
    sim.run();
    world.say("ho");
    sim.run();
  };
  for (const std::string actor : {"light", "middle", "long"}) chat(actor);
  sim.advance(14min);
  chat("light");  // just in time
  sim.advance(14min);
  CHECK(world.alive == 3);
  sim.advance(7min);  // 35 since the first, 21 since the second: 15 and 5 for the sweep
  CHECK(world.alive == 1);
  CHECK(sim.awake("long/ann"));
  CHECK(sim.log.count("created", "light/ann") == 1);
  CHECK(sim.log.count("reused", "light/ann") == 1);
  CHECK(sim.log.count("expired", "light/ann") == 1);
  CHECK(sim.log.last("cleaned", "light/ann") == "oracle");
  CHECK(sim.log.count("expired", "long/ann") == 0);
  sim.advance(30min);
  CHECK(world.alive == 0);
  CHECK(world.stopped.size() == 3);
}
