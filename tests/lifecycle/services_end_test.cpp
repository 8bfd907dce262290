#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/support/oracle_house.hpp"

using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

// The end of services: every way out of an actor stops them, once, and one that does not stop holds nobody up.

TEST_CASE("every way out stops the services, once") {
  oracle_runtime h;
  h.chat("hello", "ho");
  SECTION("the actor falls asleep") {
    h.sim.advance(36min);
    CHECK_FALSE(h.sim.awake("talk/ann"));
  }
  SECTION("it is closed") {
    h.sim.runtime().close(at("talk/ann"), [](bool) {});
    h.sim.run();
    CHECK_FALSE(h.sim.awake("talk/ann"));
  }
  SECTION("a commit fails") {
    h.sim.store.fail_saves = true;
    CHECK(h.sim.post("ann", "talk/ann", "note", text("lost")).word() == "storage_failed");
  }
  SECTION("the server stops") { CHECK(h.sim.runtime().stop()); }
  CHECK(h.world.stopped == std::vector<std::string>{"ann"});
  CHECK(h.world.alive == 0);
}

TEST_CASE("an actor that is closed while it waits answers 503, and stops its service") {
  oracle_runtime h;
  pending p = h.say("hello");
  pending behind = h.sim.post("ann", "talk/ann", "note", text("behind"));
  pending more = h.say("more");
  h.sim.runtime().close(at("talk/ann"), [](bool) {});
  h.sim.run();
  CHECK(p.word() == "closed");
  CHECK(behind.word() == "ok");
  CHECK(more.word() == "closed");
  CHECK(h.world.alive == 0);
  h.world.say("into the void");
  h.sim.run();
  CHECK(h.lines() == R"({"lines":["behind"]})");
}

TEST_CASE("what waits for a service when the server stops is answered") {
  oracle_runtime h;
  pending p = h.say("hello");
  CHECK(h.sim.runtime().stop());
  CHECK(p.word() == "service_late");
  CHECK(h.world.alive == 0);
}

TEST_CASE("a server that stops asks nothing any more, however much waits behind a question") {
  oracle_runtime h;
  h.world.hangs = true;
  pending first = h.say("first");
  std::vector<pending> behind;
  for (int i = 0; i < 5; ++i) behind.push_back(h.say("behind"));
  CHECK(h.sim.runtime().stop());
  CHECK(first.word() == "service_late");
  for (const pending& p : behind) CHECK(p.word() == "stopping");
  CHECK(h.world.alive == 0);
}

TEST_CASE("a commit that fails takes the command that waits for a service along") {
  oracle_runtime h;
  h.sim.store.hold_saves = true;
  pending note = h.sim.post("ann", "talk/ann", "note", text("note"));
  pending p = h.say("hello");
  pending behind = h.sim.post("ann", "talk/ann", "note", text("behind"));
  CHECK(p.word() == "pending");
  h.sim.store.fail_saves = true;
  h.sim.store.complete();
  h.sim.run();
  CHECK(note.word() == "storage_failed");
  CHECK(p.word() == "storage_failed");
  CHECK(behind.word() == "storage_failed");
  CHECK_FALSE(h.sim.awake("talk/ann"));
  h.world.say("too late");
  h.sim.run();
  CHECK(h.lines() == R"({"lines":[]})");
  CHECK(h.world.alive == 0);
}

TEST_CASE("a service that does not stop is let go of, and holds nobody up") {
  oracle_runtime h;
  h.chat("hello", "ho");
  h.chat("hi", "ha", "bob");
  SECTION("it hangs") { h.world.hangs = true; }
  SECTION("it throws") { h.world.throws_at_stop = true; }
  h.sim.runtime().close(at("talk/ann"), [](bool) {});
  h.sim.run();
  h.chat("still", "here", "bob");
  pending p = h.say("again");
  h.sim.advance(5s);
  CHECK(h.sim.log.count("service_stuck", "talk/ann") == 1);
  CHECK(h.world.made == std::vector<std::string>{"ann", "bob", "ann"});
  h.world.say("back");
  h.sim.run();
  CHECK(p.body() == R"({"lines":["hello-ho","again-back"]})");
  // The one that hung says at last that it has stopped: that is nobody's business any more.
  for (auto& stopped : h.world.stops) stopped();
  h.sim.run();
  CHECK(h.world.alive == 2);
}

TEST_CASE("a service has as long to stop as its kind says") {
  outside world;
  actor_of<talk> slow = talks(world);
  slow.services[0].stop_within = 20s;
  simulation sim(slow);
  sim.post("ann", "talk/ann", "say", text("hello"));
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
  oracle_runtime h;
  h.chat("hello", "ho");
  h.chat("write", "done");
  CHECK(h.world.made.size() == 2);
  h.world.hangs = true;
  h.sim.runtime().close(at("talk/ann"), [](bool) {});
  h.sim.run();
  REQUIRE(h.world.stops.size() == 2);
  pending p = h.sim.post("ann", "talk/ann", "note", text("next"));
  h.world.stops[0]();
  h.sim.run();
  CHECK(h.world.alive == 2);
  CHECK(p.word() == "pending");
  h.world.stops[1]();
  h.sim.run();
  CHECK(h.world.alive == 0);
  CHECK(p.word() == "ok");
  CHECK(h.sim.log.count("service_stuck") == 0);
}

TEST_CASE("a server with services that hang stops all the same") {
  oracle_runtime h;
  h.world.hangs = true;
  for (int i = 0; i < 50; ++i) h.chat("hello", "ho", "p" + std::to_string(i));
  CHECK(h.sim.runtime().stop());
  CHECK(h.world.stopped.size() == 50);
  CHECK(h.world.alive == 0);
}

TEST_CASE("a server that stops cleans up thousands of sessions, each once, and counts none") {
  oracle_runtime h;
  constexpr int players = 3000;
  for (int i = 0; i < players; ++i) {
    h.sim.send("p" + std::to_string(i), "talk/p" + std::to_string(i), "say", text("hello"));
    h.sim.run();
    h.world.say("ho");
  }
  h.sim.run();
  CHECK(h.world.alive == players);
  CHECK(h.sim.runtime().stats().sessions == players);
  CHECK(h.sim.runtime().stop());
  CHECK(h.world.alive == 0);
  std::set<std::string> each(h.world.stopped.begin(), h.world.stopped.end());
  CHECK(h.world.stopped.size() == players);
  CHECK(each.size() == players);
  CHECK(h.sim.log.count("cleaned") == players);
  CHECK(h.sim.log.count("expired") == 0);
  CHECK(h.sim.runtime().stats().sessions == 0);
  CHECK(h.sim.balanced());
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
    sim.send("ann", actor + "/ann", "say", text("hello"));
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
