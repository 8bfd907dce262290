#include <string>

#include "runtime/storage/sqlite.hpp"
#include "runtime/storage/sqlite_store.hpp"
#include "tests/program/serving.hpp"
#include "tests/support/loopback_client.hpp"

// A program that cannot read what is stored says so before players do.
using namespace parlor::testing;
using Catch::Contains;

namespace {

/// A folder with a room that can be read, and one that cannot.
struct mixed_folder : scratch_folder {
  mixed_folder() {
    program server(serving(*this));
    loopback_client client(server.port());
    loopback_client::headers ann{{"Authorization", "Bearer " + token_for(*this, "ann")}};
    client.request("POST", "/api/tictactoe/good/join", ann);
    client.request("POST", "/api/tictactoe/bad/join", ann);
    server.signal(SIGTERM);
    REQUIRE(server.ends() == 0);
    parlor::sqlite::connection(path("parlor.db"), SQLITE_OPEN_READWRITE)
        .run("UPDATE actors SET state = replace(state, '\"cells\"', '\"squares\"') WHERE name = 'bad'");
  }
};

constexpr const char* reason = "tictactoe/bad: game.cells is missing";

}  // namespace

TEST_CASE("a server says at its start what it cannot read: in its log, its readiness and its metrics") {
  mixed_folder data;
  program server(serving(data));
  loopback_client client(server.port());
  auto ready = client.request("GET", "/readyz");
  CHECK(ready.status == 200);
  CHECK(ready.body == R"({"status":"ok","unreadable":["tictactoe"]})");
  auto page = client.request("GET", "/metrics").body;
  CHECK_THAT(page, Contains("parlor_states_sampled{kind=\"tictactoe\"} 2\n") &&
                       Contains("parlor_states_unreadable{kind=\"tictactoe\"} 1\n") &&
                       Contains("parlor_states_unreadable{kind=\"session\"} 0\n"));
  CHECK(client.request("GET", "/api/tictactoe/good").status == 200);
  CHECK(client.request("GET", "/api/tictactoe/bad").code() == "state_unreadable");
  server.signal(SIGTERM);
  CHECK(server.ends() == 0);
  CHECK_THAT(server.output(), Contains("states_unreadable") &&
                                  Contains(std::string("tictactoe: 1 of 2 stored actors that were looked at cannot be "
                                                       "read: ") +
                                           reason));
}

TEST_CASE("a server that shall not start with what it cannot read does not") {
  mixed_folder data;
  program server(serving(data, {"--refuse-unreadable", "true"}));
  CHECK(server.ends() == 1);
  CHECK_THAT(server.output(), Contains("parlor: refuse_unreadable: tictactoe: 1 of 2") && Contains(reason));
  // There is no harm in it where all can be read.
  parlor::sqlite::connection(data.path("parlor.db"), SQLITE_OPEN_READWRITE)
      .run("DELETE FROM actors WHERE name = 'bad'");
  program again(serving(data, {"--refuse-unreadable", "true"}));
  CHECK(again.port() != 0);
}

TEST_CASE("verify --quick reads a sample, and upgrade --dry-run all, beside a server or not") {
  mixed_folder data;
  program server(serving(data));
  REQUIRE(server.port() != 0);
  for (std::vector<std::string> line : {std::vector<std::string>{"verify", "--quick"}, {"upgrade", "--dry-run"}}) {
    line.insert(line.end(), {"--data", data.path()});
    program checked(line);
    CHECK(checked.ends() == 1);
    CHECK_THAT(checked.output(),
               Contains("tictactoe: 2 actors: 1 as they are, 1 unreadable\n  " + std::string(reason) + "\n") &&
                   Contains("session: 1 actors: 1 as they are, 0 unreadable\n"));
  }
  program unsure({"upgrade", "--data", data.path()});
  CHECK(unsure.ends() == 2);
  CHECK_THAT(unsure.output(), Contains("--dry-run is required"));
}
