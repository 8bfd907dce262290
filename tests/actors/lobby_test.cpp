#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

#include "runtime/authoring/room_news.hpp"
#include "tests/support/lobby_simulation.hpp"

using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

TEST_CASE("a lobby that nobody used lists nothing, and looking stores nothing") {
  lobby_simulation sim;
  CHECK(sim.list() == R"({"rooms":[],"next":null})");
  CHECK(sim.store.size() == 0);
}

TEST_CASE("a room that is created is listed with all of its seats, and can be seen") {
  lobby_simulation sim;
  std::string id = sim.create("ann");
  CHECK(is_id(id));
  CHECK(sim.list() == R"({"rooms":[{"id":")" + id + R"(","players":[],"free":2}],"next":null})");
  CHECK(sim.room(id, "seats") == "[null,null]");
  // Creating is not joining.
  CHECK(json_part(sim.get("ann", "session/ann").body(), "rooms") == "[]");
}

TEST_CASE("the list follows who sits down and who gets up") {
  lobby_simulation sim;
  std::string id = sim.create("ann");
  CHECK(sim.join("bob", id) == "ok");
  CHECK(sim.list() == R"({"rooms":[{"id":")" + id + R"(","players":["bob"],"free":1}],"next":null})");
  CHECK(sim.say("bob", id, "leave") == "ok");
  CHECK(sim.free_in(id) == "2");
}

TEST_CASE("a room that is full leaves the list, and does not come back when the game ends") {
  lobby_simulation sim;
  std::string id = sim.create("ann");
  sim.join("ann", id);
  sim.join("bob", id);
  CHECK(sim.ids().empty());
  CHECK(sim.say("ann", id, "leave") == "ok");
  CHECK(sim.room(id, "outcome.reason") == "forfeit");
  CHECK(sim.ids().empty());
}

TEST_CASE("each kind of room has a lobby of its own, with its own number of seats") {
  lobby_simulation sim;
  std::string gomoku = sim.create("ann", "gomoku");
  CHECK(sim.ids().empty());
  CHECK(sim.ids("{}", "gomoku") == std::vector{gomoku});
  CHECK(sim.get("", "gomoku/" + gomoku).word() == "ok");
  CHECK(sim.get("", "tictactoe/" + gomoku).word() == "unknown_room");
}

TEST_CASE("rooms are listed in pages, the longest listed first") {
  lobby_simulation sim;
  std::vector<std::string> made;
  for (int i = 0; i < 5; ++i) made.push_back(sim.create("ann"));
  CHECK(sim.ids() == made);
  CHECK(sim.ids(R"({"limit":2})") == std::vector{made[0], made[1]});
  CHECK(json_part(sim.list(R"({"limit":2})"), "next") == made[1]);
  std::string after = json("limit", 2, "after", made[1]);
  CHECK(sim.ids(after) == std::vector{made[2], made[3]});
  CHECK(json_part(sim.list(after), "next") == made[3]);
  after = json("limit", 2, "after", made[3]);
  CHECK(sim.ids(after) == std::vector{made[4]});
  CHECK(json_part(sim.list(after), "next") == "null");
  // The last room of all has nothing after it, and a page that ends with it is the last.
  CHECK(sim.ids(json("after", made[4])).empty());
  CHECK(json_part(sim.list(R"({"limit":5})"), "next") == "null");
}

TEST_CASE("a page that begins after a room which has left the list begins at the front") {
  lobby_simulation sim;
  std::vector<std::string> made;
  for (int i = 0; i < 3; ++i) made.push_back(sim.create("ann"));
  sim.join("ann", made[0]);
  sim.join("bob", made[0]);
  CHECK(sim.ids(json("limit", 1, "after", made[0])) == std::vector{made[1]});
}

TEST_CASE("a page has 1 to 100 rooms, 50 if nobody says") {
  lobby_simulation sim;
  for (int i = 0; i < 101; ++i) sim.create("ann");
  CHECK(sim.ids().size() == 50);
  CHECK(sim.ids(R"({"limit":100})").size() == 100);
  CHECK(sim.ids(R"({"limit":1})").size() == 1);
  for (const char* limit : {"0", "101", "-1", "\"10\"", "1.5"}) {
    INFO(limit);
    pending_reply p = sim.ask("ann", "list", "{\"limit\":" + std::string(limit) + "}");
    CHECK(p.word() == "bad_arguments");
    CHECK(p.answer().why.field == "limit");
  }
}

TEST_CASE("two who want to play at once meet in one room") {
  lobby_simulation sim;
  std::string room = sim.quick_join("ann");
  CHECK(sim.join("ann", room) == "ok");
  CHECK(sim.quick_join("bob") == room);
  CHECK(sim.join("bob", room) == "ok");
  CHECK(sim.room(room, "turn") == "0");
  CHECK(sim.ids().empty());
}

