#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "actors/catalog.hpp"
#include "runtime/authoring/room_of.hpp"
#include "tests/support/json.hpp"
#include "tests/support/json_part.hpp"
#include "tests/support/listener.hpp"
#include "tests/support/simulation.hpp"
#include "tests/support/workbench.hpp"

using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

/// A simulation of all kinds, seen from the players' sessions.
struct session_simulation : simulation {
  session_simulation() : simulation(actors::make_catalog()) {}
  void say(std::string player, std::string room, std::string command) {
    REQUIRE(post(std::move(player), room, std::move(command)).word() == "ok");
  }
  std::string session(std::string player, std::string_view path = {}) {
    pending_reply p = get(player, "session/" + player);
    REQUIRE(p.word() == "ok");
    return json_part(p.body(), path);
  }
};

}  // namespace

TEST_CASE("a player who has done nothing has an empty session, and looking at it stores none") {
  session_simulation sim;
  CHECK(sim.session("ann") == R"({"invitations":[],"last_active":null,"player":"ann","rooms":[]})");
  CHECK(sim.store.size() == 0);
}

TEST_CASE("a room enters the session when its player sits down, and departs when they leave") {
  session_simulation sim;
  sim.say("ann", "tictactoe/r1", "join");
  CHECK(sim.session("ann", "rooms") == R"([{"id":"r1","kind":"tictactoe"}])");
  sim.say("ann", "gomoku/r1", "join");
  CHECK(sim.session("ann", "rooms") == R"([{"id":"r1","kind":"tictactoe"},{"id":"r1","kind":"gomoku"}])");
  sim.say("ann", "tictactoe/r1", "leave");
  CHECK(sim.session("ann", "rooms") == R"([{"id":"r1","kind":"gomoku"}])");
  sim.say("ann", "gomoku/r1", "leave");
  CHECK(sim.session("ann", "rooms") == "[]");
}

TEST_CASE("a room that is entered again stands once, as the latest") {
  session_simulation sim;
  sim.say("ann", "tictactoe/r1", "join");
  sim.say("ann", "tictactoe/r2", "join");
  sim.say("ann", "tictactoe/r1", "join");  // the same seat: nothing new
  CHECK(sim.session("ann", "rooms[1].id") == "r2");
  sim.say("ann", "tictactoe/r1", "leave");
  sim.say("ann", "tictactoe/r1", "join");
  CHECK(sim.session("ann", "rooms[0].id") == "r2");
  CHECK(sim.session("ann", "rooms[1].id") == "r1");
  CHECK(sim.session("ann", "rooms[2]") == "absent");
}

TEST_CASE("a room whose departure was never heard of stands once all the same") {
  // News between actors can be lost when the machine is: what comes later must not add up wrongly.
  workbench session(actors::session());
  std::string first = json("kind", "tictactoe", "id", "r1"), other = json("kind", "gomoku", "id", "r1");
  for (const std::string& room : {first, other, first}) CHECK(session.say("", "entered", room) == "ok");
  CHECK(session.part("rooms") == R"([{"id":"r1","kind":"gomoku"},{"id":"r1","kind":"tictactoe"}])");
  CHECK(session.say("", "departed", first) == "ok");
  CHECK(session.say("", "departed", first) == "ok");
  CHECK(session.part("rooms") == R"([{"id":"r1","kind":"gomoku"}])");
}

TEST_CASE("the session tells when its player last took or left a seat") {
  session_simulation sim;
  sim.say("ann", "tictactoe/r1", "join");
  CHECK(sim.session("ann", "last_active") == to_text(sim.time.now()));
  std::string joined = sim.session("ann", "last_active");
  sim.advance(2min);
  sim.session("ann");
  CHECK(sim.session("ann", "last_active") == joined);
  sim.say("ann", "tictactoe/r1", "leave");
  CHECK(sim.session("ann", "last_active") == to_text(sim.time.now()));
}

TEST_CASE("each player has their own session") {
  session_simulation sim;
  sim.say("ann", "tictactoe/r1", "join");
  sim.say("bob", "tictactoe/r1", "join");
  sim.say("bob", "tictactoe/r1", "leave");
  CHECK(sim.session("ann", "rooms[0].id") == "r1");
  CHECK(sim.session("bob", "rooms") == "[]");
}

TEST_CASE("a session remembers a hundred rooms and forgets the oldest") {
  session_simulation sim;
  for (int i = 0; i < 101; ++i) sim.say("ann", "tictactoe/r" + std::to_string(i), "join");
  CHECK(sim.session("ann", "rooms[0].id") == "r1");
  CHECK(sim.session("ann", "rooms[99].id") == "r100");
  CHECK(sim.session("ann", "rooms[100]") == "absent");
  // And what it remembers can be read again.
  sim.restart();
  CHECK(sim.session("ann", "rooms[99].id") == "r100");
}

TEST_CASE("a session survives its sleep") {
  session_simulation sim;
  sim.say("ann", "tictactoe/r1", "join");
  std::string before = sim.session("ann");
  sim.advance(10min, 10s);
  CHECK_FALSE(sim.awake("session/ann"));
  CHECK(sim.session("ann") == before);
}

