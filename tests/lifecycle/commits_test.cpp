#include <catch2/catch.hpp>

#include "tests/support/counter.hpp"
#include "tests/support/json.hpp"
#include "tests/support/simulation.hpp"

// A command is a transaction, and nothing of it is seen before its commit is stored.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

TEST_CASE("a handler that throws loses its own command and no other") {
  simulation sim(counter());
  sim.post("ann", "counter/a", "add");
  pending_reply before = sim.send("ann", "counter/a", "add");
  pending_reply thrown = sim.send("ann", "counter/a", "throw");
  pending_reply after = sim.send("ann", "counter/a", "add");
  sim.run();
  CHECK(before.word() == "ok");
  CHECK(thrown.word() == "handler_failed");
  CHECK(after.body() == R"({"count":3})");
  CHECK(sim.log.last("handler_threw") == "throw: the handler fell over");
  CHECK(sim.log.count("created", "counter/a") == 1);
}

TEST_CASE("a refused command leaves no trace") {
  simulation sim(counter());
  auto tag = sim.post("ann", "counter/a", "add").answer().tag;
  pending_reply refused = sim.post("ann", "counter/a", "refuse");
  CHECK(refused.word() == "refused_by_rule");
  CHECK(refused.answer().tag == tag);
  CHECK(sim.get("ann", "counter/a").body() == R"({"count":1})");
}

TEST_CASE("a query counts no version and stores nothing") {
  simulation sim(counter());
  auto tag = sim.post("ann", "counter/a", "add").answer().tag;
  sim.store.fail_saves = true;
  CHECK(sim.post("ann", "counter/a", "read").answer().tag == tag);
}

TEST_CASE("nothing is seen before its commit is stored, and then in order") {
  simulation sim(counter());
  sim.post("ann", "counter/a", "add");
  sim.store.hold_saves = true;
  pending_reply first = sim.send("ann", "counter/a", "add");
  pending_reply message = sim.send("ann", "counter/a", "pass_on", json("id", "b"));
  pending_reply look = sim.send({.to = at("counter/a"), .from = source::client_get});
  pending_reply refused = sim.send("ann", "counter/a", "refuse");
  sim.run();
  for (const pending_reply& p : {first, message, look, refused}) CHECK(p.word() == "pending");
  CHECK_FALSE(sim.awake("counter/b"));

  sim.store.complete(1);
  sim.run();
  CHECK(first.body() == R"({"count":2})");
  // What saw the second commit waits for it, a refusal too: its reason may be that commit.
  for (const pending_reply& p : {message, look, refused}) CHECK(p.word() == "pending");
  CHECK_FALSE(sim.awake("counter/b"));

  sim.store.hold_saves = false;
  sim.store.complete();
  sim.run();
  CHECK(message.word() == "ok");
  CHECK(look.body() == R"({"count":3})");
  CHECK(refused.word() == "refused_by_rule");
  CHECK(sim.get("ann", "counter/b").body() == R"({"count":5})");
}

TEST_CASE("a commit that fails takes what saw it along, and the last stored state wakes") {
  simulation sim(counter());
  sim.post("ann", "counter/a", "add");
  sim.store.hold_saves = true;
  pending_reply lost = sim.send("ann", "counter/a", "pass_on", json("id", "b"));
  pending_reply saw_it = sim.send({.to = at("counter/a"), .from = source::client_get});
  pending_reply behind = sim.send("ann", "counter/a", "add");
  sim.run();
  sim.store.fail_saves = true;
  sim.store.complete();
  sim.run();
  for (const pending_reply& p : {lost, saw_it, behind}) CHECK(p.word() == "storage_failed");
  CHECK(sim.log.count("commit_failed", "counter/a") == 1);
  CHECK_FALSE(sim.awake("counter/a"));
  CHECK_FALSE(sim.awake("counter/b"));

  sim.store.fail_saves = sim.store.hold_saves = false;
  CHECK(sim.post("ann", "counter/a", "add").body() == R"({"count":2})");
  CHECK(sim.balanced());
}

