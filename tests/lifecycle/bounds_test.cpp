#include <catch2/catch.hpp>

#include "tests/support/counter.hpp"
#include "tests/support/simulation.hpp"

// Limits: deadlines, full mailboxes, a full runtime.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

TEST_CASE("a request whose deadline passes before its handler starts is not run") {
  simulation sim(counter());
  sim.store.hold_loads = true;
  pending_reply p = sim.send("ann", "counter/a", "add");
  sim.advance(9s);
  CHECK(p.word() == "pending");
  sim.advance(1s + 100ms, 100ms);
  CHECK(p.word() == "deadline_passed");
  sim.store.hold_loads = false;
  sim.store.complete();
  sim.run();
  CHECK(p.times() == 1);
  CHECK(sim.get("ann", "counter/a").word() == "unknown_room");
  CHECK(sim.balanced());
}

TEST_CASE("a deadline that passed unnoticed in the mailbox still keeps the handler from running") {
  simulation sim(counter());
  pending_reply p = sim.send("ann", "counter/a", "add");
  sim.time.advance(11s);  // no tick
  sim.run();
  CHECK(p.word() == "deadline_passed");
  CHECK(sim.store.size() == 0);
}

TEST_CASE("a deadline that passes while the commit is stored leaves the outcome unknown") {
  simulation sim(counter());
  sim.store.hold_saves = true;
  pending_reply p = sim.send("ann", "counter/a", "add");
  sim.advance(10s + 100ms, 100ms);
  CHECK(p.word() == "outcome_unknown");
  sim.store.hold_saves = false;
  sim.store.complete();
  sim.run();
  CHECK(p.times() == 1);
  CHECK(sim.get("ann", "counter/a").body() == R"({"count":1})");
  CHECK(sim.balanced());
}

TEST_CASE("a request's own patience goes before the configured deadline") {
  simulation sim(counter());
  sim.store.hold_loads = true;
  call hasty{.to = at("counter/a"), .player = "ann", .command = "add", .patience = 200ms};
  pending_reply p = sim.send(hasty);
  sim.advance(300ms, 100ms);
  CHECK(p.word() == "deadline_passed");
  sim.store.complete();
}

TEST_CASE("an actor with a full mailbox refuses, and takes more when it is empty again") {
  options limits;
  limits.in_flight_per_actor_max = 3;
  simulation sim(kind(counter()), limits);
  sim.post("ann", "counter/a", "add");
  std::vector<pending_reply> sent;
  for (int i = 0; i < 5; ++i) sent.push_back(sim.send("ann", "counter/a", "add"));
  pending_reply elsewhere = sim.send("ann", "counter/b", "add");
  sim.run();
  for (int i = 0; i < 3; ++i) CHECK(sent[i].word() == "ok");
  for (int i = 3; i < 5; ++i) CHECK(sent[i].word() == "actor_busy");
  CHECK(elsewhere.word() == "ok");
  CHECK(sim.post("ann", "counter/a", "add").body() == R"({"count":5})");
  CHECK(sim.balanced());
}

TEST_CASE("the bound of a mailbox holds for an actor that is leaving, too") {
  options limits;
  limits.in_flight_per_actor_max = 3;
  simulation sim(kind(counter()), limits);
  sim.post("ann", "counter/a", "add");
  sim.runtime().close(at("counter/a"), [](bool) {});
  sim.runtime().run_steps(1);
  std::vector<pending_reply> sent;
  for (int i = 0; i < 5; ++i) sent.push_back(sim.send("ann", "counter/a", "add"));
  sim.run();
  int taken = 0;
  for (const pending_reply& p : sent) taken += p.word() == "ok";
  CHECK(taken == 3);
  CHECK(sim.balanced());
}

TEST_CASE("a full runtime refuses, and the counts say so") {
  options limits;
  limits.in_flight_max = 4;
  simulation sim(kind(counter()), limits);
  std::vector<pending_reply> sent;
  for (int i = 0; i < 6; ++i) sent.push_back(sim.send("ann", "counter/" + std::to_string(i), "add"));
  CHECK(sent[4].word() == "overloaded");
  auto s = sim.runtime().stats();
  CHECK(s.requests.accepted == 6);
  CHECK(s.requests.in_flight == 4);
  sim.run();
  s = sim.runtime().stats();
  CHECK(s.requests.answered == 4);
  CHECK(s.requests.refused == 2);
  CHECK(s.refused_by.at("overloaded") == 2);
  CHECK(sim.balanced());
}

TEST_CASE("beyond the cap the least recently used actor sleeps first") {
  options limits;
  limits.awake_max = 3;
  simulation sim(kind(counter()), limits);
  for (const char* actor : {"counter/a", "counter/b", "counter/c"}) {
    sim.post("ann", actor, "add");
    sim.advance(1s);
  }
  sim.post("ann", "counter/a", "add");
  sim.advance(1s);
  sim.post("ann", "counter/d", "add");
  CHECK(sim.awake("counter/a"));
  CHECK_FALSE(sim.awake("counter/b"));
  CHECK(sim.awake("counter/c"));
  CHECK(sim.awake("counter/d"));
  CHECK(sim.runtime().stats().awake == 3);
  CHECK(sim.get("ann", "counter/b").body() == R"({"count":1})");
}

TEST_CASE("beyond the cap nothing wakes while everyone has work to do") {
  options limits;
  limits.awake_max = 2;
  simulation sim(kind(counter()), limits);
  sim.store.hold_saves = true;
  pending_reply a = sim.send("ann", "counter/a", "add");
  pending_reply b = sim.send("ann", "counter/b", "add");
  sim.run();
  CHECK(sim.post("ann", "counter/c", "add").word() == "overloaded");
  sim.store.hold_saves = false;
  sim.store.complete();
  sim.run();
  CHECK(a.word() == "ok");
  CHECK(b.word() == "ok");
  CHECK(sim.post("ann", "counter/c", "add").word() == "ok");
}

TEST_CASE("a handler that took too long is named") {
  static manual_clock* hands = nullptr;
  struct slow {
    static verdict work(tally_state&, context&) {
      hands->advance(150ms);
      return accept();
    }
  };
  auto slow_kind = counter();
  slow_kind.created_by.clear();
  slow_kind.commands.push_back({"work", slow::work});
  simulation sim{kind(slow_kind)};
  hands = &sim.time;
  sim.post("ann", "counter/a", "add");
  CHECK(sim.log.count("slow_handler") == 0);
  sim.post("ann", "counter/a", "work");
  CHECK(sim.log.count("slow_handler", "counter/a") == 1);
  CHECK(sim.log.last("slow_handler") == "work ran for 150 ms");
}

TEST_CASE("commands of a blocking kind run one after the other, as everywhere") {
  auto blocking = counter();
  blocking.blocking = true;
  simulation sim{kind(blocking)};
  std::vector<pending_reply> sent;
  for (int i = 0; i < 10; ++i) sent.push_back(sim.send("ann", "counter/a", "add"));
  pending_reply thrown = sim.send("ann", "counter/a", "throw");
  sim.run();
  for (int i = 0; i < 10; ++i) CHECK(sent[i].body() == "{\"count\":" + std::to_string(i + 1) + "}");
  CHECK(thrown.word() == "handler_failed");
  CHECK(sim.balanced());
}
