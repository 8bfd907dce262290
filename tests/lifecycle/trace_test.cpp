#include <catch2/catch.hpp>

#include "runtime/hosting/operators.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/json.hpp"
#include "tests/support/simulation.hpp"

// Lines of the log say which request brought them about.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

const trace_context first{1, 2, 3}, second{4, 5, 6};

pending_reply traced(simulation& sim, std::string_view to, std::string command, const trace_context& as,
                     std::string args = "{}") {
  pending_reply p =
      sim.send({.to = at(to), .player = "ann", .command = std::move(command), .args = std::move(args), .trace = as});
  sim.run();
  return p;
}

}  // namespace

TEST_CASE("a handler that throws is noted with its request") {
  simulation sim(counter());
  traced(sim, "counter/a", "add", first);
  CHECK(sim.log.cause_of("created") == first);
  CHECK(traced(sim, "counter/a", "throw", second).word() == "handler_failed");
  CHECK(sim.log.cause_of("handler_threw") == second);
}

TEST_CASE("what a message brings about is noted with the request that sent it") {
  simulation sim(counter());
  traced(sim, "counter/a", "add", first);
  traced(sim, "counter/a", "pass_on", second, json("id", "b"));
  REQUIRE(sim.log.count("created", "counter/b") == 1);
  CHECK(sim.log.cause_of("created") == second);
}

TEST_CASE("a message that is tried again is still of its request") {
  simulation sim(counter());
  traced(sim, "counter/a", "add", first);
  traced(sim, "counter/b", "add", first);
  sim.advance(40min);
  REQUIRE_FALSE(sim.awake("counter/b"));
  sim.store.fail_loads = true;
  sim.store.hold_loads = false;
  traced(sim, "counter/a", "read", first);  // its own load fails, too
  sim.store.fail_loads = false;
  traced(sim, "counter/a", "read", first);
  sim.store.fail_loads = true;
  traced(sim, "counter/a", "pass_on", second, json("id", "b"));
  sim.store.fail_loads = false;
  sim.advance(10s);
  CHECK(sim.log.count("created", "counter/b") >= 2);
  CHECK(sim.log.cause_of("created") == second);
}

TEST_CASE("a commit that fails is noted with its request") {
  simulation sim(counter());
  traced(sim, "counter/a", "add", first);
  sim.store.fail_saves = true;
  CHECK(traced(sim, "counter/a", "add", second).word() == "storage_failed");
  CHECK(sim.log.cause_of("commit_failed") == second);
}

TEST_CASE("what an operator ordered is noted with their request, and so is what it brings about") {
  simulation sim(counter());
  traced(sim, "counter/a", "add", first);
  sim.runtime().operators().give(
      {.is = operator_order::action::close, .actor = at("counter/a"), .by = "root", .trace = second}, [](reply&&) {});
  sim.run();
  CHECK(sim.log.cause_of("ordered") == second);
  CHECK(sim.log.cause_of("erased") == second);
  sim.runtime().operators().drain(true, "root", first);
  CHECK(sim.log.cause_of("ordered") == first);
}

TEST_CASE("the first look of a watcher is of its request") {
  simulation sim(counter());
  traced(sim, "counter/a", "add", first);
  sim.advance(40min);
  auto watch = sim.runtime().watch({.actor = at("counter/a"), .trace = second}, {}, [](auto&&) {});
  sim.run();
  CHECK(sim.log.cause_of("created") == second);
}

TEST_CASE("what no request brought about names none") {
  simulation sim(counter());
  traced(sim, "counter/a", "add", first);
  sim.advance(40min);
  REQUIRE(sim.log.count("asleep", "counter/a") == 1);
  CHECK_FALSE(sim.log.cause_of("asleep").known());
  CHECK_FALSE(sim.log.cause_of("expired").known());
}
