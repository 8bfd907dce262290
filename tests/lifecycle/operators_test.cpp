#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <map>
#include <thread>

#include "actors/catalog.hpp"
#include "runtime/hosting/operators.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/fake_service.hpp"
#include "tests/support/json.hpp"
#include "tests/support/simulation.hpp"

// What operators see of actors and do to them, in virtual time.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

/// An order, carried out until nothing moves. The word of its failure, or the body of its answer.
std::string give(simulation& sim, operator_order::action action, std::string_view actor, std::string reminder = {}) {
  pending_reply answer;
  sim.runtime().operators().give({.is = action, .actor = at(actor), .about = std::move(reminder), .by = "root"},
                                 answer.receiver());
  sim.run();
  return answer.body_or_word();
}

inspection look_at(simulation& sim, std::string_view actor) {
  inspection seen;
  sim.runtime().operators().inspect(at(actor), [&seen](result<inspection>&& found) {
    if (found) seen = std::move(found.value());
    else seen.inside = found.why().code;
  });
  sim.run();
  return seen;
}

constexpr auto closing = operator_order::action::close;
constexpr auto cancelling = operator_order::action::cancel;

}  // namespace

TEST_CASE("the awake are listed by kind and prefix, each on one page, with why they are awake") {
  catalog kinds({counter(), actors::tictactoe(), actors::lobby({actors::tictactoe()}), actors::session()});
  simulation sim(kinds);
  for (int i = 0; i < 250; ++i) sim.post("ann", "counter/c" + std::to_string(i), "add");
  sim.post("ann", "tictactoe/r", "join");
  std::map<std::string, activation_info> seen;
  awake_query query{.most = 7};
  do {
    awake_page page = sim.runtime().operators().list(query);
    CHECK(page.actors.size() <= 7);
    for (activation_info& a : page.actors) CHECK(seen.emplace(a.actor.text(), a).second);
    query.from = page.next;
  } while (query.from != 0);
  CHECK(seen.size() == 252);  // and ann's session
  CHECK(seen.at("counter/c7").version == 1);
  CHECK(seen.at("counter/c7").state.why == awake_reason::kept);
  CHECK(seen.at("counter/c7").state.until == sim.time.now() + 30min);
  CHECK(seen.at("session/ann").state.why == awake_reason::visited);
  CHECK(seen.at("session/ann").state.until == sim.time.now() + 30s);

  awake_query filter{.actor_kind = sim.runtime().kinds().find("counter"), .prefix = "c24", .most = 500};
  CHECK(sim.runtime().operators().list(filter).actors.size() == 11);  // c24 and c240 to c249
  filter.actor_kind = sim.runtime().kinds().find("session");
  CHECK(sim.runtime().operators().list(filter).actors.empty());
}

TEST_CASE("to look into an actor neither wakes it nor keeps it, and shows what is stored") {
  simulation sim(counter());
  sim.post("ann", "counter/a", "add", json("by", 3));
  sim.post("ann", "counter/a", "later");
  inspection awake = look_at(sim, "counter/a");
  REQUIRE(awake.awake);
  CHECK(awake.awake->requests == 0);
  CHECK(awake.inside == R"({"exists":true,"version":2,"schema":1,"replies_kept":0,"unstored":0,"waiting":0,)"
                        R"("asking":[],"events":[],"state":{"count":3}})");
  REQUIRE(awake.reminders.size() == 1);
  CHECK(awake.reminders[0].name == "later");
  CHECK(awake.reminders[0].due == sim.time.now() + 2h);

  sim.advance(20min);
  look_at(sim, "counter/a");
  sim.advance(16min);
  CHECK_FALSE(sim.awake("counter/a"));
  inspection asleep = look_at(sim, "counter/a");
  CHECK_FALSE(asleep.awake);
  CHECK(asleep.inside == awake.inside);
  CHECK(asleep.reminders.size() == 1);
  CHECK_FALSE(sim.awake("counter/a"));
  CHECK(look_at(sim, "counter/nowhere").inside == "unknown_room");
  CHECK(sim.balanced());
}

