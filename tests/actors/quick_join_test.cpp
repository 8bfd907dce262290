#include <string>
#include <vector>

#include "tests/support/lobby_simulation.hpp"

// A player who asks for a seat more than once, and where the lobby sends them.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

TEST_CASE("a player who asks for a seat twice is sent to one room, however often and whoever comes between") {
  lobby_simulation sim;
  std::string waiting = sim.quick_join("sam");
  REQUIRE(sim.join("sam", waiting) == "ok");
  // Ten at once: one seat is all that there is, and the next room would be a second one for Ann.
  std::vector<pending_reply> asked;
  for (int i = 0; i < 10; ++i)
    asked.push_back(sim.send(
        {.to = at("lobby/tictactoe"), .player = "ann", .command = "quick_join", .key = "tab-" + std::to_string(i)}));
  sim.run();
  for (const pending_reply& p : asked) CHECK(json_part(p.body(), "id") == waiting);
  CHECK(sim.join("ann", waiting) == "ok");
  // And a moment later, when the room is full and the game goes on.
  sim.advance(5s);
  CHECK(sim.quick_join("ann") == waiting);
  CHECK(sim.quick_join("bob") != waiting);
  CHECK(json_part(sim.get("ann", "session/ann").body(), "rooms[1]") == "absent");
  // Who still wants another game later gets one.
  sim.advance(15s);
  CHECK(sim.quick_join("ann") != waiting);
}

TEST_CASE("a player who waits in a listed room is sent there, also behind rooms that wait for longer") {
  lobby_simulation sim;
  sim.create("bob");
  std::string own = sim.create("ann");
  REQUIRE(sim.join("ann", own) == "ok");
  sim.advance(1min);
  CHECK(sim.quick_join("ann") == own);
  CHECK(sim.free_in(own) == "1");
}

TEST_CASE("who has left a room, or whose game is over, is sent to another at once") {
  lobby_simulation sim;
  std::string first = sim.quick_join("ann");
  sim.join("ann", first);
  sim.quick_join("bob");
  sim.join("bob", first);
  SECTION("the game was given up") { CHECK(sim.say("ann", first, "leave") == "ok"); }
  SECTION("the game was won") {
    int cell = 0;
    for (const char* player : {"ann", "bob", "ann", "bob", "ann", "bob", "ann"})
      REQUIRE(sim.post(player, "tictactoe/" + first, "place", json("cell", cell++)).word() == "ok");
  }
  std::string next = sim.quick_join("ann");
  CHECK(next != first);
  CHECK(sim.quick_join("bob") == next);
}

TEST_CASE("a room that refused the player is not named again") {
  lobby_simulation sim;
  std::string room = sim.quick_join("ann");
  pending_reply other = sim.ask("ann", "quick_join", json("instead_of", room));
  CHECK(json_part(other.body(), "id") != room);
  // Ann's hold is in the room, and its list has a free seat: the lobby knows no better one.
  sim.join("bob", room);
  sim.join("cid", room);
  std::string elsewhere = json_part(sim.ask("ann", "quick_join", json("instead_of", room)).body(), "id");
  CHECK(elsewhere != room);
}

TEST_CASE("a player whom a room refused is sent to where they wait already") {
  lobby_simulation sim;
  std::string first = sim.quick_join("ann");
  sim.create("bob");
  std::string own = sim.create("ann");
  REQUIRE(sim.join("ann", own) == "ok");
  CHECK(json_part(sim.ask("ann", "quick_join", json("instead_of", first)).body(), "id") == own);
}

TEST_CASE("the lobby remembers the latest two hundred players whom it has sent somewhere") {
  lobby_simulation sim;
  std::string room = sim.quick_join("first");
  SECTION("one who asks again and again is one of them") {
    for (int i = 0; i < 300; ++i) sim.quick_join("impatient");
    CHECK(sim.quick_join("first") == room);
  }
  SECTION("the next one makes it forget the first") {
    for (int i = 1; i < 200; ++i) sim.quick_join("p" + std::to_string(i));
    CHECK(sim.quick_join("first") == room);
    for (int i = 0; i < 200; ++i) sim.quick_join("q" + std::to_string(i));
    CHECK(sim.quick_join("first") != room);
  }
}
