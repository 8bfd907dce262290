#include <catch2/catch.hpp>

#include "tests/support/counter.hpp"
#include "tests/support/hall.hpp"
#include "tests/support/json.hpp"
#include "tests/support/listener.hpp"

// Feeds: who hears what, when, and once each.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

TEST_CASE("a watcher hears how things are, and then each version when it is stored") {
  simulation sim(counter());
  sim.post("ann", "counter/a", "add");
  listener eve(sim, "", "counter/a");
  CHECK(eve.heard() == lines{R"(snapshot 1 {"count":1})"});

  sim.store.hold_saves = true;
  sim.post("ann", "counter/a", "add");
  sim.post("ann", "counter/a", "add");
  CHECK(eve.heard().empty());
  sim.store.complete(1);
  sim.run();
  CHECK(eve.heard() == lines{R"(version 2 {"count":2})"});
  sim.store.hold_saves = false;
  sim.store.complete();
  sim.run();
  CHECK(eve.heard() == lines{R"(version 3 {"count":3})"});
}

TEST_CASE("what changes nothing is no event: queries, refusals, throws") {
  simulation sim(counter());
  sim.post("ann", "counter/a", "add");
  listener eve(sim, "", "counter/a");
  eve.heard();
  for (const char* command : {"read", "refuse", "throw"}) sim.post("ann", "counter/a", command);
  CHECK(eve.heard().empty());
}

TEST_CASE("events come before the version that they belong to, in the order of the handler") {
  simulation sim(speaking());
  seat_two(sim);
  listener eve(sim, "", "hall/a");
  CHECK(bare(eve.heard()) == lines{"snapshot 2"});
  sim.post("ann", "hall/a", "say", json("text", "hi", "times", 2));
  CHECK(bare(eve.heard()) ==
        lines{R"(3.1 said {"text":"hi","times":2})", R"(3.2 said {"text":"hi","times":2})", "version 3"});
  sim.post("ann", "hall/a", "mumble", sentence("hm"));
  CHECK(eve.heard().empty());
}

TEST_CASE("an event's name is a word of its own") {
  simulation sim(speaking());
  seat_two(sim);
  for (const char* name : {"version", "snapshot", "closed", "", "Loud", "a b"})
    CHECK(sim.post("ann", "hall/a", "shout", sentence(name)).word() == "handler_failed");
  CHECK(sim.post("ann", "hall/a", "shout", sentence("loud")).word() == "ok");
  CHECK(sim.post("ann", "hall/a", "whisper", json("seat", 2, "text", "x")).word() == "handler_failed");
}

TEST_CASE("an event's data is JSON, and not endless") {
  simulation sim(speaking());
  seat_two(sim);
  listener eve(sim, "", "hall/a");
  eve.heard();
  auto recite = [&](const std::string& data) {
    std::string args = "{\"text\":";
    write_json(args, data);
    return sim.post("ann", "hall/a", "recite", args + "}").word();
  };
  for (const char* data : {"", "{", "[1,]", "{} {}", "psst", "\xff", "{\"a\":1,\"a\":1}"}) {
    INFO(data);
    CHECK(recite(data) != "ok");
  }
  std::string longest(event_bytes_max - 2, 'x');
  CHECK(recite("\"" + longest + "x\"") == "handler_failed");
  CHECK(sim.post("ann", "hall/a", "say", sentence(longest)).word() == "handler_failed");
  CHECK(eve.heard().empty());
  CHECK(recite("[1, null]") == "ok");
  CHECK(recite("\"" + longest + "\"") == "ok");
  lines heard = eve.heard();
  REQUIRE(heard.size() == 4);
  CHECK(heard[0] == "3.1 recited [1, null]");
}