TEST_CASE("a state that is not stored yet is not shown") {
  simulation sim(counter());
  sim.post("ann", "counter/a", "add");
  sim.store.hold_saves = true;
  sim.send("ann", "counter/a", "add");
  sim.run();
  std::string shown = "nothing";
  sim.runtime().operators().inspect(
      at("counter/a"), [&](result<inspection>&& found) { shown = found ? found.value().inside : found.why().code; });
  sim.run();
  CHECK(shown == "nothing");
  sim.store.fail_saves = true;
  sim.store.complete();
  sim.run();
  CHECK(shown == "storage_failed");
  sim.store.hold_saves = sim.store.fail_saves = false;
}

TEST_CASE("an actor that is too busy for its clients can be looked at") {
  simulation sim(counter(), {.in_flight_per_actor_max = 2});
  sim.post("ann", "counter/a", "add");
  pending_reply first = sim.send("ann", "counter/a", "add"), two = sim.send("ann", "counter/a", "add");
  CHECK(sim.send("ann", "counter/a", "add").word() == "actor_busy");
  inspection seen = look_at(sim, "counter/a");
  REQUIRE(seen.awake);
  CHECK(seen.awake->requests == 2);
  CHECK_THAT(seen.inside, Contains("\"version\":3"));
}

TEST_CASE("closing a room in mid-game tells its players and the lobby, and leaves nothing") {
  simulation sim(actors::make_catalog());
  sim.post("ann", "lobby/tictactoe", "quick_join");
  std::string id;
  for (const activation_info& a : sim.runtime().operators().list({}).actors)
    if (a.actor.kind == "tictactoe") id = a.actor.id;
  std::string room = "tictactoe/" + id;
  for (const char* player : {"ann", "bob"}) CHECK(sim.post(player, room, "join").word() == "ok");
  sim.post("ann", room, "place", json("cell", 4));
  CHECK_THAT(sim.get("bob", "session/bob").body(), Contains(id));

  CHECK(give(sim, closing, room) == R"({"closed":true})");
  CHECK(sim.get("eve", room).word() == "unknown_room");
  for (const char* player : {"ann", "bob"})
    CHECK_THAT(sim.get(player, "session/" + std::string(player)).body(), Contains("\"rooms\":[]"));
  CHECK(look_at(sim, room).reminders.empty());
  CHECK(sim.log.last("ordered", room) == "close by root: done");
  // Nothing of it comes back, not even with the next process.
  sim.restart();
  sim.advance(31min);
  CHECK(look_at(sim, room).inside == "unknown_room");
  CHECK(give(sim, closing, room) == "unknown_room");
  CHECK(sim.log.last("ordered", room) == "close by root: unknown_room");
  CHECK(sim.balanced());
}

TEST_CASE("closing a room that waits takes it off the lobby's list") {
  simulation sim(actors::make_catalog());
  sim.post("ann", "lobby/gomoku", "create");
  auto list = [&] { return sim.post("eve", "lobby/gomoku", "list").body(); };
  std::string id;
  for (const activation_info& a : sim.runtime().operators().list({}).actors)
    if (a.actor.kind == "gomoku") id = a.actor.id;
  REQUIRE_THAT(list(), Contains(id));
  // Asleep: it is woken for its end.
  give(sim, operator_order::action::sleep, "gomoku/" + id);
  REQUIRE_FALSE(sim.awake("gomoku/" + id));
  CHECK(give(sim, closing, "gomoku/" + id) == R"({"closed":true})");
  CHECK(list() == R"({"rooms":[],"next":null})");
}