TEST_CASE("a load that fails refuses its requests, and the next message tries again") {
  simulation sim(counter());
  sim.store.fail_loads = true;
  pending_reply a = sim.send("ann", "counter/a", "add");
  pending_reply b = sim.send("ann", "counter/a", "add");
  sim.run();
  CHECK(a.word() == "storage_failed");
  CHECK(b.word() == "storage_failed");
  sim.store.fail_loads = false;
  CHECK(sim.post("ann", "counter/a", "add").word() == "ok");
}

TEST_CASE("a stored state that does not load is refused and left as it is") {
  simulation sim(counter());
  stored_actor strange{.incarnation = 1, .version = 3, .state = R"({"count":"many"})"};
  sim.store.save({.actor = at("counter/a"), .next = strange}, [](auto) {});
  pending_reply p = sim.post("ann", "counter/a", "add");
  CHECK(p.word() == "state_unreadable");
  CHECK_THAT(p.answer().why.detail, Catch::Contains("count must be an integer"));
  sim.store.load(at("counter/a"), [&](auto found) { CHECK(found.value()->state == strange.state); });
}

TEST_CASE("If-Match lets a command through only at the version it names") {
  simulation sim(counter());
  auto tag = sim.post("ann", "counter/a", "add").answer().tag;
  call careful{.to = at("counter/a"), .player = "ann", .command = "add", .if_match = tag};
  pending_reply fits = sim.send(careful);
  sim.run();
  CHECK(fits.word() == "ok");
  pending_reply stale = sim.send(careful);
  sim.run();
  CHECK(stale.word() == "stale_version");
  CHECK(stale.answer().current == R"({"count":2})");
  CHECK(sim.get("ann", "counter/a").body() == R"({"count":2})");
}

TEST_CASE("messages reach an actor that sleeps, and one that was never made") {
  simulation sim(counter());
  sim.post("ann", "counter/a", "add");
  sim.post("ann", "counter/a", "pass_on", json("id", "b"));
  sim.advance(40min);
  sim.post("ann", "counter/a", "pass_on", json("id", "b"));
  CHECK(sim.get("ann", "counter/b").body() == R"({"count":10})");
}

TEST_CASE("a message to an unknown kind is noted, and does no harm") {
  struct letter {
    static verdict send(tally_state&, context& ctx) {
      ctx.tell({"nobody", "x"}, "add");
      return accept();
    }
  };
  auto writer = counter();
  writer.created_by.clear();
  writer.commands.push_back({"write", letter::send});
  simulation sim{kind(writer)};
  CHECK(sim.post("ann", "counter/a", "write").word() == "ok");
  CHECK(sim.log.count("message_lost", "nobody/x") == 1);
}

TEST_CASE("a commit that fails while a blocking handler runs takes what the handler decides along") {
  // In a simulation the pool runs the handler at once: the failure arrives between its end and its result.
  static late_store* disk = nullptr;
  struct slow {
    static verdict refuse(tally_state&, context&) {
      disk->fail_saves = true;
      disk->complete();
      return reject("refused_by_rule");
    }
  };
  auto blocking = counter();
  blocking.blocking = true;
  blocking.commands.push_back({"refuse_late", slow::refuse});
  simulation sim{kind(blocking)};
  disk = &sim.store;
  sim.post("ann", "counter/a", "add");
  sim.store.hold_saves = true;
  pending_reply lost = sim.send("ann", "counter/a", "add");
  sim.run();
  pending_reply saw_it = sim.send("ann", "counter/a", "refuse_late");
  pending_reply behind = sim.send("ann", "counter/a", "read");
  sim.run();
  for (const pending_reply& p : {lost, saw_it, behind}) CHECK(p.word() == "storage_failed");
  sim.store.fail_saves = sim.store.hold_saves = false;
  CHECK(sim.post("ann", "counter/a", "add").body() == R"({"count":2})");
  CHECK(sim.balanced());
}
