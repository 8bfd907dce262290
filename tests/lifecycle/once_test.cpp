#include <catch2/catch.hpp>

#include "tests/support/counter.hpp"
#include "tests/support/json.hpp"
#include "tests/support/simulation.hpp"

// What was acknowledged is not lost, and what is sent again counts once.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

TEST_CASE("a request that is sent again under its key is answered the same and counts once") {
  simulation sim(counter());
  pending_reply first = sim.post_once("k", "ann", "counter/a", "add");
  sim.post("bob", "counter/a", "add");
  for (int retry = 0; retry < 3; ++retry) {
    pending_reply again = sim.post_once("k", "ann", "counter/a", "add");
    CHECK(again.body() == first.body());
    CHECK(again.answer().tag == first.answer().tag);
    if (retry == 0) sim.advance(40min);  // asleep and awake again
    if (retry == 1) sim.crash();
  }
  CHECK(sim.get("ann", "counter/a").body() == R"({"count":2})");
}

TEST_CASE("a key is its player's own, and of that very request") {
  simulation sim(counter());
  sim.post_once("k", "ann", "counter/a", "add");
  CHECK(sim.post_once("k", "bob", "counter/a", "add").body() == R"({"count":2})");
  CHECK(sim.post_once("k", "ann", "counter/b", "add").body() == R"({"count":1})");
  CHECK(sim.post_once("k", "ann", "counter/a", "add", json("by", 2)).word() == "key_reused");
  CHECK(sim.post_once("k", "ann", "counter/a", "read").word() == "key_reused");
  CHECK(sim.get("ann", "counter/a").body() == R"({"count":2})");
}

TEST_CASE("a retry while the first is still being stored waits for it") {
  simulation sim(counter());
  sim.store.hold_saves = true;
  pending_reply first = sim.post_once("k", "ann", "counter/a", "add");
  pending_reply retry = sim.post_once("k", "ann", "counter/a", "add");
  CHECK(first.word() == "pending");
  CHECK(retry.word() == "pending");
  sim.store.hold_saves = false;
  sim.store.complete();
  sim.run();
  CHECK(first.body() == R"({"count":1})");
  CHECK(retry.body() == R"({"count":1})");
}

TEST_CASE("a refused request keeps no record: sent again it is decided again") {
  simulation sim(counter());
  CHECK(sim.post_once("k", "ann", "counter/a", "read").word() == "unknown_room");
  sim.post("ann", "counter/a", "add");
  CHECK(sim.post_once("k", "ann", "counter/a", "read").word() == "ok");
}

TEST_CASE("records are bounded by count and by age") {
  options limits;
  limits.replies_per_player_max = 2;
  limits.replies_kept = 1h;
  simulation sim(kind(counter()), limits);
  for (const char* key : {"a", "b", "c"}) sim.post_once(key, "ann", "counter/a", "add");
  CHECK(sim.post_once("c", "ann", "counter/a", "add").body() == R"({"count":3})");
  CHECK(sim.post_once("b", "ann", "counter/a", "add").body() == R"({"count":2})");
  CHECK(sim.post_once("a", "ann", "counter/a", "add").body() == R"({"count":4})");  // forgotten
  sim.advance(25min);
  sim.post_once("z", "ann", "counter/a", "add");
  sim.advance(40min);
  CHECK(sim.post_once("a", "ann", "counter/a", "add").body() == R"({"count":6})");  // too old
}

TEST_CASE("a kind that is not durable keeps its records while it is awake") {
  auto light = counter();
  light.durable = false;
  simulation sim{kind(light)};
  sim.post_once("k", "ann", "counter/a", "add");
  CHECK(sim.post_once("k", "ann", "counter/a", "add").body() == R"({"count":1})");
}

TEST_CASE("a command that was stored but not acknowledged before a kill is not run again") {
  simulation sim(counter());
  sim.store.hold_saves = true;
  pending_reply first = sim.post_once("k", "ann", "counter/a", "add");
  sim.store.hold_saves = false;
  sim.crash(1);
  CHECK(first.word() == "pending");
  CHECK(sim.post_once("k", "ann", "counter/a", "add").body() == R"({"count":1})");
  CHECK(sim.get("ann", "counter/a").body() == R"({"count":1})");
}

TEST_CASE("a command that was lost in a kill is run when it is sent again") {
  simulation sim(counter());
  sim.post("ann", "counter/a", "add");
  sim.store.hold_saves = true;
  sim.post_once("k", "ann", "counter/a", "add");
  sim.store.hold_saves = false;
  sim.crash(0);
  CHECK(sim.get("ann", "counter/a").body() == R"({"count":1})");
  CHECK(sim.post_once("k", "ann", "counter/a", "add").body() == R"({"count":2})");
}