TEST_CASE("three who want to play at once need two rooms") {
  lobby_simulation sim;
  std::string first = sim.quick_join("ann");
  CHECK(sim.quick_join("bob") == first);
  std::string second = sim.quick_join("cid");
  CHECK(second != first);
  CHECK(sim.join("ann", first) == "ok");
  CHECK(sim.join("cid", second) == "ok");
  CHECK(sim.join("bob", first) == "ok");
  CHECK(sim.room(first, "turn") == "0");
  CHECK(sim.free_in(second) == "1");
}

TEST_CASE("any number who want to play in the same moment all get a seat") {
  lobby_simulation sim;
  std::vector<std::string> names;
  for (int i = 0; i < 21; ++i) names.push_back("player" + std::to_string(i));
  std::vector<pending_reply> asked;
  for (const std::string& name : names) asked.push_back(sim.send(name, "lobby/tictactoe", "quick_join"));
  sim.run();
  std::set<std::string> rooms;
  for (std::size_t i = 0; i < names.size(); ++i) {
    REQUIRE(asked[i].word() == "ok");
    std::string room = json_part(asked[i].body(), "id");
    CHECK(sim.join(names[i], room) == "ok");
    rooms.insert(room);
  }
  CHECK(rooms.size() == 11);
  CHECK(sim.balanced());
}

TEST_CASE("a quick join goes to the room that has waited longest") {
  lobby_simulation sim;
  std::string first = sim.create("ann");
  std::string second = sim.create("ann");
  CHECK(sim.quick_join("bob") == first);
  CHECK(sim.quick_join("cid") == first);
  CHECK(sim.quick_join("dan") == second);
}

TEST_CASE("the seat of a quick join is held for that player alone") {
  lobby_simulation sim;
  std::string room = sim.quick_join("ann");
  CHECK(sim.free_in(room) == "1");
  CHECK(sim.join("bob", room) == "ok");
  CHECK(sim.join("cid", room) == "room_full");
  CHECK(sim.ids().empty());
  CHECK(sim.join("ann", room) == "ok");
  CHECK(sim.room(room, "turn") == "0");
}

TEST_CASE("a seat that is held and not taken is free again after fifteen seconds, and listed") {
  lobby_simulation sim;
  std::string room = sim.quick_join("ann");
  sim.join("bob", room);
  sim.advance(14s);
  CHECK(sim.join("cid", room) == "room_full");
  CHECK(sim.free_in(room) == "absent");
  sim.advance(2s);
  CHECK(sim.free_in(room) == "1");
  CHECK(sim.join("cid", room) == "ok");
  CHECK(sim.join("ann", room) == "room_full");
}

TEST_CASE("a seat is listed again when its own hold ends, not when a later one does") {
  lobby_simulation sim;
  std::string room = sim.quick_join("ann");
  sim.advance(10s);
  CHECK(sim.quick_join("bob") == room);
  CHECK(sim.free_in(room) == "absent");
  sim.advance(6s);
  CHECK(sim.free_in(room) == "1");  // Ann's fifteen seconds are over
  sim.advance(10s);
  CHECK(sim.free_in(room) == "2");  // and now Bob's
}

TEST_CASE("who wants to play again gets their seat held once, wherever they are sent") {
  lobby_simulation sim;
  std::string room = sim.quick_join("ann");
  CHECK(sim.quick_join("ann") == room);
  CHECK(sim.free_in(room) == "1");  // the room's own count corrects the lobby's
  CHECK(sim.quick_join("bob") == room);
}

TEST_CASE("a lobby that sent somebody to a full room is put right, and the next try succeeds") {
  lobby_simulation sim;
  std::string room = sim.create("ann");
  // Cid asks before the lobby can hear that Ann and Bob sat down.
  sim.send("ann", "tictactoe/" + room, "join");
  sim.send("bob", "tictactoe/" + room, "join");
  pending_reply asked = sim.send("cid", "lobby/tictactoe", "quick_join");
  sim.run();
  REQUIRE(asked.word() == "ok");
  REQUIRE(json_part(asked.body(), "id") == room);
  CHECK(sim.join("cid", room) == "room_full");
  CHECK(sim.ids().empty());
  std::string other = sim.quick_join("cid");
  CHECK(other != room);
  CHECK(sim.join("cid", other) == "ok");
  CHECK(sim.join("ann", room) == "ok");  // nothing happened to those who play
}

TEST_CASE("a room that was joined by its id is not listed") {
  lobby_simulation sim;
  CHECK(sim.join("ann", "our-own-room") == "ok");
  CHECK(sim.ids().empty());
  CHECK(sim.quick_join("cid") != "our-own-room");
  CHECK(sim.join("bob", "our-own-room") == "ok");
  CHECK(sim.room("our-own-room", "turn") == "0");
}

