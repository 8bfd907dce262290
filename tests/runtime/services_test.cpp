#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/support/fake_service.hpp"
#include "tests/support/simulation.hpp"

using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

// Services of an actor: who is asked what, what waits meanwhile, and that every way out stops them.
namespace {

std::string text(const std::string& words) { return "{\"text\":\"" + words + "\"}"; }

struct oracle_house {
  explicit oracle_house(bool with_fallback = false, options limits = {})
      : sim(talks(world, with_fallback), limits) {}

  pending say(const std::string& words, const std::string& player = "ann") {
    return sim.post(player, "talk/" + player, "say", text(words));
  }
  /// Says something and has the oracle answer.
  void chat(const std::string& words, const std::string& told, const std::string& player = "ann") {
    pending p = say(words, player);
    world.say(told);
    sim.run();
    REQUIRE(p.word() == "ok");
  }
  std::string lines(const std::string& player = "ann") {
    return sim.get(player, "talk/" + player).body();
  }

  outside world;
  simulation sim;
};

}  // namespace

TEST_CASE("a command asks a service, waits, and is committed with what it was told") {
  oracle_house h;
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
  oracle_house h;
  CHECK(h.sim.post("ann", "talk/ann", "note", text("a note")).word() == "ok");
  CHECK(h.world.made.empty());
  h.chat("one", "1");
  h.chat("two", "2");
  h.chat("hi", "ho", "bob");
  CHECK(h.world.made == std::vector<std::string>{"ann", "bob"});
  CHECK(h.world.alive == 2);
}

TEST_CASE("an actor that is opened has its services, and stays awake for it") {
  oracle_house h;
  auto open = [&] {
    pending p = h.sim.send({.to = at("talk/ann"), .player = "ann"});
    h.sim.run();
    return p.body();
  };
  CHECK(open() == R"({"lines":[]})");
  CHECK(h.world.made.size() == 2);
  CHECK(h.sim.house().look(at("talk/ann"))->services == 0b11);
  CHECK(open() == R"({"lines":[]})");
  CHECK(h.world.made.size() == 2);
  h.sim.advance(29min);
  CHECK(h.world.alive == 2);
  h.sim.advance(7min);
  CHECK(h.world.alive == 0);
  h.world.down = true;
  CHECK(open() == R"({"lines":[]})");
  CHECK(h.sim.log.count("service_failed") == 2);
  CHECK(h.sim.house().look(at("talk/ann"))->services == 0);
  h.world.down = false;
  h.chat("hello", "ho");
  CHECK(h.sim.house().look(at("talk/ann"))->services == 0b01);
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
  oracle_house h;
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
  oracle_house h;
  h.chat("before", "1");
  h.say("lost");
  h.sim.crash();
  CHECK(h.lines() == R"({"lines":["before-1"]})");
}

TEST_CASE("either half may refuse, and leaves no trace") {
  oracle_house h;
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
  oracle_house h;
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
  oracle_house h;
  pending p = h.sim.send({.to = at("talk/ann"), .player = "ann", .command = "say",
                          .args = text("slow"), .patience = 10s});
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
  oracle_house h;
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
  oracle_house h(true);
  SECTION("the service cannot be made") { h.world.down = true; }
  SECTION("it throws") { h.world.refuses = true; }
  pending p = h.say("hello");
  CHECK(p.body() == R"({"lines":["hello-home!"]})");
  CHECK(h.sim.log.count("service_failed") == 1);
}

TEST_CASE("the kind's own answer stands in for one that is late, in time for the caller") {
  oracle_house h(true);
  pending p = h.sim.send({.to = at("talk/ann"), .player = "ann", .command = "say",
                          .args = text("slow"), .patience = 10s});
  h.sim.advance(10s);
  CHECK(p.word() == "ok");
  CHECK(p.body() == R"({"lines":["slow-home!"]})");
}