TEST_CASE("an actor without players of its own is erased, and a volatile one tells its parting") {
  simulation sim(catalog({counter(), actors::live(), actors::stream()}));
  sim.post("ann", "counter/a", "add");
  CHECK(give(sim, closing, "counter/a") == R"({"closed":true})");
  CHECK(sim.get("ann", "counter/a").word() == "unknown_room");
  sim.post("ann", "live/ann", "open", json("title", "chess"));
  REQUIRE(sim.get("eve", "stream/ann").word() == "ok");
  CHECK(give(sim, closing, "live/ann") == R"({"closed":true})");
  CHECK(sim.get("eve", "stream/ann").word() == "unknown_room");
  CHECK(give(sim, closing, "live/ann") == R"({"closed":false})");
}

TEST_CASE("a commit that fails closes nothing") {
  simulation sim(counter());
  sim.post("ann", "counter/a", "add");
  sim.store.fail_saves = true;
  CHECK(give(sim, closing, "counter/a") == "storage_failed");
  sim.store.fail_saves = false;
  CHECK_THAT(sim.get("ann", "counter/a").body(), Contains("1"));
}

TEST_CASE("a reminder that was cancelled stays so across a restart, and only that one") {
  simulation sim(counter());
  for (const char* actor : {"counter/a", "counter/b"}) {
    sim.post("ann", actor, "add");
    sim.post("ann", actor, "later");
  }
  CHECK(give(sim, cancelling, "counter/a", "later") == R"({"cancelled":true})");
  CHECK(give(sim, cancelling, "counter/a", "later") == "unknown_reminder");
  CHECK(look_at(sim, "counter/a").reminders.empty());
  sim.crash();
  CHECK(sim.runtime().stats().reminders == 1);
  sim.advance(3h, 1min);
  CHECK_THAT(sim.get("ann", "counter/a").body(), Contains("1"));
  CHECK_THAT(sim.get("ann", "counter/b").body(), Contains("2"));
}

TEST_CASE("what was just erased has no reminder, and is not made anew for being asked") {
  simulation sim(counter(false));
  sim.post("ann", "counter/ann", "later");
  sim.store.hold_saves = true;
  sim.send("ann", "counter/ann", "erase");
  sim.run();
  pending_reply answer;
  sim.runtime().operators().give({cancelling, at("counter/ann"), "later", "root"}, answer.receiver());
  sim.run();
  sim.store.hold_saves = false;
  sim.store.complete();
  sim.run();
  CHECK(answer.word() == "unknown_reminder");
  CHECK(sim.store.size() == 0);
  CHECK(sim.runtime().stats().reminders == 0);
}

TEST_CASE("a runtime that goes waits for what an operator still has to be told") {
  late_store store;
  manual_clock time;
  notes log;
  catalog kinds({counter()});
  store.hold_loads = true;
  std::atomic<bool> gone{false}, answered{false};
  options limits;
  limits.stop_within = 1ms;
  std::thread leaving([&] {
    {
      parlor::runtime runtime(kinds, limits, store, time, log, scheduling::threads, 1);
      runtime.operators().inspect(at("counter/a"), [&](result<inspection>&&) { answered = !gone; });
    }
    gone = true;
  });
  // It cannot be seen that it waits, only that it does not go.
  for (auto end = std::chrono::steady_clock::now() + 300ms; std::chrono::steady_clock::now() < end && !gone;)
    std::this_thread::yield();
  CHECK_FALSE(gone);
  store.complete();
  leaving.join();
  CHECK(answered);
}

TEST_CASE("an operator wakes an actor for the short stay, and puts it to sleep at once") {
  simulation sim(counter());
  sim.post("ann", "counter/a", "add");
  CHECK(give(sim, operator_order::action::sleep, "counter/a") == R"({"slept":true})");
  CHECK_FALSE(sim.awake("counter/a"));
  CHECK(give(sim, operator_order::action::sleep, "counter/a") == R"({"slept":false})");
  CHECK(give(sim, operator_order::action::wake, "counter/a") == R"({"awake":true})");
  CHECK(sim.awake("counter/a"));
  CHECK(look_at(sim, "counter/a").awake->why == awake_reason::visited);
  sim.advance(2min);
  CHECK_FALSE(sim.awake("counter/a"));
  CHECK(give(sim, operator_order::action::wake, "counter/nowhere") == "unknown_room");
  CHECK_FALSE(sim.awake("counter/nowhere"));
  CHECK(give(sim, operator_order::action::wake, "chess/a") == "unknown_kind");
}