TEST_CASE("a message that was committed before a kill is applied after it, once") {
  simulation sim(counter());
  sim.post("ann", "counter/a", "add");
  sim.store.hold_saves = true;
  sim.post("ann", "counter/a", "pass_on", json("id", "b"));
  sim.store.hold_saves = false;
  sim.crash(1);
  sim.advance(1s);
  CHECK(sim.get("ann", "counter/b").body() == R"({"count":5})");
  sim.crash();
  sim.advance(10s);
  CHECK(sim.get("ann", "counter/b").body() == R"({"count":5})");
}

TEST_CASE("a message is applied once though the kill came between its commit and the word of it") {
  simulation sim(counter());
  sim.post("ann", "counter/a", "add");
  sim.store.hold_saves = true;
  sim.post("ann", "counter/a", "pass_on", json("id", "b"));
  sim.store.complete(1);  // the sender's commit
  sim.run();              // the receiver's is held
  REQUIRE(sim.store.held() == 1);
  sim.store.hold_saves = false;
  sim.crash(1);
  sim.advance(10s);
  CHECK(sim.get("ann", "counter/b").body() == R"({"count":5})");
}

TEST_CASE("a reminder survives a kill, and fires late rather than never") {
  simulation sim(counter());
  sim.post("ann", "counter/a", "add");
  sim.post("ann", "counter/a", "later");
  sim.crash();
  sim.advance(90min, 1min);
  CHECK(sim.get("ann", "counter/a").body() == R"({"count":1})");
  sim.time.advance(5h);  // the server is down when it is due
  sim.crash();
  sim.advance(1s);
  CHECK(sim.get("ann", "counter/a").body() == R"({"count":2})");
  sim.crash();
  sim.advance(5h, 1min);
  CHECK(sim.get("ann", "counter/a").body() == R"({"count":2})");
}

TEST_CASE("a message that fails is delivered again, later and later, and ends among the dead letters") {
  struct letter {
    static verdict send(tally_state&, context& ctx) {
      ctx.tell({"counter", "b"}, "throw");
      return accept();
    }
  };
  auto writer = counter();
  writer.created_by.clear();
  writer.commands.push_back({"write", letter::send});
  simulation sim{kind(writer)};
  sim.post("ann", "counter/a", "write");
  CHECK(sim.log.count("handler_threw", "counter/b") == 1);
  sim.advance(1s + 50ms, 50ms);
  CHECK(sim.log.count("handler_threw", "counter/b") == 2);
  sim.advance(1min);
  CHECK(sim.log.count("handler_threw", "counter/b") == 6);
  CHECK(sim.store.dead_letters() == 0);
  sim.advance(10min);
  CHECK(sim.log.count("handler_threw", "counter/b") == 8);
  CHECK(sim.log.last("message_lost", "counter/b") == "throw: handler_failed, after counter/a:write by ann");
  CHECK(sim.store.dead_letters() == 1);
  sim.crash();
  sim.advance(10min);
  CHECK(sim.log.count("handler_threw", "counter/b") == 8);
}

TEST_CASE("a message that the receiver's rules refuse is dealt with") {
  struct letter {
    static verdict send(tally_state&, context& ctx) {
      ctx.tell({"counter", "b"}, "refuse");
      ctx.tell({"counter", "c"}, "read");
      return accept();
    }
  };
  auto writer = counter();
  writer.commands.push_back({"write", letter::send});
  simulation sim{kind(writer)};
  for (const char* actor : {"counter/a", "counter/b"}) sim.post("ann", actor, "add");
  sim.post("ann", "counter/a", "write");
  CHECK(sim.store.restore().messages.empty());
}

TEST_CASE("a message that is refused because of a commit that is then lost is still owed") {
  // b refuses what it is sent once it holds something, which is not stored when the kill comes.
  struct choosy {
    static verdict take(tally_state& s, context&) {
      if (s.count > 0) return reject("full");
      s.count = 7;
      return accept();
    }
    static verdict send(tally_state&, context& ctx) {
      ctx.tell({"counter", "b"}, "take");
      return accept();
    }
  };
  auto k = counter();
  k.created_by.clear();
  k.commands.push_back({"take", choosy::take});
  k.commands.push_back({"send", choosy::send});
  simulation sim{kind(k)};
  sim.store.hold_saves = true;
  sim.send("ann", "counter/a", "send");
  sim.send("ann", "counter/b", "add");
  sim.run();
  sim.store.complete(1);  // the sender's commit alone: b sees the message before its own is stored
  sim.run();
  sim.store.hold_saves = false;
  sim.crash(0);
  sim.advance(1s);
  CHECK(sim.get("ann", "counter/b").body() == R"({"count":7})");
}
