#include <catch2/catch.hpp>
#include <string>

#include "runtime/authoring/actor_of.hpp"
#include "runtime/authoring/room_of.hpp"
#include "runtime/hosting/requests/holdings.hpp"
#include "tests/support/simulation.hpp"

// Rooms count for who made them until they are erased, and guests' games are not kept for as long.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

kind club() { return room_of<no_args>{.name = "club", .seats = exactly(2), .finished_after = 1min}; }

struct notebook {
  std::string text;
  static constexpr auto fields = describe(field("text", &notebook::text));
};

verdict on_burn(notebook&, context& ctx) {
  ctx.erase();
  return accept();
}

verdict on_write(notebook& book, const notebook& page, context&) {
  book.text = page.text;
  return accept();
}

struct club_simulation : simulation {
  explicit club_simulation(const bounds& limits = {}) : simulation(club(), {.bounds = limits}) {}

  std::string say(const std::string& player, const std::string& room, const std::string& command) {
    bool guest = player.starts_with("guest");
    pending_reply p = send(
        {.to = at("club/" + room), .player = player, .caller = {.bounded = guest, .guest = guest}, .command = command});
    run();
    return p.word();
  }
  std::string seats(const std::string& room) { return get("", "club/" + room).word(); }
};

}  // namespace

TEST_CASE("a room does not count any more when it is over and has gone") {
  club_simulation sim({.open_per_guest = 2});
  for (const char* room : {"a", "b"}) REQUIRE(sim.say("guest1", room, "join") == "ok");
  CHECK(sim.say("guest1", "c", "join") == "too_many_rooms");
  CHECK(sim.say("guest2", "c", "join") == "ok");
  CHECK(sim.say("guest1", "c", "join") == "ok");  // somebody else has made it
  REQUIRE(sim.say("guest2", "a", "join") == "ok");
  REQUIRE(sim.say("guest1", "a", "leave") == "ok");
  CHECK(sim.say("guest1", "d", "join") == "too_many_rooms");
  sim.advance(2min);
  CHECK(sim.say("guest1", "d", "join") == "ok");
  CHECK(sim.say("guest1", "e", "join") == "too_many_rooms");
  CHECK(sim.say("guest1", "e", "") == "unknown_room");  // to look is no making
  // Nothing is left of what was refused.
  CHECK(sim.seats("e") == "unknown_room");
  CHECK(sim.balanced());
}

TEST_CASE("a state that grows counts once for each KiB, and for one again when it has gone") {
  const reloadable<bounds> limits(bounds{.open_per_guest = 10, .open_per_address = 20});
  holdings kept(limits);
  const caller_info guest{.bounded = true, .guest = true, .network = 7};
  kept.add({"notes", "a"}, guest, "guest1");
  kept.weigh({"notes", "a"}, 9);
  CHECK_FALSE(kept.refuse(guest, "guest1"));
  kept.weigh({"notes", "a"}, 10);
  CHECK(kept.refuse(guest, "guest1")->code == "too_many_rooms");
  kept.add({"notes", "b"}, guest, "guest2");
  kept.weigh({"notes", "b"}, 10);
  CHECK_THAT(kept.refuse(guest, "guest3")->detail, Catch::Contains("the guests of an address may have 20"));
  CHECK_FALSE(kept.refuse({.bounded = true, .guest = true, .network = 8}, "guest3"));
  kept.remove({"notes", "a"});
  CHECK_FALSE(kept.refuse(guest, "guest1"));
  kept.weigh({"notes", "b"}, 1);
  CHECK_FALSE(kept.refuse(guest, "guest2"));
  CHECK(kept.size() == 1);
}

