#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>

#include "runtime/storage/sqlite.hpp"
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
  /// Makes a backup, aside.
  void back_up() {
    program copy({"backup", aside.path("copy.db"), "--data", data.path()});
    REQUIRE(copy.ends() == 0);
  }
  /// Restores a file that lies aside. Returns what the program says.
  std::string restores(const std::string& file, std::vector<std::string> more = {}) {
    program restored(restoring(file, std::move(more)));
    CHECK(restored.ends() == 0);
    return restored.output();
  }
  /// The same of a file that it should refuse.
  std::string refuses_to_restore(const std::string& file) {
    auto before = contents();
    program refused(restoring(file));
    CHECK(refused.ends() == 1);
    CHECK(contents() == before);
    return refused.output();
  }
  [[nodiscard]] program& server() { return *server_; }

  scratch_folder data, aside;

 private:
  std::vector<std::string> restoring(const std::string& file, std::vector<std::string> more = {}) {
    std::vector<std::string> line{"restore", aside.path(file), "--data", data.path()};
    line.insert(line.end(), more.begin(), more.end());
    return line;
  }
  /// Each file of the folder, with what is in it. SQLite's index may come and go.
  std::map<std::string, std::string> contents() {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::directory_iterator(data.path())) {
      std::ostringstream text;
      text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
      if (entry.path().extension() != ".db-shm") files[entry.path().filename()] = text.str();
    }
    return files;
  }

  std::unique_ptr<program> server_;
  std::unique_ptr<loopback_client> client_;
  std::map<std::string, std::string> tokens_;
};

void change(const std::string& file, const char* sql) {
  parlor::sqlite::connection(file, SQLITE_OPEN_READWRITE).run(sql);
}

/// The stored state of the game.
std::string seats_in(const std::string& file) {
  parlor::sqlite::connection on(file, SQLITE_OPEN_READWRITE);
  parlor::sqlite::statement ask(on, "SELECT state FROM actors WHERE name = 'r'");
  std::string state;
  while (ask.next()) state = ask.text(0);
  return state;
}

bool owners_alone(const std::string& file) {
  return fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write);
}

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
  game.back_up();
  forgets_what_came_after_the_copy(game, [&] {
    fs::remove(game.data.path("parlor.db"));
    fs::copy_file(game.aside.path("copy.db"), game.data.path("parlor.db"));
  });
}

TEST_CASE("after a restore no tag, cursor or key of after the backup means anything, and nothing is lost") {
  game_server game;
  game.post("ann", "join");
  game.post("bob", "join");
  game.back_up();
  forgets_what_came_after_the_copy(game, [&] {
    std::string said = game.restores("copy.db");
    CHECK_THAT(said, Contains(" 0 wrong, 0 dead letters\n") && Contains("parlor.db is a copy of "));
    CHECK_THAT(said, Contains("what it was before is " + game.data.path("parlor.db.replaced-1")));
    CHECK(owners_alone(game.data.path("parlor.db")));
  });
  // What was put aside is a store that can be restored.
  game.stop();
  program back({"restore", game.data.path("parlor.db.replaced-1"), "--data", game.data.path()});
  CHECK(back.ends() == 0);
  CHECK(fs::exists(game.data.path("parlor.db.replaced-2")));
  game.start();
  CHECK_THAT(game.look().body, Contains("\"cells\":[1,2,0,0,0,0,0,0,0]"));
}

TEST_CASE("a restore over a store whose server was killed keeps what stood in its log only") {
  game_server game;
  game.post("ann", "join");
  game.back_up();
  game.post("bob", "join");
  game.stop(SIGKILL);
  REQUIRE(fs::file_size(game.data.path("parlor.db-wal")) > 0);
  game.restores("copy.db");
  CHECK_FALSE(fs::exists(game.data.path("parlor.db-wal")));
  CHECK_THAT(seats_in(game.data.path("parlor.db")), Contains("ann") && !Contains("bob"));
  CHECK_THAT(seats_in(game.data.path("parlor.db.replaced-1")), Contains("ann") && Contains("bob"));
}

TEST_CASE("a restore of what cannot be restored is one clear sentence, and changes nothing") {
  game_server game;
  game.post("ann", "join");
  game.back_up();
  CHECK_THAT(game.refuses_to_restore("copy.db"), Contains("is in use by another process"));
  game.stop();
  CHECK_THAT(game.refuses_to_restore("nowhere.db"), Contains("there is no such file"));
  CHECK_THAT(game.refuses_to_restore("."), Contains("it is not a file"));
  std::ofstream(game.aside.path("empty.db")).close();
  CHECK_THAT(game.refuses_to_restore("empty.db"), Contains("it is not a file of parlor's"));
  std::ofstream(game.aside.path("letter.txt")) << std::string(10'000, 'x');
  CHECK_THAT(game.refuses_to_restore("letter.txt"), Contains("file is not a database"));
  fs::create_symlink(game.data.path("parlor.db"), game.aside.path("itself.db"));
  CHECK_THAT(game.refuses_to_restore("itself.db"), Contains("it is the folder's store already"));
  fs::copy_file(game.aside.path("copy.db"), game.aside.path("newer.db"));
  change(game.aside.path("newer.db"), "PRAGMA user_version = 99");
  CHECK_THAT(game.refuses_to_restore("newer.db"), Contains("its format is 99"));
  fs::copy_file(game.aside.path("copy.db"), game.aside.path("wrong.db"));
  change(game.aside.path("wrong.db"), "UPDATE actors SET state = '{\"table\":7}' WHERE name = 'r'");
  CHECK_THAT(game.refuses_to_restore("wrong.db"),
             Contains("tictactoe/r: table must be an object") && Contains("1 wrong; --force"));
  game.restores("wrong.db", {"--force"});
}

TEST_CASE("a restore into an empty folder makes a store there") {
  game_server game;
  game.post("ann", "join");
  game.back_up();
  const std::string folder = game.aside.path("other");
  program restored({"restore", game.aside.path("copy.db"), "--data", folder});
  CHECK(restored.ends() == 0);
  CHECK(restored.output().find("before") == std::string::npos);
  CHECK_THAT(seats_in(folder + "/parlor.db"), Contains("ann"));
  auto others = fs::status(folder + "/parlor.db").permissions() & (fs::perms::group_all | fs::perms::others_all);
  CHECK(others == fs::perms::none);
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
