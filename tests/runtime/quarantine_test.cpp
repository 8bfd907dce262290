#include <catch2/catch.hpp>
#include <fstream>

#include "runtime/hosting/crashes/quarantine.hpp"
#include "tests/support/notes.hpp"
#include "tests/support/scratch_folder.hpp"

using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

// What the file of crashes means: this reads lines that nobody's crash has written.
namespace {

constexpr std::int64_t minute = 60'000, day = 24 * 60 * minute;

struct ward {
  std::vector<kind> kinds{{.name = "game"},
                          {.name = "session", .reached_by = reach::session},
                          {.name = "lobby", .reached_by = reach::internal}};
  scratch_folder folder;
  notes log;

  void write(const std::string& line) { std::ofstream(folder.path("crashes"), std::ios::app) << line; }
  void crashed(const std::string& kind, const std::string& id, const std::string& part, std::int64_t at_ms,
               const std::string& sender = "") {
    write(R"({"at_ms":)" + std::to_string(at_ms) + R"(,"kind":")" + kind + R"(","id":")" + id + R"(","part":")" + part +
          R"(","sender":")" + sender + R"(","why":"Segmentation fault"})" + "\n");
  }
  quarantine start() { return quarantine(folder.path("crashes"), kinds, log); }
  bool refuses(const quarantine& q, const std::string& kind_name, const std::string& id, const std::string& part,
               const std::string& sender = "") {
    for (const kind& k : kinds)
      if (k.name == kind_name) return !q.refusal(k, id, part, sender).empty();
    return false;
  }
};

}  // namespace

TEST_CASE("a room is in quarantine after two crashes within 30 days, whatever the commands") {
  ward w;
  w.crashed("game", "r", "play", day);
  CHECK_FALSE(w.start().any());
  SECTION("within") {
    w.crashed("game", "r", "time_up", 31 * day);
    auto q = w.start();
    CHECK(w.refuses(q, "game", "r", "view"));
    CHECK_FALSE(w.refuses(q, "game", "s", "play"));
    CHECK(w.log.count("quarantined", "game/r") == 1);
  }
  SECTION("not within") {
    w.crashed("game", "r", "play", 31 * day + 1);
    CHECK_FALSE(w.start().any());
  }
  SECTION("another room") {
    w.crashed("game", "s", "play", day + 1);
    CHECK_FALSE(w.start().any());
  }
}

TEST_CASE("a command is in quarantine after three crashes within ten minutes, whatever the rooms") {
  ward w;
  w.crashed("game", "a", "play", 0);
  w.crashed("game", "b", "play", 5 * minute);
  w.crashed("game", "c", "join", 6 * minute);
  SECTION("within") {
    w.crashed("game", "c", "play", 10 * minute);
    auto q = w.start();
    CHECK(w.refuses(q, "game", "new", "play"));
    CHECK_FALSE(w.refuses(q, "game", "new", "join"));
    CHECK(w.refuses(q, "game", "c", "join"));  // as a room
  }
  SECTION("not within") {
    w.crashed("game", "d", "play", 10 * minute + 1);
    CHECK_FALSE(w.start().any());
  }
}

TEST_CASE("a session, or the lobby, is never in quarantine as a whole") {
  ward w;
  for (int i = 0; i < 2; ++i) {
    w.crashed("session", "ann", "news", i * day, "ann");
    w.crashed("lobby", "game", "quick_join", i * day, "ann");
  }
  auto q = w.start();
  CHECK(w.refuses(q, "session", "ann", "news", "ann"));
  CHECK_FALSE(w.refuses(q, "session", "ann", "rooms", "ann"));
  CHECK_FALSE(w.refuses(q, "session", "bob", "news", "bob"));
  CHECK(w.refuses(q, "lobby", "game", "quick_join", "ann"));
  CHECK_FALSE(w.refuses(q, "lobby", "game", "quick_join", "bob"));
  CHECK_FALSE(w.refuses(q, "lobby", "game", "list", "ann"));
}

TEST_CASE("what was released counts anew, and says so to the next start") {
  ward w;
  quarantined room{.is = quarantined::scope::actor, .kind = "game", .id = "r"};
  for (int i = 0; i < 2; ++i) w.crashed("game", "r", "play", i * minute);
  {
    auto q = w.start();
    CHECK_FALSE(q.release({.is = quarantined::scope::actor, .kind = "game", .id = "s"}, instant{}));
    CHECK(q.release(room, instant{}));
    CHECK_FALSE(q.any());
    CHECK_FALSE(q.release(room, instant{}));
  }
  CHECK_FALSE(w.start().any());
  w.crashed("game", "r", "join", 2 * minute);
  CHECK_FALSE(w.start().any());
  w.crashed("game", "r", "join", 3 * minute);
  CHECK(w.start().rows().at(room).crashes == 2);
}

TEST_CASE("a line that was cut off, or is none, is passed by") {
  ward w;
  w.crashed("game", "r", "play", 0);
  w.write("\n{\"at_ms\":\nnonsense\n");
  w.crashed("game", "r", "play", 1);
  w.write(R"({"at_ms":2,"kind":"ga)");
  CHECK(w.start().size() == 1);
}

TEST_CASE("a release that cannot be written is none") {
  ward w;
  for (int i = 0; i < 2; ++i) w.crashed("game", "r", "play", i);
  quarantine q = w.start();
  std::filesystem::remove(w.folder.path("crashes"));
  std::filesystem::create_directory(w.folder.path("crashes"));
  CHECK_THROWS_WITH(q.release({.is = quarantined::scope::actor, .kind = "game", .id = "r"}, instant{}),
                    Catch::Contains("cannot write"));
  CHECK(q.any());
}
