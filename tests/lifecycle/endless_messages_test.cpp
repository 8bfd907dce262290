#include <catch2/catch.hpp>

#include "runtime/hosting/operators.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/json.hpp"
#include "tests/support/lobby_simulation.hpp"
#include "tests/support/relay.hpp"

// Messages between actors are bounded: actors that tell without end harm nobody else.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

/// More than any of these takes, and few enough that one without end fails soon.
constexpr std::size_t enough_steps = 200'000;

/// Lets actors work until none has a message. False if they would go on.
bool comes_to_rest(simulation& sim) { return sim.runtime().run_steps(enough_steps) < enough_steps; }

/// A client's command that actors go on with.
void begin(simulation& sim, const char* actor, const char* command, std::string args = "{}") {
  sim.send("ann", actor, command, std::move(args));
}

std::vector<dead_letter> letters(simulation& sim) {
  std::vector<dead_letter> seen;
  sim.store.read_letters({}, 0, SIZE_MAX, [&seen](auto found) { seen = std::move(found.value()); });
  return seen;
}

std::string close(simulation& sim, std::string_view actor) {
  pending_reply answer;
  sim.runtime().operators().give({.is = operator_order::action::close, .actor = at(actor), .by = "root"},
                                 answer.receiver());
  return comes_to_rest(sim) ? answer.body_or_word() : "no rest";
}

std::string drop_messages(simulation& sim, std::string_view actor) {
  std::string count;
  sim.runtime().operators().messages().drop_messages(
      at(actor), {.by = "root"}, [&count](result<std::size_t> dropped) { count = std::to_string(dropped.value()); });
  return count;
}

}  // namespace

TEST_CASE("two actors that tell each other end after so many messages, and are named") {
  simulation sim(relay());
  begin(sim, "relay/a", "serve", json("id", "b"));
  REQUIRE(comes_to_rest(sim));
  CHECK(heard_by(sim, "relay/a") == heard(33));
  CHECK(heard_by(sim, "relay/b") == heard(32));
  CHECK(sim.log.count("message_lost") == 1);
  CHECK(sim.log.last("message_lost", "relay/b") ==
        "serve: chain_too_long, after relay/a:serve by ann > ... > relay/a:serve > relay/b:serve > relay/a:serve > "
        "relay/b:serve > relay/a:serve");
  REQUIRE(letters(sim).size() == 1);
  CHECK(letters(sim)[0].reason == "chain_too_long");
  CHECK(letters(sim)[0].length == 65);
  CHECK_THAT(letters(sim)[0].chain, Contains("relay/a:serve by ann > "));
  CHECK(sim.runtime().stats().messages_lost_by.at("chain_too_long") == 1);
  sim.crash();
  REQUIRE(comes_to_rest(sim));
  CHECK(heard_by(sim, "relay/b") == heard(32));
}

TEST_CASE("a chain goes on behind a restart with what it had, and ends as it would have") {
  simulation sim(relay());
  begin(sim, "relay/a", "serve", json("id", "b"));
  for (int kill = 0; kill < 4; ++kill) {
    sim.runtime().run_steps(20);
    sim.crash();
  }
  REQUIRE(comes_to_rest(sim));
  CHECK(heard_by(sim, "relay/a") == heard(33));
  CHECK(heard_by(sim, "relay/b") == heard(32));
  CHECK(sim.store.dead_letters() == 1);
}

TEST_CASE("a reminder begins another chain: actors may tell each other for as long as they pause") {
  simulation sim(relay());
  begin(sim, "relay/a", "serve_then_wait", json("id", "b"));
  sim.advance(200s);
  CHECK(heard_by(sim, "relay/a") == heard(201));
  CHECK(sim.runtime().stats().messages_lost == 0);
  CHECK(sim.store.dead_letters() == 0);
}

TEST_CASE("a fork ends when what began it has sent its share, and a healthy actor is answered meanwhile") {
  options limits;
  limits.messages_at_once = 300;
  limits.messages_per_second = 10;
  simulation sim(catalog({relay(), counter()}), limits);
  begin(sim, "relay/a", "fork");
  sim.runtime().run_steps(500);
  CHECK(sim.runtime().stats().messages.in_flight <= 300);
  pending_reply healthy = sim.send("bob", "counter/c", "add");
  sim.runtime().run_steps(1000);
  CHECK(healthy.word() == "ok");
  SECTION("at once") {}
  SECTION("with a kill in between") { sim.crash(); }
  sim.post("bob", "counter/c", "add");
  sim.post("bob", "counter/d", "add");
  CHECK(sim.post("bob", "counter/c", "pass_on", json("id", "d")).word() == "ok");
  REQUIRE(comes_to_rest(sim));
  CHECK(json_part(sim.get("bob", "counter/d").body(), "count") == "6");
  auto s = sim.runtime().stats();
  CHECK(s.messages.in_flight == 0);
  CHECK(s.messages_lost_by.at("too_many_messages") > 200);
  CHECK(sim.store.size() <= 700);
  CHECK(sim.log.count("message_lost") <= 2);
  sim.advance(11s);
  begin(sim, "relay/a", "fork");
  sim.advance(1s);
  CHECK_THAT(sim.log.last("message_lost"), Contains(" more since it was last named here"));
}