TEST_CASE("a named player has a bound of their own, and who is not counted has none") {
  const reloadable<bounds> limits(bounds{.open_per_guest = 1, .open_per_player = 2, .open_of_guests = 2});
  holdings kept(limits);
  const caller_info named{.bounded = true}, guest{.bounded = true, .guest = true}, here{};
  for (const char* id : {"a", "b"}) {
    CHECK_FALSE(kept.refuse(named, "ann"));
    kept.add({"notes", id}, named, "ann");
  }
  CHECK_THAT(kept.refuse(named, "ann")->detail, Catch::Contains("a player may have 2"));
  CHECK_FALSE(kept.refuse(here, "ann"));
  kept.add({"notes", "c"}, here, "ann");
  CHECK(kept.size() == 2);
  // An actor counts for its first maker, with the weight that it has.
  kept.weigh({"notes", "a"}, 5);
  kept.add({"notes", "a"}, guest, "guest1");
  kept.remove({"notes", "b"});
  CHECK(kept.refuse(named, "ann"));
  CHECK_FALSE(kept.refuse(guest, "guest1"));
  kept.weigh({"notes", "a"}, 1);
  CHECK_FALSE(kept.refuse(named, "ann"));
  // Named players take nothing of what all guests have together.
  for (const char* maker : {"guest1", "guest2"}) {
    CHECK_FALSE(kept.refuse(guest, maker));
    kept.add({"notes", maker}, guest, maker);
  }
  CHECK(kept.refuse(guest, "guest3")->code == "guests_full");
  CHECK_FALSE(kept.refuse(named, "bob"));
  kept.remove({"notes", "guest1"});
  CHECK_FALSE(kept.refuse(guest, "guest3"));
}

TEST_CASE("what is saved is weighed") {
  kind notes = actor_of<notebook>{
      .name = "notes", .reached_by = reach::room, .commands = {{"write", on_write}, {"burn", on_burn}}};
  simulation sim(notes, {.bounds = {.open_per_guest = 4}});
  auto say = [&](const std::string& page, const std::string& command, const std::string& args) {
    return sim.send({.to = at("notes/" + page),
                     .player = "guest1",
                     .caller = {.bounded = true, .guest = true},
                     .command = command,
                     .args = args});
  };
  auto word = [&](const std::string& page, std::size_t bytes) {
    pending_reply p = say(page, "write", R"({"text":")" + std::string(bytes, 'x') + "\"}");
    sim.run();
    return p.word();
  };
  CHECK(word("a", 10) == "ok");
  CHECK(word("a", 4000) == "ok");
  CHECK(word("b", 10) == "too_many_rooms");
  CHECK(word("a", 2000) == "ok");
  CHECK(word("b", 10) == "ok");
  // One that is gone and made again at once weighs as much as it did.
  say("b", "burn", "{}");
  CHECK(word("a", 4000) == "ok");
  say("a", "burn", "{}");
  CHECK(word("a", 4000) == "ok");
  CHECK(word("b", 10) == "too_many_rooms");
}

TEST_CASE("a restart forgets who made what") {
  club_simulation sim({.open_per_guest = 1});
  REQUIRE(sim.say("guest1", "a", "join") == "ok");
  REQUIRE(sim.say("guest1", "b", "join") == "too_many_rooms");
  sim.restart();
  CHECK(sim.say("guest1", "b", "join") == "ok");
}

TEST_CASE("a started game of guests in which nobody moves goes after three days, a named player's after thirty") {
  club_simulation sim;
  for (const char* player : {"guest1", "guest2"}) REQUIRE(sim.say(player, "guests", "join") == "ok");
  for (const char* player : {"guest1", "ann"}) REQUIRE(sim.say(player, "mixed", "join") == "ok");
  sim.advance(71h, 1h);
  CHECK(sim.seats("guests") == "ok");
  sim.advance(2h, 1h);
  CHECK(sim.seats("guests") == "unknown_room");
  CHECK(sim.seats("mixed") == "ok");
  sim.advance(24h * 26, 1h);
  CHECK(sim.seats("mixed") == "ok");
  sim.advance(24h * 2, 1h);
  CHECK(sim.seats("mixed") == "unknown_room");
}