TEST_CASE("a player's feed tells what goes on in their rooms, and what they did not do themselves") {
  session_simulation sim;
  listener ann(sim, "ann", "session/ann");
  auto names = [](const std::vector<std::string>& heard) {
    std::string text;
    for (const std::string& line : heard)
      if (!line.starts_with("version") && !line.starts_with("snapshot")) text += line.substr(line.find(' ') + 1) + "\n";
    return text;
  };
  std::string r1 = R"( {"kind":"tictactoe","id":"r1"})"
                   "\n";
  sim.say("ann", "tictactoe/r1", "join");
  CHECK(names(ann.heard()) == "entered" + r1);
  sim.say("bob", "tictactoe/r1", "join");  // the game begins, and ann's seat opens it
  CHECK(names(ann.heard()) == "your_turn" + r1);
  sim.post("ann", "tictactoe/r1", "place", json("cell", 0));
  CHECK(names(ann.heard()).empty());
  sim.post("bob", "tictactoe/r1", "place", json("cell", 1));
  CHECK(names(ann.heard()) == "your_turn" + r1);
  sim.say("bob", "tictactoe/r1", "leave");
  CHECK(names(ann.heard()).empty());  // the game is over: the room's own feed says so
  sim.advance(11min);
  CHECK(names(ann.heard()) == "room_closed" + r1);
  CHECK(sim.session("ann", "rooms") == "[]");
}

TEST_CASE("where both move at once each is told when the game begins, but for who began it") {
  session_simulation sim;
  listener ann(sim, "ann", "session/ann"), bob(sim, "bob", "session/bob");
  sim.say("ann", "rock_paper_scissors/r1", "join");
  sim.say("bob", "rock_paper_scissors/r1", "join");
  auto turns = [](std::vector<std::string> heard) {
    return std::count_if(heard.begin(), heard.end(),
                         [](const std::string& l) { return l.find("your_turn") != l.npos; });
  };
  CHECK(turns(ann.heard()) == 1);
  CHECK(turns(bob.heard()) == 0);
  sim.post("bob", "rock_paper_scissors/r1", "choose", json("hand", "rock"));
  CHECK(turns(ann.heard()) == 0);
}

TEST_CASE("a seated player invites others while there is room") {
  session_simulation sim;
  auto invite = [&](const char* player, const char* guest) {
    return sim.post(player, "tictactoe/r1", "invite", json("player", guest)).word();
  };
  listener bob(sim, "bob", "session/bob");
  sim.say("ann", "tictactoe/r1", "join");
  CHECK(invite("eve", "bob") == "not_seated");
  CHECK(invite("ann", "no such name") == "bad_arguments");
  CHECK(invite("ann", "bob") == "ok");
  std::string invitation = json("kind", "tictactoe", "id", "r1", "by", "ann");
  CHECK(bob.heard()[1] == "1.1 invited " + invitation);
  CHECK(sim.session("bob", "invitations[0].by") == "ann");
  sim.say("bob", "tictactoe/r1", "join");
  CHECK(sim.session("bob", "invitations") == "[]");
  CHECK(invite("ann", "cid") == "room_full");
}

TEST_CASE("a room invites each player once, and not everybody") {
  workbench room(room_of<no_args>{.name = "club", .seats = from_to(2, 4)});
  room.say("ann", "join");
  auto invite = [&room](const std::string& guest) { return room.say("ann", "invite", json("player", guest)); };
  for (int i = 0; i < 32; ++i) CHECK(invite("p" + std::to_string(i)) == "ok");
  CHECK(invite("p31") == "unchanged");
  CHECK(invite("one_more") == "room_full");
  // Who came does not count, and may be invited again.
  CHECK(room.say("p0", "join") == "ok");
  CHECK(room.say("p0", "leave") == "ok");
  CHECK(invite("p0") == "ok");
  CHECK(invite("one_more") == "room_full");
}

TEST_CASE("of a player whom nobody has seen an invitation is not kept for ever") {
  session_simulation sim;
  sim.say("ann", "tictactoe/r1", "join");
  sim.say("cid", "tictactoe/r2", "join");
  for (const char* guest : {"bob", "cid"}) sim.post("ann", "tictactoe/r1", "invite", json("player", guest));
  sim.advance(23h, 1min);
  CHECK(sim.session("bob", "invitations[0].by") == "ann");
  sim.advance(2h, 1min);
  CHECK(sim.session("bob", "invitations") == "[]");
  CHECK(sim.session("cid", "invitations[0].by") == "ann");
  CHECK(sim.store.size() == 2);  // ann and cid, who have sat somewhere
  CHECK(sim.runtime().stats().reminders == 0);
}

TEST_CASE("a session keeps the latest twenty invitations, one for each room") {
  workbench session(actors::session());
  for (int i : {0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    CHECK(session.say("", "invited", R"({"kind":"gomoku","by":"ann","id":"r)" + std::to_string(i) + "\"}") == "ok");
  CHECK(session.part("invitations[0].id") == "r1");
  CHECK(session.part("invitations[19].id") == "r20");
  CHECK(session.part("invitations[20]") == "absent");
}

TEST_CASE("a session that was stored before there were invitations is read") {
  simulation sim(actors::make_catalog());
  sim.store.save({.actor = at("session/ann"),
                  .next = {.incarnation = 1, .version = 1, .state = R"({"rooms":[],"last_active_ms":5})"}},
                 [](auto) {});
  CHECK(sim.get("ann", "session/ann").word() == "ok");
}

TEST_CASE("only rooms may say that a player entered or departed") {
  session_simulation sim;
  for (const char* command : {"entered", "departed", "closed", "turn", "invited", "tidy"})
    CHECK(sim.post("ann", "session/ann", command, json("kind", "tictactoe", "id", "r1")).word() == "unknown_command");
}