TEST_CASE("messages that wait for one actor are bounded, and its reminder comes all the same") {
  options limits;
  limits.messages_per_actor_max = 10;
  simulation sim(kind(relay()), limits);
  sim.post("ann", "relay/b", "hear_later");
  sim.advance(40min);  // asleep, and reminded
  REQUIRE(heard_by(sim, "relay/b") == heard(1));
  sim.post("ann", "relay/b", "hear_later");
  sim.post("ann", "relay/a", "hear");
  sim.post("ann", "relay/c", "hear");
  REQUIRE(heard_by(sim, "relay/b") == heard(1));
  sim.store.hold_saves = true;
  begin(sim, "relay/a", "spray", R"({"id":"b","count":50})");
  sim.run();
  sim.store.complete(1);
  sim.run();
  CHECK(sim.log.last("message_lost", "relay/b") == "hear: receiver_full, after relay/a:spray by ann");
  begin(sim, "relay/c", "spray", R"({"id":"d","count":1})");
  sim.time.advance(2s);
  sim.runtime().tick();
  sim.run();
  sim.store.hold_saves = false;
  sim.store.complete();
  sim.run();
  CHECK(sim.runtime().stats().messages_lost_by.at("receiver_full") == 40);
  CHECK(sim.store.dead_letters() == 40);
  CHECK(heard_by(sim, "relay/b") == heard(12));
  CHECK(heard_by(sim, "relay/d") == heard(1));
}

TEST_CASE("messages that fail and wait to be delivered again count for their receiver") {
  struct letter {
    static verdict send(relay_state&, context& ctx) {
      ctx.tell({"relay", "b"}, "fall_over");
      return accept();
    }
  };
  auto writer = relay();
  writer.commands.push_back({"write", letter::send});
  options limits;
  limits.messages_per_actor_max = 3;
  simulation sim(kind(writer), limits);
  for (int i = 0; i < 5; ++i) sim.post("ann", "relay/a", "write");
  CHECK(sim.runtime().stats().messages_lost_by.at("receiver_full") == 2);
  sim.advance(10min);
  CHECK(sim.runtime().stats().messages_lost_by.at("failed") == 3);
  CHECK(sim.store.dead_letters() == 5);
}

TEST_CASE("all messages under way are bounded") {
  options limits;
  limits.messages_max = 20;
  simulation sim(kind(relay()), limits);
  begin(sim, "relay/a", "spray", R"({"count":50})");
  sim.run();
  CHECK(sim.runtime().stats().messages_lost_by.at("messages_full") == 30);
  CHECK(sim.store.dead_letters() == 30);
  sim.post("ann", "relay/a", "spray", R"({"count":20})");
  CHECK(sim.runtime().stats().messages_lost == 30);
}

TEST_CASE("a volatile actor's messages beyond a bound are counted and named, though the store owes nothing") {
  auto light = relay();
  light.durable = false;
  simulation sim{kind(light)};
  begin(sim, "relay/a", "serve", json("id", "b"));
  REQUIRE(comes_to_rest(sim));
  CHECK(sim.runtime().stats().messages_lost == 1);
  CHECK(sim.log.count("message_lost", "relay/b") == 1);
  CHECK(sim.store.dead_letters() == 0);
}

TEST_CASE("what the store owes at a start comes in portions, and none of it is lost") {
  options limits;
  limits.messages_per_actor_max = 10;
  simulation sim(kind(relay()), limits);
  sim.store.hold_saves = true;
  begin(sim, "relay/a", "spray", R"({"id":"b","count":100})");
  sim.run();
  sim.store.hold_saves = false;
  sim.crash(1);
  CHECK(sim.runtime().stats().messages.in_flight <= 10);
  sim.run();
  sim.store.fail_loads = true;  // a portion that cannot be read now is read later
  sim.advance(200ms, 50ms);
  CHECK(sim.log.count("owed_unread") == 1);
  sim.store.fail_loads = false;
  sim.advance(2s, 50ms);
  CHECK(heard_by(sim, "relay/b") == heard(100));
  CHECK(sim.runtime().stats().messages_lost == 0);
  CHECK(sim.store.restore().messages.empty());
}

