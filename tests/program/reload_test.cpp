#include <catch2/catch.hpp>
#include <fstream>
#include <string>

#include "tests/program/serving.hpp"
#include "tests/support/check_problem.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/loopback_client.hpp"

// What an operator changes while the server runs.
using namespace parlor::testing;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

/// A server behind a proxy on this machine, and the file that it reads.
struct configured_server {
  explicit configured_server(const std::string& text = "", std::vector<std::string> more = {})
      : server((write(text), with_file(std::move(more)))), client(server.port()) {}

  void write(const std::string& text) const {
    std::ofstream(data.path("parlor.toml")) << "trusted_proxies = \"127.0.0.1\"\n" << text;
  }
  /// Has the server read another file; true if it says so.
  bool reload(const std::string& text, const std::string& says) {
    write(text);
    server.signal(SIGHUP);
    return server.says(says);
  }
  loopback_client::headers by(const std::string& player, const std::string& address = "192.0.2.1") const {
    return {{"Authorization", "Bearer " + token_for(data, player)}, {"X-Forwarded-For", address}};
  }
  /// How many of 12 requests are not refused with 429.
  int answered(const loopback_client::headers& with) {
    int count = 0;
    for (int i = 0; i < 12; ++i) count += client.request("GET", "/api/session", with).status == 200;
    return count;
  }
  std::vector<std::string> with_file(std::vector<std::string> more) const {
    more.insert(more.begin(), {"--config", data.path("parlor.toml")});
    return serving(data, std::move(more));
  }

  scratch_folder data;
  program server;
  loopback_client client;
};

/// Who watches a room without a token, from an address.
loopback_client spectator(configured_server& s, const std::string& address) {
  loopback_client watcher(s.server.port());
  watcher.request("GET", "/api/tictactoe/r/events", {{"Accept", "text/event-stream"}, {"X-Forwarded-For", address}});
  watcher.read_until("event: snapshot");
  return watcher;
}

const std::string strict = "player_rate = 1\nplayer_burst = 5\n";

}  // namespace

TEST_CASE("SIGHUP changes a limit, and what somebody has asked before stays counted") {
  configured_server s("player_rate = 1\nplayer_burst = 10\n");
  auto ann = s.by("ann"), bob = s.by("bob");
  CHECK(s.answered(ann) <= 11);
  CHECK(s.reload(strict, "reloaded player_burst 10 to 5\n"));
  CHECK(s.answered(ann) <= 3);
  int bobs = s.answered(bob);
  CHECK(bobs >= 5);
  CHECK(bobs <= 7);
  CHECK(s.reload("", "reloaded player_rate 1 to 50, player_burst 5 to 100\n"));
  CHECK(s.answered(s.by("eve")) == 12);
}

TEST_CASE("SIGHUP refuses whom the file denies within a second, and cuts what they watch") {
  configured_server s;
  auto eve = s.by("eve");
  REQUIRE(s.client.request("POST", "/api/tictactoe/r/join", s.by("ann")).status == 200);
  REQUIRE(s.client.request("GET", "/api/session", eve).status == 200);
  loopback_client banned = spectator(s, "2001:db8:7::1"), v4 = spectator(s, "192.0.2.99"),
                  other = spectator(s, "192.0.3.1");

  auto began = std::chrono::steady_clock::now();
  CHECK(
      s.reload("[deny.players]\neve = \"rude\"\n[deny.addresses]\n\"2001:db8:7::9\" = \"makes guests\"\n"
               "\"192.0.2.64/26\" = \"\"\n",
               "reloaded deny\n"));
  banned.read_to_end();
  v4.read_to_end();
  CHECK(std::chrono::steady_clock::now() - began < 1s);
  for (const char* address : {"2001:db8:7::2", "192.0.2.99"})
    check_problem(s.client.request("GET", "/api/tictactoe/r", {{"X-Forwarded-For", address}}), 403, "banned");
  check_problem(s.client.request("GET", "/api/session", eve), 403, "banned");
  CHECK(s.client.request("GET", "/api/tictactoe/r", {{"X-Forwarded-For", "2001:db8:8::2"}}).status == 200);
  REQUIRE(s.client.request("POST", "/api/tictactoe/r/join", s.by("bob")).status == 200);
  CHECK_THAT(other.read_until("\"bob\""), Contains("bob"));

  CHECK(s.reload("guest_rate = 21\n[deny.players]\n", "reloaded guest_rate 20 to 21, deny\n"));
  CHECK(s.client.request("GET", "/api/session", eve).status == 200);
}

TEST_CASE("whom the file denies is refused from the start") {
  configured_server s("[deny.players]\neve = \"rude\"\n");
  check_problem(s.client.request("GET", "/api/session", s.by("eve")), 403, "banned");
  CHECK(s.client.request("GET", "/api/session", s.by("ann")).status == 200);
}

TEST_CASE("SIGHUP has the log tell more, or less") {
  configured_server s;
  CHECK(s.reload("log_level = \"debug\"\n", "reloaded log_level \"info\" to \"debug\"\n"));
  s.client.request("POST", "/api/tictactoe/r/join", s.by("ann"));
  CHECK(s.server.says("created tictactoe/r"));
  CHECK(s.reload("log_level = \"error\"\n", "reloaded log_level \"debug\" to \"error\"\n"));
  CHECK(s.reload("log_level = \"info\"\n", "reloaded log_level \"error\" to \"info\"\n"));
}

TEST_CASE("a file with a mistake changes nothing, and the log says where it is and why") {
  configured_server s;
  for (const auto& [wrong, said] : std::vector<std::pair<std::string, std::string>>{
           {"guest_burst = 0\n", "line 4: guest_burst \"0\" is not a number from 1 to 1000000"},
           {"prot = 1\n", "line 4: prot is not a setting"},
           {"guest_burst = \n", "cannot read "},
           {"[deny]\nplayers = \"eve\"\n", "line 5: deny.players must be a table"},
           {"[deny.addresses]\n\"10.0.0.0/33\" = \"\"\n", "line 5: deny.addresses.10.0.0.0/33 is neither an address"},
           {"[kinds.chess]\nidle_after = \"5m\"\n", "line 4: kinds.chess: there is no such kind"}})
    CHECK(s.reload(strict + wrong, said));
  CHECK_THAT(s.server.output(), Contains("; nothing has changed") && !Contains("reloaded"));
  CHECK(s.answered(s.by("ann")) == 12);
}

TEST_CASE("what SIGHUP cannot change is named, and what the command line says stands before the file") {
  configured_server s("", {"--player-burst", "50"});
  CHECK(s.reload("idle_after = \"7m\"\n[kinds.gomoku]\nidle_after = \"9m\"\n",
                 "reload_later idle_after, kinds.gomoku: takes effect at the next start\n"));
  CHECK_THAT(s.server.output(), Contains("reloaded nothing has changed\n"));
  CHECK(s.reload("player_burst = 5\nguest_rate = 21\n", "reloaded guest_rate 20 to 21\n"));
  CHECK(s.answered(s.by("ann")) == 12);
}