TEST_CASE("an actor that waits for a service says so, can be looked at, and is closed all the same") {
  outside world;
  simulation sim(talks(world));
  pending_reply asked = sim.send("ann", "talk/ann", "say", json("text", "hello"));
  sim.run();
  REQUIRE(asked.word() == "pending");
  inspection seen = look_at(sim, "talk/ann");
  REQUIRE(seen.awake);
  CHECK(seen.awake->why == awake_reason::asking);
  CHECK(seen.awake->requests == 1);
  CHECK_THAT(seen.inside, Contains("\"asking\":[\""));
  give(sim, closing, "talk/ann");
  CHECK(asked.word() == "closed");
  CHECK(sim.balanced());
}

TEST_CASE("an actor that is closed asks nothing any more, and does again when it is made anew") {
  outside world;
  simulation sim(talks(world));
  auto say = [&sim](const char* command) {
    pending_reply p = sim.send("ann", "talk/ann", command, json("text", "hello"));
    sim.run();
    return p;
  };
  pending_reply asked = say("say"), noted = say("note"), behind = say("say");
  CHECK(give(sim, closing, "talk/ann") == R"({"closed":true})");
  CHECK(asked.word() == "closed");
  CHECK(noted.word() == "ok");
  CHECK(behind.word() == "closed");
  CHECK(world.questions.size() == 1);
  say("say");
  CHECK(world.questions.size() == 2);
}

TEST_CASE("an actor that is closed while it is loaded answers all that waits, each in its turn") {
  outside world;
  actor_of<calls> lasting = switchboard(world);
  lasting.durable = true;
  simulation sim(lasting);
  sim.post("ann", "switchboard/ann", "hang_up");
  sim.post("ann", "switchboard/ann", "hang_up");
  sim.restart();
  sim.store.hold_loads = true;
  auto dial = [&](const char* key) {
    return sim.send({.to = at("switchboard/ann"),
                     .player = "ann",
                     .command = std::string(raw_command),
                     .args = to_text(raw_request{}),
                     .key = key});
  };
  pending_reply first = dial("1"), same = dial("1"), two = dial("2");
  pending_reply closed;
  sim.runtime().operators().give({closing, at("switchboard/ann"), {}, "root"}, closed.receiver());
  pending_reply behind = sim.send("ann", "switchboard/ann", "hang_up");
  sim.run();
  REQUIRE(sim.store.held() == 1);
  sim.store.complete();
  sim.run();
  for (const pending_reply& p : {first, same, two}) CHECK(p.word() == "closed");
  CHECK(closed.body() == R"({"closed":true})");
  CHECK(behind.word() == "ok");
  CHECK(behind.answer().tag.version == 1);  // of the actor that was made after it
  CHECK(sim.balanced());
}

TEST_CASE("while the server drains no room is made, and what is there goes on") {
  simulation sim(counter());
  sim.post("ann", "counter/a", "add");
  sim.runtime().operators().drain(true, "root");
  CHECK(sim.post("ann", "counter/b", "add").word() == "draining");
  CHECK_FALSE(sim.awake("counter/b"));
  CHECK(sim.post("ann", "counter/a", "add").word() == "ok");
  // What was promised is kept: a message makes its actor.
  sim.post("ann", "counter/a", "pass_on", json("id", "c"));
  CHECK(sim.get("ann", "counter/c").word() == "ok");
  sim.runtime().operators().drain(false, "root");
  CHECK(sim.post("ann", "counter/b", "add").word() == "ok");
  CHECK(sim.log.count("ordered") == 2);
}