TEST_CASE("an event for one player is for nobody else, and one for nobody is none") {
  // Rooms know who sits where; other actors are what they say.
  kind plain = actor_of<halls::hall>{.name = "hall",
                                     .reached_by = reach::room,
                                     .created_by = {"shout"},
                                     .commands = {{"shout", halls::on_shout}, {"confide", halls::on_confide}}};
  bool in_a_room = GENERATE(true, false);
  simulation sim(in_a_room ? speaking() : std::move(plain));
  if (in_a_room) seat_two(sim);
  else
    for (int i = 0; i < 2; ++i) REQUIRE(sim.post("ann", "hall/a", "shout", sentence("hi")).word() == "ok");
  listener ann(sim, "ann", "hall/a"), bob(sim, "bob", "hall/a"), eve(sim, "", "hall/a"), zoe(sim, "zoe", "hall/a");
  for (listener* l : {&ann, &bob, &eve, &zoe}) l->heard();
  sim.post("ann", "hall/a", "confide", sentence("zoe"));
  CHECK(bare(zoe.heard()) == lines{"3.1 confided " + sentence("psst"), "version 3"});
  for (listener* l : {&ann, &bob, &eve}) CHECK(bare(l->heard()) == lines{"version 3"});
  sim.post("ann", "hall/a", "confide", sentence(""));
  for (listener* l : {&ann, &bob, &eve, &zoe}) CHECK(bare(l->heard()) == lines{"version 4"});
  CHECK(bare(listener(sim, "", "hall/a", feed_cursor{{}, 2}).heard()) == lines{"version 3", "version 4"});
}

TEST_CASE("an event for one seat is for the player who sat there, then and later") {
  simulation sim(speaking());
  seat_two(sim);
  listener ann(sim, "ann", "hall/a"), bob(sim, "bob", "hall/a"), eve(sim, "", "hall/a");
  for (listener* l : {&ann, &bob, &eve}) l->heard();
  sim.post("ann", "hall/a", "whisper", json("seat", 1, "text", "psst"));
  lines heard{"3.1 whispered " + sentence("psst"), "version 3"};
  CHECK(bare(bob.heard()) == heard);
  CHECK(bare(ann.heard()) == lines{"version 3"});
  CHECK(bare(eve.heard()) == lines{"version 3"});

  // The same for who comes late, before and after a restart.
  for (bool restarted : {false, true}) {
    if (restarted) sim.restart();
    CHECK(bare(listener(sim, "bob", "hall/a", feed_cursor{{}, 2}).heard()) == heard);
    for (const char* other : {"ann", "", "eve"})
      CHECK(bare(listener(sim, other, "hall/a", feed_cursor{{}, 2}).heard()) == lines{"version 3"});
  }
}

TEST_CASE("who comes back is told what came meanwhile, each thing once, from any place") {
  simulation sim(speaking());
  seat_two(sim);
  for (const char* text : {"one", "two", "three"}) sim.post("ann", "hall/a", "say", json("text", text, "times", 2));
  lines list;
  for (int v : {3, 4, 5})
    for (int n : {1, 2, 0}) {
      const char* text = v == 3 ? "one" : v == 4 ? "two" : "three";
      std::string version = std::to_string(v);
      if (n > 0) list.push_back(version + "." + std::to_string(n) + " said {\"text\":\"" + text + "\",\"times\":2}");
      else list.push_back("version " + version);
    }
  std::size_t known = 0;
  for (std::uint64_t v : {3U, 4U, 5U})
    for (unsigned n : {1U, 2U, 0U}) {
      ++known;
      INFO("from " << v << "." << n);
      CHECK(bare(listener(sim, "", "hall/a", feed_cursor{{}, v, n}).heard()) ==
            lines(list.begin() + static_cast<std::ptrdiff_t>(known), list.end()));
    }
  // Only the newest version has a view.
  lines late = listener(sim, "", "hall/a", feed_cursor{{}, 3}).heard();
  CHECK(late[2] == "version 4");
  CHECK(late[5].starts_with("version 5 {"));
}

TEST_CASE("a place of another life, of the future, or too long ago gets a snapshot") {
  options limits;
  limits.events_kept_max = 4;
  simulation sim(speaking(), limits);
  seat_two(sim);
  listener eve(sim, "", "hall/a");
  feed_cursor here = eve.place();
  for (int i = 0; i < 4; ++i) sim.post("ann", "hall/a", "say", sentence("x"));
  CHECK(bare(listener(sim, "", "hall/a", here).heard()).front() == "3.1 said " + sentence("x"));
  feed_cursor other = here;
  *other.incarnation += 1;
  CHECK(bare(listener(sim, "", "hall/a", other).heard()) == lines{"snapshot 6"});
  CHECK(bare(listener(sim, "", "hall/a", feed_cursor{{}, 7}).heard()) == lines{"snapshot 6"});
  sim.post("ann", "hall/a", "say", sentence("x"));
  CHECK(bare(listener(sim, "", "hall/a", here).heard()) == lines{"snapshot 7"});
  CHECK(bare(listener(sim, "", "hall/a", feed_cursor{{}, 3}).heard()).front() == "4.1 said " + sentence("x"));
}

