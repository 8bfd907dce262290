#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/oracle_house.hpp"

using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

// Services of an actor: who is asked what, what waits meanwhile, and what comes of it.
TEST_CASE("a command asks a service, waits, and is committed with what it was told") {
  oracle_runtime h;
  pending p = h.say("hello");
  CHECK(p.word() == "pending");
  REQUIRE(h.world.questions.size() == 1);
  CHECK(h.world.questions[0].question == text("hello"));
  h.world.say("welcome");
  h.sim.run();
  CHECK(p.word() == "ok");
  CHECK(p.body() == R"({"lines":["hello-welcome"]})");
  h.sim.crash();
  CHECK(h.lines() == R"({"lines":["hello-welcome"]})");
  CHECK(h.sim.balanced());
}

TEST_CASE("each actor has its own service, made when it is first asked, and used again") {
  oracle_runtime h;
  CHECK(h.sim.post("ann", "talk/ann", "note", text("a note")).word() == "ok");
  CHECK(h.world.made.empty());
  h.chat("one", "1");
  h.chat("two", "2");
  h.chat("hi", "ho", "bob");
  CHECK(h.world.made == std::vector<std::string>{"ann", "bob"});
  CHECK(h.world.alive == 2);
}

TEST_CASE("an actor that is opened has its services, and stays awake for it") {
  oracle_runtime h;
  auto open = [&] {
    pending p = h.sim.send({.to = at("talk/ann"), .player = "ann"});
    h.sim.run();
    return p.body();
  };
  CHECK(open() == R"({"lines":[]})");
  CHECK(h.world.made.size() == 2);
  CHECK(h.sim.runtime().look(at("talk/ann"))->services == 0b11);
  CHECK(open() == R"({"lines":[]})");
  CHECK(h.world.made.size() == 2);
  h.sim.advance(29min);
  CHECK(h.world.alive == 2);
  h.sim.advance(7min);
  CHECK(h.world.alive == 0);
  h.world.down = true;
  CHECK(open() == R"({"lines":[]})");
  CHECK(h.sim.log.count("service_failed") == 2);
  CHECK(h.sim.runtime().look(at("talk/ann"))->services == 0);
  h.world.down = false;
  h.chat("hello", "ho");
  CHECK(h.sim.runtime().look(at("talk/ann"))->services == 0b01);
}

TEST_CASE("a kind that warms up has its services from a client's first POST on, and not from a look") {
  outside world;
  actor_of<talk> eager = talks(world);
  eager.warm_up = true;
  simulation sim(eager);
  sim.get("ann", "talk/ann");
  CHECK(world.made.empty());
  CHECK(sim.post("ann", "talk/ann", "note", text("a note")).word() == "ok");
  CHECK(world.made.size() == 2);
  CHECK(sim.post("ann", "talk/ann", "note", text("another")).word() == "ok");
  CHECK(world.made.size() == 2);
  world.down = true;
  CHECK(sim.post("bob", "talk/bob", "note", text("a note")).word() == "ok");
  CHECK(sim.log.count("service_failed", "talk/bob") == 2);
}

TEST_CASE("no command of the actor comes between, and it can be looked at meanwhile") {
  oracle_runtime h;
  pending first = h.say("first");
  pending note = h.sim.post("ann", "talk/ann", "note", text("note"));
  pending second = h.say("second");
  CHECK(h.lines() == R"({"lines":[]})");
  CHECK(h.sim.post("bob", "talk/bob", "note", text("mine")).word() == "ok");
  CHECK(note.word() == "pending");
  CHECK(h.world.questions.size() == 1);
  h.world.say("1");
  h.sim.run();
  CHECK(first.word() == "ok");
  CHECK(note.body() == R"({"lines":["first-1","note"]})");
  CHECK(second.word() == "pending");
  h.world.say("2");
  h.sim.run();
  CHECK(second.body() == R"({"lines":["first-1","note","second-2"]})");
}

TEST_CASE("a kill while a service is asked means that the command did not happen") {
  oracle_runtime h;
  h.chat("before", "1");
  h.say("lost");
  h.sim.crash();
  CHECK(h.lines() == R"({"lines":["before-1"]})");
}

