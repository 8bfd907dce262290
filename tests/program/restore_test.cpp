#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <memory>

#include "tests/program/serving.hpp"
#include "tests/support/loopback_client.hpp"
#include "tests/support/program.hpp"

// What clients know of a store means nothing to a copy of it that is put in its place.
using namespace parlor::testing;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

using headers = loopback_client::headers;

/// A server with a game of tic-tac-toe between ann and bob, which is stopped and started.
class game_server {
 public:
  game_server() { start(); }

  void start() {
    server_ = std::make_unique<program>(serving(data));
    client_ = std::make_unique<loopback_client>(server_->port());
  }
  void stop(int by = SIGTERM) {
    server_->signal(by);
    server_->ends();
  }
  http_answer post(const std::string& player, const std::string& command, headers with = {},
                   const std::string& body = {}) {
    if (!tokens_.contains(player)) tokens_[player] = token_for(data, player);
    with["Authorization"] = "Bearer " + tokens_[player];
    return client_->request("POST", "/api/tictactoe/r/" + command, with, body);
  }
  http_answer place(const std::string& player, int cell, headers with = {}) {
    with["Content-Type"] = "application/json";
    return post(player, "place", std::move(with), "{\"cell\":" + std::to_string(cell) + "}");
  }
  http_answer look(headers with = {}) { return client_->request("GET", "/api/tictactoe/r", with); }
  http_answer news(const std::string& after) {
    return client_->request("GET", "/api/tictactoe/r/events?wait=0&after=" + after);
  }
  [[nodiscard]] program& server() { return *server_; }

  scratch_folder data, aside;

 private:
  std::unique_ptr<program> server_;
  std::unique_ptr<loopback_client> client_;
  std::map<std::string, std::string> tokens_;
};

std::string without_quotes(const std::string& etag) { return etag.substr(1, etag.size() - 2); }

/// Plays on after a copy was made, has the copy put in the store's place, plays as far, and asks with what was known.
template <class PutBack>
void forgets_what_came_after_the_copy(game_server& game, PutBack put_back) {
  game.place("ann", 0);
  const std::string known = game.place("bob", 1, {{"Idempotency-Key", "after"}}).header("etag");
  REQUIRE(game.look({{"If-None-Match", known}}).status == 304);
  game.stop();
  put_back();
  game.start();
  CHECK(game.server().says("era_began"));
  game.place("ann", 4);
  http_answer other = game.place("bob", 5);
  REQUIRE(other.status == 200);

  CHECK(other.header("etag") != known);
  CHECK(game.look({{"If-None-Match", known}}).status == 200);
  CHECK(game.place("ann", 8, {{"If-Match", known}}).status == 412);
  CHECK_THAT(game.news(without_quotes(known)).body, Contains("\"event\":\"snapshot\""));
  CHECK_THAT(game.news("3").body, Contains("\"event\":\"snapshot\""));
  CHECK(game.place("bob", 1, {{"Idempotency-Key", "after"}}).code() == "not_your_turn");  // it is decided anew
  CHECK(game.place("ann", 8, {{"If-Match", other.header("etag")}}).status == 200);
}

}  // namespace

TEST_CASE("after a backup was put back by hand no tag, cursor or key of after it means anything") {
  game_server game;
  game.post("ann", "join");
  game.post("bob", "join");
  program copy({"backup", game.aside.path("copy.db"), "--data", game.data.path()});
  REQUIRE(copy.ends() == 0);
  forgets_what_came_after_the_copy(game, [&] {
    fs::remove(game.data.path("parlor.db"));
    fs::copy_file(game.aside.path("copy.db"), game.data.path("parlor.db"));
  });
}

TEST_CASE("what clients know of a store holds after a restart and a kill") {
  game_server game;
  game.post("ann", "join", {{"Idempotency-Key", "j"}});
  const std::string known = game.post("bob", "join").header("etag");
  for (int by : {SIGTERM, SIGKILL}) {
    game.stop(by);
    game.start();
    CHECK(game.look({{"If-None-Match", known}}).status == 304);
    CHECK(game.news(without_quotes(known)).status == 204);
    CHECK(game.news("1").body.find("snapshot") == std::string::npos);
    CHECK(game.server().output().find("era_began") == std::string::npos);
  }
  CHECK(game.place("ann", 0, {{"If-Match", known}}).status == 200);
}
