#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include "runtime/storage/sqlite.hpp"
#include "runtime/storage/sqlite_store.hpp"
#include "runtime/storage/sqlite_tools.hpp"
#include "tests/support/old_format.hpp"
#include "tests/support/scratch_folder.hpp"

// When a store's era goes on, and when another begins.
using namespace parlor;
using namespace parlor::testing;
namespace fs = std::filesystem;

namespace {

std::uint64_t served_era(const std::string& folder) { return sqlite_store(folder).era(); }

/// As `cp` does it: what is there is written over, and stays the same file.
void copy_store(const std::string& from, const std::string& to) {
  fs::remove(to + "/parlor.db-wal");
  for (const char* file : {"/parlor.db", "/parlor.db-wal"})
    if (fs::exists(from + file)) fs::copy_file(from + file, to + file, fs::copy_options::overwrite_existing);
}

/// A folder that was served, and one beside it for copies.
struct served_folder {
  served_folder() {
    fs::create_directory(aside);
    served_era(folder);
  }
  scratch_folder scratch;
  const std::string folder = scratch.path("data"), aside = scratch.path("aside");
};

}  // namespace

TEST_CASE("a store that stays in its folder stays in its first era, and so it does in a folder that is moved") {
  served_folder f;
  CHECK(served_era(f.folder) == 0);
  CHECK(served_era(f.folder) == 0);
  fs::rename(f.folder, f.aside + "/moved");
  CHECK(served_era(f.aside + "/moved") == 0);
  backup(f.aside + "/moved", f.aside + "/copy.db");
  CHECK(served_era(f.aside + "/moved") == 0);
}

TEST_CASE("a store that was in the middle of getting its mark when the process ended is known again") {
  served_folder f;
  std::string before, after;
  {
    sqlite_store s(f.folder);
    std::getline(std::ifstream(f.folder + "/era"), before);
  }
  std::getline(std::ifstream(f.folder + "/era"), after);
  REQUIRE(before != after);
  // Both marks are in the file before the store has the second one.
  std::string old_mark = before.substr(before.rfind(' ')), new_mark = after.substr(after.rfind(' '));
  for (const std::string& of_store : {old_mark, new_mark}) {
    sqlite::connection(f.folder + "/parlor.db", SQLITE_OPEN_READWRITE)
        .run(("UPDATE store SET mark = " + std::to_string(static_cast<std::int64_t>(std::stoull(of_store)))).c_str());
    std::ofstream(f.folder + "/era") << before << new_mark << "\n";
    CHECK(served_era(f.folder) == 0);
  }
}

TEST_CASE("both marks are in the file before the store has the second one") {
  served_folder f;
  sqlite::connection(f.folder + "/parlor.db", SQLITE_OPEN_READWRITE)
      .run("CREATE TRIGGER power_goes BEFORE UPDATE ON store BEGIN SELECT RAISE(ABORT, 'power'); END");
  CHECK_THROWS(served_era(f.folder));
  std::ifstream note(f.folder + "/era");
  CHECK(std::distance(std::istream_iterator<std::string>(note), {}) == 4);
  sqlite::connection(f.folder + "/parlor.db", SQLITE_OPEN_READWRITE).run("DROP TRIGGER power_goes");
  CHECK(served_era(f.folder) == 0);
}

TEST_CASE("an era that has just begun goes on when the process is killed") {
  served_folder f;
  fs::remove(f.folder + "/era");
  std::uint64_t era = 0;
  std::string note;
  {
    sqlite_store s(f.folder);
    era = s.era();
    REQUIRE(era != 0);
    copy_store(f.folder, f.aside);
    std::getline(std::ifstream(f.folder + "/era"), note);
  }
  copy_store(f.aside, f.folder);
  std::ofstream(f.folder + "/era") << note << "\n";
  CHECK(served_era(f.folder) == era);
}

TEST_CASE("a store that is another file than the note says is a copy, by either sign") {
  served_folder f;
  std::uint64_t inode = 0, made = 0;
  std::string marks;
  std::getline(std::ifstream(f.folder + "/era") >> inode >> made, marks);
  SECTION("another file") { ++inode; }
  SECTION("a file that was made at another time, in the place of the first") { ++made; }
  std::ofstream(f.folder + "/era") << inode << " " << made << marks << "\n";
  CHECK(served_era(f.folder) != 0);
}

TEST_CASE("each way to put a copy in the place of a store begins an era") {
  served_folder f;
  auto put_aside = [&] { copy_store(f.folder, f.aside); };
  auto put_back = [&] { copy_store(f.aside, f.folder); };
  std::uint64_t era = 0;
  auto begins_another = [&](const std::string& folder) {
    std::uint64_t now = served_era(folder);
    bool another = now != era && now != 0;
    era = now;
    return another && served_era(folder) == now;
  };
  SECTION("a backup, in the same run") {
    backup(f.folder, f.aside + "/parlor.db");
    put_back();
    CHECK(begins_another(f.folder));
    put_back();  // the same one again: its second history is not its first
    CHECK(begins_another(f.folder));
  }
  SECTION("a backup of the server at work") {
    {
      sqlite_store s(f.folder);
      backup(f.folder, f.aside + "/parlor.db");
    }
    put_back();
    CHECK(begins_another(f.folder));
  }
  SECTION("a backup, in an empty folder") {
    backup(f.folder, f.aside + "/parlor.db");
    CHECK(begins_another(f.aside));
  }
  SECTION("the file, of an earlier run") {
    put_aside();
    served_era(f.folder);
    put_back();
    CHECK(begins_another(f.folder));
  }
  SECTION("the file, of the last run") {
    {
      sqlite_store s(f.folder);
      put_aside();
    }
    put_back();
    CHECK(begins_another(f.folder));
  }
  SECTION("the whole folder") {
    fs::copy(f.folder, f.aside + "/data", fs::copy_options::recursive);
    SECTION("in its place") {
      served_era(f.folder);
      fs::remove_all(f.folder);
      fs::copy(f.aside + "/data", f.folder, fs::copy_options::recursive);
      CHECK(begins_another(f.folder));
    }
    SECTION("served at its own place beside the first, which goes on") {
      CHECK(begins_another(f.aside + "/data"));
      CHECK(served_era(f.folder) == 0);
    }
  }
  SECTION("a file of a format that had no marks") {
    sqlite::connection old(f.folder + "/parlor.db", SQLITE_OPEN_READWRITE);
    forget_chains(old);
    old.run("DROP TABLE store");
    old.run("PRAGMA user_version = 3");
    CHECK(begins_another(f.folder));
  }
  SECTION("none, but the note beside it is gone") {
    fs::remove(f.folder + "/era");
    CHECK(begins_another(f.folder));
  }
}

TEST_CASE("a file of a format without marks, in a folder that was never served otherwise, stays in its first era") {
  served_folder f;
  {
    sqlite::connection old(f.folder + "/parlor.db", SQLITE_OPEN_READWRITE);
    forget_chains(old);
    old.run("DROP TABLE store");
    old.run("PRAGMA user_version = 3");
  }
  fs::remove(f.folder + "/era");
  CHECK(served_era(f.folder) == 0);
  CHECK(served_era(f.folder) == 0);
}