TEST_CASE("either half may refuse, and leaves no trace") {
  oracle_runtime h;
  CHECK(h.say("nothing").word() == "say_something");
  CHECK(h.say("throw").word() == "handler_failed");
  CHECK(h.say("wrong").word() == "handler_failed");
  CHECK(h.sim.log.last("handler_threw").find("nobody") != std::string::npos);
  CHECK(h.say("bad\",\"more\":\"1").word() == "bad_arguments");
  CHECK(h.world.made.empty());
  pending p = h.say("secret");
  h.world.say("forbidden");
  h.sim.run();
  CHECK(p.word() == "not_repeatable");
  CHECK(h.lines() == R"({"lines":[]})");
}

TEST_CASE("a service that fails is an answer of its own, and the actor goes on") {
  oracle_runtime h;
  SECTION("it cannot be made") {
    h.world.down = true;
    CHECK(h.say("hello").word() == "service_failed");
    h.world.down = false;
  }
  SECTION("it throws when it is asked") {
    h.world.refuses = true;
    CHECK(h.say("hello").word() == "service_failed");
    h.world.refuses = false;
  }
  SECTION("it answers with a failure") {
    pending p = h.say("hello");
    h.world.answer(failure{.code = "moon_is_wrong", .detail = "try later"});
    h.sim.run();
    CHECK(p.word() == "service_failed");
    CHECK(p.answer().why.detail == "try later");
  }
  SECTION("it answers rubbish") {
    pending p = h.say("hello");
    h.world.answer(std::string("rubbish"));
    h.sim.run();
    CHECK(p.word() == "service_failed");
  }
  CHECK(h.lines() == R"({"lines":[]})");
  h.chat("again", "yes");
  CHECK(h.lines() == R"({"lines":["again-yes"]})");
  CHECK(h.sim.balanced());
}

TEST_CASE("an answer that does not come in time is late, and goes nowhere when it comes") {
  oracle_runtime h;
  pending p =
      h.sim.send({.to = at("talk/ann"), .player = "ann", .command = "say", .args = text("slow"), .patience = 10s});
  h.sim.advance(8s);
  CHECK(p.word() == "pending");
  h.sim.advance(2s);
  CHECK(p.word() == "service_late");
  pending next = h.say("next");
  h.world.say("much too late");
  h.sim.run();
  CHECK(next.word() == "pending");
  h.world.say("now");
  h.sim.run();
  CHECK(next.body() == R"({"lines":["next-now"]})");
}

TEST_CASE("an answer that comes twice counts once") {
  oracle_runtime h;
  pending p = h.say("hello");
  auto done = std::move(h.world.questions.front().done);
  h.world.questions.clear();
  done(text("one"));
  done(text("two"));
  h.sim.run();
  CHECK(p.body() == R"({"lines":["hello-one"]})");
  CHECK(h.lines() == R"({"lines":["hello-one"]})");
}

TEST_CASE("where the kind has an answer of its own it stands in, and says so") {
  oracle_runtime h(true);
  SECTION("the service cannot be made") { h.world.down = true; }
  SECTION("it throws") { h.world.refuses = true; }
  pending p = h.say("hello");
  CHECK(p.body() == R"({"lines":["hello-home!"]})");
  CHECK(h.sim.log.count("service_failed") == 1);
}

TEST_CASE("the kind's own answer stands in for one that is late, in time for the caller") {
  oracle_runtime h(true);
  pending p =
      h.sim.send({.to = at("talk/ann"), .player = "ann", .command = "say", .args = text("slow"), .patience = 10s});
  h.sim.advance(10s);
  CHECK(p.word() == "ok");
  CHECK(p.body() == R"({"lines":["slow-home!"]})");
}

TEST_CASE("a kind whose services do not fit its commands is refused when it is declared") {
  outside world;
  auto none = talks(world);
  none.services.clear();
  CHECK_THROWS_WITH(catalog({none}), Catch::Contains("\"say\"") && Catch::Contains("declares none"));
  auto twice = talks(world);
  twice.services.push_back(twice.services[0]);
  CHECK_THROWS_WITH(catalog({twice}), Catch::Contains("\"oracle\" twice"));
  auto blocks = talks(world);
  blocks.blocking = true;
  CHECK_THROWS_WITH(catalog({blocks}), Catch::Contains("blocking"));
}