TEST_CASE("an operator's close ends a chain that would make the actor anew") {
  options limits;
  limits.message_chain_max = SIZE_MAX;
  limits.messages_at_once = SIZE_MAX;
  simulation sim(kind(relay()), limits);
  begin(sim, "relay/a", "serve", json("id", "b"));
  sim.runtime().run_steps(1000);
  CHECK(close(sim, "relay/a") == R"({"closed":true})");
  CHECK(sim.store.restore().messages.empty());
  bool stored = true;
  sim.store.peek(at("relay/a"), [&stored](const auto& found) { stored = found.has_value(); });
  CHECK_FALSE(stored);
  CHECK(sim.post("ann", "relay/a", "hear").word() == "ok");
  CHECK(sim.post("ann", "relay/b", "spray", R"({"id":"a","count":1})").word() == "ok");
  CHECK(heard_by(sim, "relay/a") == heard(2));
}

TEST_CASE("an operator drops the messages of an actor, and what was told because of it") {
  options limits;
  limits.message_chain_max = SIZE_MAX;
  limits.messages_at_once = SIZE_MAX;
  simulation sim(kind(relay()), limits);
  SECTION("two that tell each other") {
    begin(sim, "relay/a", "serve", json("id", "b"));
    sim.runtime().run_steps(1001);
    drop_messages(sim, "relay/a");
    CHECK(comes_to_rest(sim));
    CHECK_THAT(sim.log.last("ordered", "relay/a"), Contains("drop_messages by root: done, "));
  }
  SECTION("a fork, from where it began") {
    begin(sim, "relay/a", "fork");
    sim.runtime().run_steps(1000);
    drop_messages(sim, "relay/a");
    CHECK(comes_to_rest(sim));
  }
  SECTION("those that wait for a store, while it holds them: they are counted, and others' stay") {
    sim.store.hold_saves = true;
    begin(sim, "relay/a", "spray", R"({"id":"b","count":7})");
    begin(sim, "relay/c", "spray", R"({"id":"d","count":3})");
    sim.run();
    sim.store.complete(2);
    CHECK(drop_messages(sim, "relay/b") == "7");
    sim.store.hold_saves = false;
    sim.run();
    sim.store.complete();
    sim.run();
    CHECK(heard_by(sim, "relay/d") == heard(3));
    CHECK(heard_by(sim, "relay/b") == heard(0));
  }
  CHECK(sim.store.restore().messages.empty());
  CHECK(sim.runtime().stats().messages_lost == 0);
}

TEST_CASE("a dead letter is delivered once more, once, and begins a chain") {
  simulation sim(relay());
  begin(sim, "relay/a", "serve", json("id", "b"));
  REQUIRE(comes_to_rest(sim));
  std::uint64_t number = letters(sim).at(0).number;
  auto& messages = sim.runtime().operators().messages();
  std::size_t count = 0;
  auto counted = [&count](result<std::size_t> done) { count = done.value(); };
  messages.redeliver({.number = number + 1}, {.by = "root"}, counted);
  CHECK(count == 0);
  messages.redeliver({.kind = "relay", .id = "b"}, {.by = "root"}, counted);
  CHECK(count == 1);
  CHECK(sim.log.last("ordered", "relay/b") == "redeliver by root: done, 1");
  SECTION("at once") {}
  SECTION("with a kill before it is applied") { sim.crash(); }
  REQUIRE(comes_to_rest(sim));
  CHECK(heard_by(sim, "relay/b") == heard(32 + 33));
  REQUIRE(letters(sim).size() == 1);
  CHECK_THAT(letters(sim)[0].chain, Catch::StartsWith("relay/b:serve > "));
  sim.runtime().operators().messages().drop({.kind = "relay"}, {.by = "root"}, counted);
  CHECK(count == 1);
  CHECK(letters(sim).empty());
}

TEST_CASE("a big day is within the bounds: a command that tells thousands, and a crowd in the lobby") {
  simulation sim(relay());
  sim.post("ann", "relay/a", "spray", R"({"count":5000})");
  CHECK(heard_by(sim, "relay/r4999") == heard(1));
  CHECK(sim.runtime().stats().messages_lost == 0);
  lobby_simulation day;
  for (int i = 0; i < 1000; ++i) {
    std::string room = day.quick_join("p" + std::to_string(i));
    CHECK(day.join("p" + std::to_string(i), room) == "ok");
  }
  CHECK(day.runtime().stats().messages_lost == 0);
}
