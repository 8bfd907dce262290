#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/json.hpp"
#include "tests/support/oracle_simulation.hpp"

using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

// Services of an actor: who is asked what, what waits meanwhile, and what comes of it.
TEST_CASE("a command asks a service, waits, and is committed with what it was told") {
  oracle_simulation sim;
  pending_reply p = sim.say("hello");
  CHECK(p.word() == "pending");
  REQUIRE(sim.world.questions.size() == 1);
  CHECK(sim.world.questions[0].question == json("text", "hello"));
  sim.world.say("welcome");
  sim.run();
  CHECK(p.word() == "ok");
  CHECK(p.body() == R"({"lines":["hello-welcome"]})");
  sim.crash();
  CHECK(sim.lines() == R"({"lines":["hello-welcome"]})");
  CHECK(sim.balanced());
}

TEST_CASE("each actor has its own service, made when it is first asked, and used again") {
  oracle_simulation sim;
  CHECK(sim.post("ann", "talk/ann", "note", json("text", "a note")).word() == "ok");
  CHECK(sim.world.made.empty());
  sim.chat("one", "1");
  sim.chat("two", "2");
  sim.chat("hi", "ho", "bob");
  CHECK(sim.world.made == std::vector<std::string>{"ann", "bob"});
  CHECK(sim.world.alive == 2);
}

TEST_CASE("an actor that is opened has its services, and stays awake for it") {
  oracle_simulation sim;
  auto open = [&] {
    pending_reply p = sim.send({.to = at("talk/ann"), .player = "ann"});
    sim.run();
    return p.body();
  };
  using names = std::vector<std::string_view>;
  auto services = [&] { return sim.runtime().look(at("talk/ann"))->services; };
  CHECK(open() == R"({"lines":[]})");
  CHECK(sim.world.made.size() == 2);
  CHECK(services() == names{"oracle", "scribe"});
  CHECK(open() == R"({"lines":[]})");
  CHECK(sim.world.made.size() == 2);
  sim.advance(29min);
  CHECK(sim.world.alive == 2);
  sim.advance(7min);
  CHECK(sim.world.alive == 0);
  sim.world.down = true;
  CHECK(open() == R"({"lines":[]})");
  CHECK(sim.log.count("service_failed") == 2);
  CHECK(services() == names{});
  sim.world.down = false;
  sim.chat("hello", "ho");
  CHECK(services() == names{"oracle"});
}

TEST_CASE("a kind that warms up has its services from a client's first POST on, and not from a look") {
  outside world;
  actor_of<talk> eager = talks(world);
  eager.warm_up = true;
  simulation sim(eager);
  sim.get("ann", "talk/ann");
  CHECK(world.made.empty());
  CHECK(sim.post("ann", "talk/ann", "note", json("text", "a note")).word() == "ok");
  CHECK(world.made.size() == 2);
  CHECK(sim.post("ann", "talk/ann", "note", json("text", "another")).word() == "ok");
  CHECK(world.made.size() == 2);
  world.down = true;
  CHECK(sim.post("bob", "talk/bob", "note", json("text", "a note")).word() == "ok");
  CHECK(sim.log.count("service_failed", "talk/bob") == 2);
}

TEST_CASE("no command of the actor comes between, and it can be looked at meanwhile") {
  oracle_simulation sim;
  pending_reply first = sim.say("first");
  pending_reply note = sim.post("ann", "talk/ann", "note", json("text", "note"));
  pending_reply second = sim.say("second");
  CHECK(sim.lines() == R"({"lines":[]})");
  CHECK(sim.post("bob", "talk/bob", "note", json("text", "mine")).word() == "ok");
  CHECK(note.word() == "pending");
  CHECK(sim.world.questions.size() == 1);
  sim.world.say("1");
  sim.run();
  CHECK(first.word() == "ok");
  CHECK(note.body() == R"({"lines":["first-1","note"]})");
  CHECK(second.word() == "pending");
  sim.world.say("2");
  sim.run();
  CHECK(second.body() == R"({"lines":["first-1","note","second-2"]})");
}

