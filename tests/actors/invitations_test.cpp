#include <catch2/catch.hpp>
#include <string>

#include "actors/catalog.hpp"
#include "tests/support/json.hpp"
#include "tests/support/json_part.hpp"
#include "tests/support/simulation.hpp"
#include "tests/support/workbench.hpp"

// Whose invitations a player keeps, declines and never sees.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

/// The session of a player who is invited.
struct invited_session : workbench {
  explicit invited_session(const bounds& most = {}) : workbench(actors::session()) { limits = most; }

  void invite(const std::string& room, const std::string& by) {
    REQUIRE(say("", "invited", json("kind", "gomoku", "id", room, "by", by)) == "ok");
  }
  void invite_by_guest(const std::string& room, const std::string& by, int network) {
    REQUIRE(say("", "invited",
                R"({"kind":"gomoku","id":")" + room + R"(","by":")" + by + R"(","guest":true,"network":)" +
                    std::to_string(network) + "}") == "ok");
  }
  bool lists(const std::string& room) {
    return part("invitations").find("\"id\":\"" + room + "\"") != std::string::npos;
  }
};

}  // namespace

TEST_CASE("one player's invitations push out their own, and not another player's") {
  invited_session ann;
  ann.invite("real", "bob");
  for (int i = 0; i < 100; ++i) ann.invite("r" + std::to_string(i), "eve");
  CHECK(ann.lists("real"));
  CHECK(ann.lists("r99"));
  CHECK_FALSE(ann.lists("r80"));
}

TEST_CASE("a new guest for every invitation pushes out the invitations of the same address") {
  invited_session ann;
  ann.invite_by_guest("real", "guest_of_bob", 7);
  for (int i = 0; i < 100; ++i) ann.invite_by_guest("r" + std::to_string(i), "guest_" + std::to_string(i), 8);
  CHECK(ann.lists("real"));
  CHECK(ann.lists("r99"));
}

TEST_CASE("guests' invitations leave a share to named players, and go first") {
  invited_session ann({.invitations_max = 4, .invitations_reserved = 2});
  for (int i = 0; i < 9; ++i) ann.invite_by_guest("g" + std::to_string(i), "guest_" + std::to_string(i), 0);
  CHECK_FALSE(ann.lists("g6"));
  for (const char* kept : {"g7", "g8"}) CHECK(ann.lists(kept));
  for (int i = 0; i < 4; ++i) ann.invite("p" + std::to_string(i), "player" + std::to_string(i));
  for (int i = 0; i < 4; ++i) CHECK(ann.lists("p" + std::to_string(i)));
  CHECK_FALSE(ann.lists("g8"));
  ann.invite_by_guest("g9", "guest_9", 0);
  for (int i = 0; i < 4; ++i) CHECK(ann.lists("p" + std::to_string(i)));
}

TEST_CASE("of senders who have sent as many, the oldest invitation goes") {
  invited_session ann({.invitations_max = 3, .invitations_reserved = 0});
  for (const char* sender : {"bob", "cid", "dan", "eve"}) ann.invite(std::string("of_") + sender, sender);
  CHECK_FALSE(ann.lists("of_bob"));
  for (const char* room : {"of_cid", "of_dan", "of_eve"}) CHECK(ann.lists(room));
}

TEST_CASE("an invitation to a room is one, whoever repeats it") {
  invited_session ann;
  for (const char* sender : {"bob", "bob", "cid"}) ann.invite("r1", sender);
  CHECK(ann.part("invitations") == R"([{"by":"cid","id":"r1","kind":"gomoku"}])");
}

TEST_CASE("who sent an invitation from where is shown to nobody") {
  invited_session ann;
  ann.invite_by_guest("r1", "guest_1", 12345);
  CHECK(ann.part("invitations") == R"([{"by":"guest_1","id":"r1","kind":"gomoku"}])");
}

TEST_CASE("a player declines an invitation") {
  invited_session ann;
  ann.invite("r1", "bob");
  ann.invite("r2", "bob");
  CHECK(ann.say("ann", "decline", json("kind", "gomoku", "id", "r1")) == "ok");
  CHECK_FALSE(ann.lists("r1"));
  CHECK(ann.lists("r2"));
  CHECK(ann.say("ann", "decline", json("kind", "gomoku", "id", "r1")) == "unchanged");
}

TEST_CASE("of a player who is blocked nothing is heard any more, until that is taken back") {
  invited_session ann;
  ann.invite("r1", "eve");
  ann.invite("r2", "bob");
  CHECK(ann.say("ann", "block", json("player", "eve")) == "ok");
  CHECK_FALSE(ann.lists("r1"));
  CHECK(ann.lists("r2"));
  CHECK(ann.say("", "invited", json("kind", "gomoku", "id", "r3", "by", "eve")) == "blocked");
  CHECK(ann.say("ann", "unblock", json("player", "eve")) == "ok");
  ann.invite("r3", "eve");
  CHECK(ann.lists("r3"));
}

TEST_CASE("a player blocks a hundred others, and whom they block is kept") {
  simulation sim(actors::make_catalog());
  auto say = [&](const std::string& command, const std::string& player) {
    return sim.post("ann", "session/ann", command, json("player", player));
  };
  for (int i = 0; i < 100; ++i) REQUIRE(say("block", "p" + std::to_string(i)).word() == "ok");
  CHECK(say("block", "one_more").word() == "too_many_blocked");
  CHECK(say("block", "p5").word() == "ok");
  sim.restart();
  CHECK(json_part(sim.post("ann", "session/ann", "blocked").body(), "blocked[99]") == "p5");
  // Invitations that come and go do not take the list along.
  sim.post("bob", "gomoku/r1", "join");
  sim.post("bob", "gomoku/r1", "invite", json("player", "ann"));
  sim.advance(25h, 1min);
  CHECK(json_part(sim.post("ann", "session/ann", "blocked").body(), "blocked[0]") == "p0");
}

TEST_CASE("the session of a guest who plays nowhere any more goes after a day") {
  simulation sim(actors::make_catalog());
  auto join = [&](const std::string& player, bool guest) {
    sim.send({.to = at("tictactoe/r_" + player),
              .player = player,
              .caller = {.bounded = guest, .guest = guest},
              .command = "join"});
    sim.run();
  };
  join("guest_1", true);
  join("ann", false);
  for (const char* player : {"guest_1", "ann"})
    REQUIRE(sim.post(player, "tictactoe/r_" + std::string(player), "leave").word() == "ok");
  sim.advance(23h, 1min);
  CHECK(sim.store.size() == 2);
  sim.advance(2h, 1min);
  CHECK(sim.store.size() == 1);
  CHECK(json_part(sim.get("ann", "session/ann").body(), "last_active") != "null");
  // Who comes back in time keeps it.
  join("guest_2", true);
  sim.post("guest_2", "tictactoe/r_guest_2", "leave");
  sim.advance(23h, 1min);
  join("guest_2", true);
  sim.advance(30min, 1min);
  CHECK(json_part(sim.get("guest_2", "session/guest_2").body(), "rooms[0].id") == "r_guest_2");
}
