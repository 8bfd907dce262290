#include <string>

#include "tests/support/lobby_simulation.hpp"

// Which rooms a full lobby lets go of, and for whom.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

constexpr caller_info a_guest{.bounded = true, .guest = true}, a_player{.bounded = true};

/// A lobby of four rooms, one of which is not for guests.
struct small_lobby : lobby_simulation {
  small_lobby() : lobby_simulation({.waiting_rooms_max = 4, .waiting_rooms_reserved = 1}) {}

  pending_reply create_as(const caller_info& caller, std::string player) {
    pending_reply p =
        send({.to = at("lobby/tictactoe"), .player = std::move(player), .caller = caller, .command = "create"});
    run();
    return p;
  }
  /// The rooms of three guests, as many as guests may have.
  std::vector<std::string> fill() {
    for (const char* guest : {"g1", "g2", "g3"}) REQUIRE(create_as(a_guest, guest).word() == "ok");
    REQUIRE(create_as(a_guest, "g4").word() == "lobby_full");
    return ids();
  }
};

}  // namespace

TEST_CASE("rooms of guests that nobody has sat in for a minute make room for a guest's, the oldest first") {
  small_lobby sim;
  auto rooms = sim.fill();
  sim.join("g1", rooms[0]);
  sim.advance(59s);
  CHECK(sim.create_as(a_guest, "g4").word() == "lobby_full");
  sim.advance(1s);
  CHECK(sim.create_as(a_guest, "g4").word() == "ok");
  CHECK(sim.free_in(rooms[0]) == "1");
  CHECK(sim.free_in(rooms[1]) == "absent");
  CHECK(sim.room(rooms[1], "seats") == "unknown_room");
  CHECK(sim.free_in(rooms[2]) == "2");
  CHECK(sim.create_as(a_guest, "g5").word() == "ok");
  // Now somebody sits, or has just come.
  CHECK(sim.create_as(a_guest, "g6").word() == "lobby_full");
  CHECK(sim.balanced());
}

TEST_CASE("a room that its player has left a moment ago waits for a minute, too") {
  small_lobby sim;
  auto rooms = sim.fill();
  for (const std::string& room : rooms) sim.join("g", room);
  sim.advance(61s);
  sim.say("g", rooms[0], "leave");
  CHECK(sim.create_as(a_guest, "g4").word() == "lobby_full");
  sim.advance(61s);
  CHECK(sim.create_as(a_guest, "g4").word() == "ok");
  CHECK(sim.free_in(rooms[0]) == "absent");
}

TEST_CASE("a named player's room is listed at the cost of a guest's, and never the other way round") {
  small_lobby sim;
  auto rooms = sim.fill();
  for (const std::string& room : rooms) sim.join("g", room);
  CHECK(sim.create_as(a_player, "ann").word() == "ok");
  for (const std::string& room : rooms) CHECK(sim.free_in(room) == "1");
  for (const char* player : {"bob", "cid", "dan"}) CHECK(sim.create_as(a_player, player).word() == "ok");
  sim.advance(61s);
  CHECK(sim.create_as(a_guest, "g4").word() == "lobby_full");
  // The guests in a room that is not listed any more still play there.
  CHECK(sim.join("h", rooms[0]) == "ok");
  CHECK(sim.room(rooms[0], "turn") == "0");
}

TEST_CASE("a named player's room that nobody sits in goes before a guest's in which somebody does") {
  small_lobby sim;
  auto rooms = sim.fill();
  for (const std::string& room : rooms) sim.join("g", room);
  std::string left = json_part(sim.create_as(a_player, "ann").body(), "id");
  sim.advance(1min);
  CHECK(sim.create_as(a_player, "bob").word() == "ok");
  CHECK(sim.free_in(left) == "absent");
  for (const std::string& room : rooms) CHECK(sim.free_in(room) == "1");
}

TEST_CASE("a share for named players that is larger than the lobby leaves nothing to guests") {
  lobby_simulation sim({.waiting_rooms_max = 1, .waiting_rooms_reserved = 2});
  auto create = [&](const caller_info& caller) {
    pending_reply p = sim.send({.to = at("lobby/tictactoe"), .player = "p", .caller = caller, .command = "create"});
    sim.run();
    return p.word();
  };
  CHECK(create(a_guest) == "lobby_full");
  CHECK(create(a_player) == "ok");
}

TEST_CASE("a room that a player was sent to, and never came, is as empty as before") {
  small_lobby sim;
  auto rooms = sim.fill();
  sim.advance(30s);
  CHECK(sim.quick_join("sam") == rooms[0]);
  CHECK(sim.quick_join("tom") == rooms[0]);
  sim.advance(30s);
  CHECK(sim.create_as(a_guest, "g4").word() == "ok");
  CHECK(sim.free_in(rooms[0]) == "absent");
  CHECK(sim.free_in(rooms[1]) == "2");
}

TEST_CASE("a room that somebody is sent to is not dropped") {
  small_lobby sim;
  auto rooms = sim.fill();
  sim.advance(61s);
  CHECK(sim.quick_join("sam") == rooms[0]);
  CHECK(sim.create_as(a_guest, "g4").word() == "ok");
  CHECK(sim.free_in(rooms[0]) == "1");
  CHECK(sim.free_in(rooms[1]) == "absent");
}

TEST_CASE("a room that was dropped while somebody came is kept, and listed again") {
  small_lobby sim;
  auto rooms = sim.fill();
  sim.advance(61s);
  auto joined = sim.send("sam", "tictactoe/" + rooms[0], "join");
  auto made = sim.send({.to = at("lobby/tictactoe"), .player = "g4", .caller = a_guest, .command = "create"});
  sim.run();
  CHECK(joined.word() == "ok");
  CHECK(made.word() == "ok");
  CHECK(sim.room(rooms[0], "seats[0]") == "sam");
  // There is no place for another room of guests, until one of them has its players.
  CHECK(sim.free_in(rooms[0]) == "absent");
  for (const char* player : {"tom", "uma"}) sim.join(player, rooms[1]);
  sim.say("sam", rooms[0], "leave");
  CHECK(sim.free_in(rooms[0]) == "2");
}

TEST_CASE("a room counts for its maker while its seats are held, until the game begins") {
  small_lobby sim;
  auto rooms = sim.fill();
  for (const char* player : {"sam", "tom"}) CHECK(sim.quick_join(player) == rooms[0]);
  CHECK(sim.free_in(rooms[0]) == "absent");
  CHECK(sim.create_as(a_guest, "g4").word() == "lobby_full");
  for (const char* player : {"sam", "tom"}) sim.join(player, rooms[0]);
  CHECK(sim.create_as(a_guest, "g4").word() == "ok");
}