TEST_CASE("how many bytes of events are kept is bounded, whole versions at a time") {
  options limits;
  limits.events_kept_bytes_max = 1000;
  simulation sim(speaking(), limits);
  seat_two(sim);
  sim.post("ann", "hall/a", "say", sentence(std::string(300, 'a')));
  sim.post("ann", "hall/a", "say", sentence(std::string(300, 'b')));
  CHECK(bare(listener(sim, "", "hall/a", feed_cursor{{}, 2}).heard()).size() == 4);
  sim.post("ann", "hall/a", "say", json("text", "c", "times", 8));
  CHECK(bare(listener(sim, "", "hall/a", feed_cursor{{}, 2}).heard()) == lines{"snapshot 5"});
  CHECK(bare(listener(sim, "", "hall/a", feed_cursor{{}, 4}).heard()).size() == 9);
  std::size_t bytes = 0;
  sim.store.peek(at("hall/a"), [&](const auto& found) { bytes = found->events.size(); });
  CHECK(bytes > 0);
  CHECK(bytes < limits.events_kept_bytes_max + 64);
}

TEST_CASE("a watcher does not keep its room awake, and hears of it when it wakes") {
  simulation sim(counter());
  sim.post("ann", "counter/a", "add");
  listener eve(sim, "", "counter/a");
  sim.advance(36min);
  CHECK_FALSE(sim.awake("counter/a"));
  CHECK(sim.runtime().stats().watchers == 1);
  eve.heard();
  sim.post("ann", "counter/a", "add");
  CHECK(eve.heard() == lines{R"(version 2 {"count":2})"});
  CHECK(sim.runtime().stats().awake == 1);
}

TEST_CASE("a commit that failed is never told, and its watchers stay") {
  simulation sim(counter());
  sim.post("ann", "counter/a", "add");
  listener eve(sim, "", "counter/a");
  eve.heard();
  sim.store.fail_saves = true;
  CHECK(sim.post("ann", "counter/a", "add").word() == "storage_failed");
  sim.store.fail_saves = false;
  sim.post("ann", "counter/a", "add");
  CHECK(eve.heard() == lines{R"(version 2 {"count":2})"});
}

TEST_CASE("a watcher that looked at what was never stored is refused, and may come again") {
  simulation sim(counter());
  sim.post("ann", "counter/a", "add");
  sim.store.hold_saves = true;
  sim.post("ann", "counter/a", "add");
  listener eve(sim, "", "counter/a");
  CHECK(eve.heard().empty());
  sim.store.fail_saves = true;
  sim.store.complete();
  sim.run();
  CHECK(eve.heard() == lines{"failed storage_failed"});
}

TEST_CASE("a watcher that begins while a commit is under way misses nothing") {
  simulation sim(counter());
  sim.post("ann", "counter/a", "add");
  sim.store.hold_saves = true;
  sim.post("ann", "counter/a", "add");
  listener eve(sim, "", "counter/a");
  sim.post("ann", "counter/a", "add");
  sim.store.hold_saves = false;
  sim.store.complete();
  sim.run();
  CHECK(eve.heard() == lines{R"(snapshot 2 {"count":2})", R"(version 3 {"count":3})"});
}

TEST_CASE("a version that was stored and not acknowledged sends its watchers away to catch up") {
  simulation sim(counter());
  sim.post("ann", "counter/a", "add");
  listener eve(sim, "", "counter/a");
  feed_cursor known = eve.place();
  eve.heard();
  // The disk has the commit, the actor hears that it failed: then the next one is version 3.
  sim.store.save({.actor = at("counter/a"),
                  .follows = 1,
                  .next = {.row = 1, .incarnation = *known.incarnation, .version = 2, .state = R"({"count":7})"}},
                 [](auto) {});
  CHECK(sim.post("ann", "counter/a", "add").word() == "storage_failed");
  sim.post("ann", "counter/a", "add");
  CHECK(eve.heard() == lines{"end behind"});
  CHECK(listener(sim, "", "counter/a", known).heard() == lines{"version 2", R"(version 3 {"count":8})"});
}

