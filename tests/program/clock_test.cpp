#include <catch2/catch.hpp>
#include <memory>

#include "runtime/storage/sqlite.hpp"
#include "tests/program/serving.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/loopback_client.hpp"
#include "tests/support/program.hpp"
#include "tests/support/stepped_clock.hpp"

// A server whose civil clock is set while it serves.
using namespace parlor::testing;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

/// A server and the clock that it goes by.
class clocked_server {
 public:
  clocked_server() { start(); }
  void start() {
    server = std::make_unique<program>(serving(data), clock.environment());
    client = std::make_unique<loopback_client>(server->port());
  }
  void stop() {
    server->signal(SIGTERM);
    server->ends();
  }
  /// Has ann wait in a room, which is deleted an hour later if nobody comes.
  void open_room() { CHECK(client->request("POST", "/api/tictactoe/r/join", token("ann", "60s")).status == 200); }
  bool room_is_there() { return status("/api/tictactoe/r") == 200; }
  bool room_goes() {
    return eventually([&] { return status("/api/tictactoe/r") == 404; }, 5s);
  }
  /// Whether its deletion has come, and is held.
  bool deletion_waits() {
    return eventually([&] {
      return client->request("GET", "/metrics").body.find("\nparlor_deletions_waiting 1\n") != std::string::npos;
    });
  }
  /// Says that the clock is right, and is answered.
  std::string accept(int status = 0, const std::string& folder = {}) {
    program p({"clock", "accept", "--data", folder.empty() ? data.path() : folder}, clock.environment());
    CHECK(p.ends() == status);
    return p.output();
  }
  loopback_client::headers token(const std::string& player, const std::string& ttl,
                                 std::vector<std::string> more = {}) {
    std::vector<std::string> line{"token", "--player", player, "--ttl", ttl, "--data", data.path()};
    line.insert(line.end(), more.begin(), more.end());
    program p(line, clock.environment());
    REQUIRE(p.ends() == 0);
    return {{"Authorization", "Bearer " + p.output().substr(0, p.output().find('\n'))}};
  }
  int status(const std::string& path, const loopback_client::headers& with = {}) {
    return client->request("GET", path, with).status;
  }

  scratch_folder data;
  stepped_clock clock;
  std::unique_ptr<program> server;
  std::unique_ptr<loopback_client> client;
};

}  // namespace

TEST_CASE("when the civil clock is set forward, tokens expire by it and what is due happens") {
  clocked_server s;
  auto ann = s.token("ann", "60s");
  s.open_room();
  CHECK(s.status("/api/session", ann) == 200);
  s.clock.set(2h);
  CHECK(eventually([&] { return s.status("/api/session", ann) == 401; }, 5s));
  CHECK(s.status("/api/session", s.token("ann", "60s")) == 200);
  CHECK(s.server->says("clock_set forward by 7200 s"));
  CHECK(s.room_goes());
}

TEST_CASE("when the civil clock is set back, tokens are judged by it, and time does not go back") {
  clocked_server s;
  auto time_now = [&] {
    return s.client->request("GET", "/api/admin", s.token("root", "60s", {"--admin"})).field("time");
  };
  auto early = s.token("ann", "3h");
  std::string before = time_now();
  s.clock.set(-2h);
  CHECK(s.server->says("clock_set back by 7200 s"));
  CHECK(s.status("/api/session", s.token("ann", "60s")) == 200);
  CHECK(s.status("/api/session", early) == 200);
  auto guest = s.client->request("POST", "/api/guest");
  CHECK(s.status("/api/session", {{"Authorization", "Bearer " + guest.field("token")}}) == 200);
  CHECK(time_now() >= before);
}

TEST_CASE("a start by a clock that is a month ahead deletes nothing until somebody accepts the clock") {
  clocked_server s;
  s.open_room();
  s.stop();
  s.clock.set(31 * 24h);
  s.start();
  CHECK(s.server->says("deletions_held the clock was last seen at "));
  CHECK(s.deletion_waits());
  SECTION("by the command, while it serves") {
    CHECK_THAT(s.accept(), Contains("the clock is right, at "));
    CHECK(s.server->says("clock_accepted parlor clock accept"));
    CHECK(s.room_goes());
  }
  SECTION("by the console") {
    CHECK(s.client->request("POST", "/api/admin/accept_clock", s.token("root", "60s", {"--admin"})).status == 200);
    CHECK(s.room_goes());
  }
  SECTION("nor after a restart, unless it was accepted before") {
    s.stop();
    s.start();
    CHECK(s.deletion_waits());
    s.stop();
    s.accept();
    s.start();
    CHECK(s.room_goes());
  }
  SECTION("and if it was wrong, the room is there when it has been set right") {
    s.stop();
    s.clock.set(0s);
    s.start();
    CHECK(s.room_is_there());
    s.accept();
    CHECK(s.server->says("clock_accepted"));
    CHECK(s.room_is_there());
  }
}

TEST_CASE("the clock is accepted before a start after a long pause, and at a pause of hours nothing is held") {
  clocked_server s;
  s.open_room();
  s.stop();
  SECTION("accepted") {
    s.clock.set(31 * 24h);
    s.accept();
  }
  SECTION("a short pause") { s.clock.set(23h); }
  s.start();
  CHECK(s.room_goes());
  CHECK(s.server->output().find("deletions_held") == std::string::npos);
}

TEST_CASE("a clock that jumps by a month while the server runs deletes nothing either, there and back") {
  clocked_server s;
  s.open_room();
  s.clock.set(31 * 24h);
  CHECK(s.server->says("deletions_held the clock was last seen at "));
  CHECK(s.deletion_waits());
  s.accept();
  CHECK(s.server->says("clock_accepted"));
  CHECK(s.room_goes());
  s.open_room();
  s.clock.set(0s);
  CHECK(s.server->says("deletions_held the server's time is at "));
}

TEST_CASE("a clock that goes on by less than a day, again and again, holds nothing") {
  clocked_server s;
  s.clock.set(20h);
  CHECK(s.server->says("clock_set forward by 72000 s"));
  s.open_room();
  s.clock.set(40h);
  CHECK(s.room_goes());
}

TEST_CASE("deletions are held no longer when the server has run for a day") {
  clocked_server s;
  s.open_room();
  s.stop();
  s.clock.set(2h);
  parlor::sqlite::connection(s.data.path("parlor.db"), SQLITE_OPEN_READWRITE).run("UPDATE store SET held_ms = 4000");
  auto begun = std::chrono::steady_clock::now();
  s.start();
  CHECK(s.server->says("clock_accepted it has gone on for a day"));
  CHECK(std::chrono::steady_clock::now() - begun >= 4s);
  CHECK(s.room_goes());
}

TEST_CASE("a clock is not accepted where no store is") {
  clocked_server s;
  CHECK_THAT(s.accept(1, s.data.path("nowhere")), Contains("there is no ") && Contains("nowhere/parlor.db"));
  for (std::vector<std::string> line :
       {std::vector<std::string>{"clock"}, {"clock", "set"}, {"clock", "accept", "it"}}) {
    program p(line);
    CHECK(p.ends() == 2);
  }
}