TEST_CASE("a kill while a service is asked means that the command did not happen") {
  oracle_simulation sim;
  sim.chat("before", "1");
  sim.say("lost");
  sim.crash();
  CHECK(sim.lines() == R"({"lines":["before-1"]})");
}

TEST_CASE("either half may refuse, and leaves no trace") {
  oracle_simulation sim;
  CHECK(sim.say("nothing").word() == "say_something");
  CHECK(sim.say("throw").word() == "handler_failed");
  CHECK(sim.say("wrong").word() == "handler_failed");
  CHECK(sim.log.last("handler_threw").find("nobody") != std::string::npos);
  CHECK(sim.post("ann", "talk/ann", "say", json("text", "bad", "more", "1")).word() == "bad_arguments");
  CHECK(sim.world.made.empty());
  pending_reply p = sim.say("secret");
  sim.world.say("forbidden");
  sim.run();
  CHECK(p.word() == "not_repeatable");
  CHECK(sim.lines() == R"({"lines":[]})");
}

TEST_CASE("a service that fails is an answer of its own, and the actor goes on") {
  oracle_simulation sim;
  SECTION("it cannot be made") {
    sim.world.down = true;
    CHECK(sim.say("hello").word() == "service_failed");
    sim.world.down = false;
  }
  SECTION("it throws when it is asked") {
    sim.world.refuses = true;
    CHECK(sim.say("hello").word() == "service_failed");
    sim.world.refuses = false;
  }
  SECTION("it answers with a failure") {
    pending_reply p = sim.say("hello");
    sim.world.answer(failure{.code = "moon_is_wrong", .detail = "try later"});
    sim.run();
    CHECK(p.word() == "service_failed");
    CHECK(p.answer().why.detail == "try later");
  }
  SECTION("it answers rubbish") {
    pending_reply p = sim.say("hello");
    sim.world.answer(std::string("rubbish"));
    sim.run();
    CHECK(p.word() == "service_failed");
  }
  CHECK(sim.lines() == R"({"lines":[]})");
  sim.chat("again", "yes");
  CHECK(sim.lines() == R"({"lines":["again-yes"]})");
  CHECK(sim.balanced());
}

TEST_CASE("an answer that does not come in time is late, and goes nowhere when it comes") {
  oracle_simulation sim;
  pending_reply p = sim.send(
      {.to = at("talk/ann"), .player = "ann", .command = "say", .args = json("text", "slow"), .patience = 10s});
  sim.advance(8s);
  CHECK(p.word() == "pending");
  sim.advance(2s);
  CHECK(p.word() == "service_late");
  pending_reply next = sim.say("next");
  sim.world.say("much too late");
  sim.run();
  CHECK(next.word() == "pending");
  sim.world.say("now");
  sim.run();
  CHECK(next.body() == R"({"lines":["next-now"]})");
}

TEST_CASE("an answer that comes twice counts once") {
  oracle_simulation sim;
  pending_reply p = sim.say("hello");
  auto done = std::move(sim.world.questions.front().done);
  sim.world.questions.clear();
  done(json("text", "one"));
  done(json("text", "two"));
  sim.run();
  CHECK(p.body() == R"({"lines":["hello-one"]})");
  CHECK(sim.lines() == R"({"lines":["hello-one"]})");
}

TEST_CASE("where the kind has an answer of its own it stands in, and says so") {
  oracle_simulation sim(true);
  SECTION("the service cannot be made") { sim.world.down = true; }
  SECTION("it throws") { sim.world.refuses = true; }
  pending_reply p = sim.say("hello");
  CHECK(p.body() == R"({"lines":["hello-home!"]})");
  CHECK(sim.log.count("service_failed") == 1);
}

TEST_CASE("the kind's own answer stands in for one that is late, in time for the caller") {
  oracle_simulation sim(true);
  pending_reply p = sim.send(
      {.to = at("talk/ann"), .player = "ann", .command = "say", .args = json("text", "slow"), .patience = 10s});
  sim.advance(10s);
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