TEST_CASE("an actor that is no more closes its feed") {
  simulation sim(counter());
  sim.post("ann", "counter/a", "add");
  listener eve(sim, "", "counter/a");
  eve.heard();
  sim.post("ann", "counter/a", "erase");
  CHECK(eve.heard() == lines{"closed"});
  CHECK(sim.runtime().stats().watchers == 0);
  CHECK(listener(sim, "", "counter/a").heard() == lines{"failed unknown_room"});
  sim.post("ann", "counter/a", "add");
  CHECK(eve.heard().empty());
}

TEST_CASE("the last that an actor tells comes before its end") {
  simulation sim(speaking(GENERATE(true, false)));
  seat_two(sim);
  listener bob(sim, "bob", "hall/a"), eve(sim, "", "hall/a");
  for (listener* l : {&bob, &eve}) l->heard();
  CHECK(sim.post("ann", "hall/a", "burn_down").word() == "ok");
  CHECK(eve.heard() == lines{"3.1 burned {}", "closed"});
  CHECK(bob.heard() == lines{"3.1 burned {}", "3.2 whispered " + sentence("run"), "closed"});
  CHECK(sim.runtime().stats().watchers == 0);
}

TEST_CASE("of a kind that is not durable sleep is the end") {
  simulation sim(speaking(false));
  seat_two(sim);
  sim.post("ann", "hall/a", "say", sentence("hi"));
  CHECK(bare(listener(sim, "", "hall/a", feed_cursor{{}, 2}).heard()) ==
        lines{"3.1 said " + sentence("hi"), "version 3"});
  listener eve(sim, "", "hall/a");
  eve.heard();
  sim.advance(36min);
  CHECK(eve.heard() == lines{"closed"});
}

TEST_CASE("a player's own actor has a feed before it exists") {
  simulation sim(counter(false));
  listener ann(sim, "ann", "counter/ann");
  CHECK(ann.heard() == lines{R"(snapshot 0 {"count":0})"});
  sim.post("ann", "counter/ann", "add");
  CHECK(ann.heard() == lines{R"(version 1 {"count":1})"});
}

TEST_CASE("a watch lasts as long as it was asked for, or until somebody stops") {
  simulation sim(counter());
  sim.post("ann", "counter/a", "add");
  listener eve(sim, "", "counter/a", feed_cursor{{}, 1}, 25s);
  sim.advance(24s);
  CHECK(eve.heard().empty());
  sim.advance(2s);
  CHECK(eve.heard() == lines{"end time_up"});
  listener bob(sim, "bob", "counter/a"), zoe(sim, "zoe", "counter/a");
  bob.heard();
  zoe.leave();
  CHECK(sim.runtime().stats().watchers == 1);
  sim.runtime().stop();
  CHECK(bob.heard() == lines{"end stopping"});
  CHECK(listener(sim, "", "counter/a").heard() == lines{"failed stopping"});
}

TEST_CASE("watchers are limited: of an actor, of a player, in all") {
  options limits;
  limits.watchers_per_actor_max = 3;
  limits.watchers_per_player_max = 2;
  limits.watchers_max = 4;
  simulation sim(counter(), limits);
  for (const char* id : {"counter/a", "counter/b", "counter/c"}) sim.post("ann", id, "add");
  listener ann1(sim, "ann", "counter/a"), ann2(sim, "ann", "counter/b");
  CHECK(listener(sim, "ann", "counter/a").heard() == lines{"failed too_many_watchers"});
  listener eve1(sim, "", "counter/a");
  {
    listener eve2(sim, "", "counter/a");
    CHECK(listener(sim, "", "counter/a").heard() == lines{"failed overloaded"});
  }
  ann2.leave();
  listener ann3(sim, "ann", "counter/a");
  CHECK(ann3.started());
  CHECK(listener(sim, "", "counter/a").heard() == lines{"failed too_many_watchers"});
  CHECK(listener(sim, "", "counter/c").started());
}