TEST_CASE("a lobby holds a thousand rooms, and has room again when one fills") {
  lobby_simulation sim;
  std::string first;
  for (int i = 0; i < 1000; ++i) {
    pending_reply p = sim.ask("ann", "create");
    REQUIRE(p.word() == "ok");
    if (i == 0) first = json_part(p.body(), "id");
  }
  pending_reply refused = sim.ask("ann", "create");
  CHECK(refused.word() == "lobby_full");
  // Nothing came of it: neither a room nor a place in the list.
  CHECK(sim.store.size() == 1001);
  CHECK(sim.quick_join("ann") == first);  // there are rooms enough to play in
  CHECK(sim.join("ann", first) == "ok");
  CHECK(sim.join("bob", first) == "ok");
  CHECK(sim.ask("ann", "create").word() == "ok");
  CHECK(sim.ask("ann", "create").word() == "lobby_full");
  CHECK(sim.create("ann", "gomoku") != "");  // another kind's lobby is another's
}

TEST_CASE("a finished room is deleted after ten minutes, and everyone in it told") {
  lobby_simulation sim;
  std::string room = sim.quick_join("ann");
  sim.join("ann", room);
  sim.join("bob", room);
  sim.say("ann", room, "leave");
  REQUIRE(sim.room(room, "outcome.reason") == "forfeit");
  auto stored = sim.store.size();
  sim.advance(9min + 59s);
  CHECK(sim.room(room, "outcome.reason") == "forfeit");
  CHECK(json_part(sim.get("bob", "session/bob").body(), "rooms[0].id") == room);
  sim.advance(2s);
  CHECK(sim.room(room, "seats") == "unknown_room");
  CHECK(sim.say("bob", room, "rematch") == "unknown_room");
  CHECK(sim.store.size() == stored - 1);
  CHECK(sim.ids().empty());
  CHECK(json_part(sim.get("bob", "session/bob").body(), "rooms") == "[]");
  CHECK(sim.balanced());
}

TEST_CASE("a rematch keeps a finished room from being deleted") {
  lobby_simulation sim;
  sim.join("ann", "r1");
  sim.join("bob", "r1");
  auto place = [&](std::string player, int cell) {
    std::string args = json("cell", cell);
    return sim.post(player, "tictactoe/r1", "place", args).word();
  };
  int cell = 0;
  for (const char* player : {"ann", "bob", "ann", "bob", "ann", "bob", "ann"})
    REQUIRE(place(player, cell++) == "ok");  // 0, 2, 4, 6 for Ann: a diagonal
  REQUIRE(sim.room("r1", "outcome.winner") == "0");
  sim.advance(9min);
  CHECK(sim.say("ann", "r1", "rematch") == "ok");
  CHECK(sim.say("bob", "r1", "rematch") == "ok");
  sim.advance(2h);
  CHECK(sim.room("r1", "turn") == "1");
  CHECK(place("bob", 0) == "ok");
}

TEST_CASE("a room that does not start within an hour is deleted and leaves the list") {
  lobby_simulation sim;
  std::string room = sim.create("ann");
  sim.join("ann", room);
  sim.advance(59min + 59s, 10s);
  CHECK(sim.free_in(room) == "1");
  sim.advance(2s);
  CHECK(sim.free_in(room) == "absent");
  CHECK(sim.room(room, "seats") == "unknown_room");
  CHECK(json_part(sim.get("ann", "session/ann").body(), "rooms") == "[]");
  CHECK(sim.balanced());
}

TEST_CASE("an unlisted room that does not start within an hour is deleted as well") {
  lobby_simulation sim;
  sim.join("ann", "r1");
  sim.advance(1h + 1s, 10s);
  CHECK(sim.room("r1", "seats") == "unknown_room");
  CHECK(sim.store.size() == 1);  // what is left is Ann's session
}

TEST_CASE("the id of a deleted room can be used again") {
  lobby_simulation sim;
  sim.join("ann", "r1");
  auto before = sim.get("ann", "tictactoe/r1").answer().tag;
  sim.advance(1h + 1s, 10s);
  CHECK(sim.join("bob", "r1") == "ok");
  CHECK(sim.room("r1", "seats") == R"(["bob",null])");
  CHECK(sim.get("bob", "tictactoe/r1").answer().tag.incarnation != before.incarnation);
}

TEST_CASE("the list survives a restart, and rooms still report to it") {
  lobby_simulation sim;
  std::string first = sim.create("ann");
  std::string second = sim.create("ann");
  sim.restart();
  CHECK(sim.ids() == std::vector{first, second});
  sim.join("ann", first);
  sim.join("bob", first);
  CHECK(sim.ids() == std::vector{second});
}

TEST_CASE("news can come from rooms only") {
  lobby_simulation sim;
  std::string made_up = R"({"id":"r1","players":[],"free":2})";
  CHECK(sim.ask("mallory", "news", made_up).word() == "unknown_command");
  std::string room = sim.create("ann");
  for (const char* command : {"open", "reserve", "recount", "tidy"})
    CHECK(sim.say("mallory", room, command) == "unknown_command");
}