TEST_CASE("every way out stops the services, once") {
  oracle_house h;
  h.chat("hello", "ho");
  SECTION("the actor falls asleep") {
    h.sim.advance(36min);
    CHECK_FALSE(h.sim.awake("talk/ann"));
  }
  SECTION("it is closed") {
    h.sim.house().close(at("talk/ann"), [](bool) {});
    h.sim.run();
    CHECK_FALSE(h.sim.awake("talk/ann"));
  }
  SECTION("a commit fails") {
    h.sim.store.fail_saves = true;
    CHECK(h.sim.post("ann", "talk/ann", "note", text("lost")).word() == "storage_failed");
  }
  SECTION("the server stops") { CHECK(h.sim.house().stop()); }
  CHECK(h.world.stopped == std::vector<std::string>{"ann"});
  CHECK(h.world.alive == 0);
}

TEST_CASE("an actor that is closed while it waits answers 503, and stops its service") {
  oracle_house h;
  pending p = h.say("hello");
  pending behind = h.sim.post("ann", "talk/ann", "note", text("behind"));
  pending more = h.say("more");
  h.sim.house().close(at("talk/ann"), [](bool) {});
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
  oracle_house h;
  pending p = h.say("hello");
  CHECK(h.sim.house().stop());
  CHECK(p.word() == "service_late");
  CHECK(h.world.alive == 0);
}

TEST_CASE("a server that stops asks nothing any more, however much waits behind a question") {
  oracle_house h;
  h.world.hangs = true;
  pending first = h.say("first");
  std::vector<pending> behind;
  for (int i = 0; i < 5; ++i) behind.push_back(h.say("behind"));
  CHECK(h.sim.house().stop());
  CHECK(first.word() == "service_late");
  for (const pending& p : behind) CHECK(p.word() == "stopping");
  CHECK(h.world.alive == 0);
}

TEST_CASE("a commit that fails takes the command that waits for a service along") {
  oracle_house h;
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
  oracle_house h;
  h.chat("hello", "ho");
  h.chat("hi", "ha", "bob");
  SECTION("it hangs") { h.world.hangs = true; }
  SECTION("it throws") { h.world.throws_at_stop = true; }
  h.sim.house().close(at("talk/ann"), [](bool) {});
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
  sim.house().close(at("talk/ann"), [](bool) {});
  sim.advance(19s);
  CHECK(world.alive == 1);
  CHECK(sim.log.count("service_stuck") == 0);
  sim.advance(2s);
  CHECK(world.alive == 0);
  CHECK(sim.log.count("service_stuck") == 1);
}

TEST_CASE("an actor ends when the last of its services has stopped") {
  oracle_house h;
  h.chat("hello", "ho");
  h.chat("write", "done");
  CHECK(h.world.made.size() == 2);
  h.world.hangs = true;
  h.sim.house().close(at("talk/ann"), [](bool) {});
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
  oracle_house h;
  h.world.hangs = true;
  for (int i = 0; i < 50; ++i) h.chat("hello", "ho", "p" + std::to_string(i));
  CHECK(h.sim.house().stop());
  CHECK(h.world.stopped.size() == 50);
  CHECK(h.world.alive == 0);
}

TEST_CASE("a server that stops cleans up thousands of sessions, each once, and counts none") {
  oracle_house h;
  constexpr int players = 3000;
  for (int i = 0; i < players; ++i) {
    h.sim.send("p" + std::to_string(i), "talk/p" + std::to_string(i), "say", text("hello"));
    h.sim.run();
    h.world.say("ho");
  }
  h.sim.run();
  CHECK(h.world.alive == players);
  CHECK(h.sim.house().stats().sessions == players);
  CHECK(h.sim.house().stop());
  CHECK(h.world.alive == 0);
  std::set<std::string> each(h.world.stopped.begin(), h.world.stopped.end());
  CHECK(h.world.stopped.size() == players);
  CHECK(each.size() == players);
  CHECK(h.sim.log.count("cleaned") == players);
  CHECK(h.sim.log.count("expired") == 0);
  CHECK(h.sim.house().stats().sessions == 0);
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
  auto chat = [&](const std::string& of) {
    sim.send("ann", of + "/ann", "say", text("hello"));
    sim.run();
    world.say("ho");
    sim.run();
  };
  for (const std::string of : {"light", "middle", "long"}) chat(of);
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
