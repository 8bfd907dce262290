#include <sys/stat.h>

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <future>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "runtime/authoring/actor_of.hpp"
#include "runtime/storage/sqlite.hpp"
#include "runtime/storage/sqlite_store.hpp"
#include "runtime/storage/sqlite_tools.hpp"
#include "tests/support/old_format.hpp"
#include "tests/support/scratch_folder.hpp"

using namespace parlor;
using namespace parlor::testing;

namespace {

commit first_of(const std::string& id) {
  return {.actor = {"chess", id}, .next = {.incarnation = 1, .version = 1, .state = "{}"}};
}

/// Gives a store many commits and waits for all of them. Returns how many succeeded.
int save_all(store& s, std::vector<commit> commits) {
  std::atomic<int> left = static_cast<int>(commits.size()), fine{0};
  std::promise<void> finished;
  for (commit& c : commits)
    s.save(std::move(c), [&](result<commit_receipt> r) {
      fine += r.ok();
      if (--left == 0) finished.set_value();
    });
  finished.get_future().wait();
  return fine;
}

std::optional<stored_actor> load(store& s, const std::string& id) {
  std::promise<result<std::optional<stored_actor>>> found;
  s.load({"chess", id}, [&](auto r) { found.set_value(std::move(r)); });
  return found.get_future().get().value();
}

std::int64_t count(const scratch_folder& data, const char* sql) {
  sqlite::connection on(data.path("parlor.db"), SQLITE_OPEN_READONLY);
  sqlite::statement ask(on, sql);
  std::int64_t value = 0;
  while (ask.next()) value = ask.integer(0);
  return value;
}

/// A folder as a program of that format has left it.
void make_format(const scratch_folder& data, int format) {
  {
    sqlite_store s(data.path());
    save_all(s, {first_of("a")});
  }
  sqlite::connection old(data.path("parlor.db"), SQLITE_OPEN_READWRITE);
  forget_chains(old);
  old.run("DROP TABLE store");
  old.run("DROP TABLE rolls");
  if (format < 2) old.run("ALTER TABLE actors DROP COLUMN events");
  old.run(("PRAGMA user_version = " + std::to_string(format)).c_str());
  std::filesystem::remove(data.path("era"));
}

/// While one is there, no file's format can be set: as if the process ended just before.
class no_new_format {
 public:
  no_new_format() { sqlite3_auto_extension(reinterpret_cast<void (*)()>(&watch)); }
  ~no_new_format() { sqlite3_reset_auto_extension(); }
  no_new_format(const no_new_format&) = delete;
  no_new_format& operator=(const no_new_format&) = delete;

 private:
  static int watch(sqlite3* on, char**, const sqlite3_api_routines*) {
    return sqlite3_set_authorizer(on, &judge, nullptr);
  }
  static int judge(void*, int action, const char* name, const char* value, const char*, const char*) {
    bool sets = action == SQLITE_PRAGMA && std::string_view(name) == "user_version" && value;
    return sets ? SQLITE_DENY : SQLITE_OK;
  }
};

struct nothing {
  static constexpr auto fields = describe();
};

/// What `verify` complains of, when chess is a kind of actors without a state.
std::vector<std::string> complaints(const scratch_folder& data) {
  std::vector<std::string> list;
  verify(data.path(), catalog({actor_of<nothing>{.name = "chess"}}),
         [&](const std::string& text) { list.push_back(text); });
  return list;
}

/// How often the write-ahead log was begun anew: the fourth number in it.
std::uint32_t times_begun(const scratch_folder& data) {
  std::array<unsigned char, 16> head{};
  std::ifstream log(data.path("parlor.db-wal"), std::ios::binary);
  log.read(reinterpret_cast<char*>(head.data()), head.size());
  return static_cast<std::uint32_t>(head[12] << 24 | head[13] << 16 | head[14] << 8 | head[15]);
}

commit with_reply(commit c, const std::string& key) {
  auto now = to_ms(std::chrono::time_point_cast<duration>(std::chrono::system_clock::now()));
  c.reply = std::make_shared<reply_record>(
      reply_record{.player = "ann", .key = key, .at_ms = now, .version = c.next.version, .body = "{}"});
  return c;
}

commit version(const std::string& id, std::uint64_t n) {
  commit c = first_of(id);
  c.follows = n - 1;
  c.next.version = n;
  return c;
}

/// A commit of a command that rolled so long ago.
commit rolled(commit c, std::int64_t ms_ago) {
  auto now = to_ms(std::chrono::time_point_cast<duration>(std::chrono::system_clock::now()));
  c.rolled = std::make_shared<roll_record>(roll_record{.seed = {0xc0, 0xff, 0, 0xee}, .at_ms = now - ms_ago});
  return c;
}

/// The keys of an actor's records, the latest first.
std::string keys(store& s, const std::string& id) {
  std::string text;
  auto found = load(s, id);
  for (const reply_record& r : found->replies) text += r.key + " ";
  return text;
}

}  // namespace

TEST_CASE("what waits is stored in one group, and one bad item is rolled back alone") {
  scratch_folder data;
  sqlite_store s(data.path());
  std::vector<commit> commits;
  for (int i = 0; i < 200; ++i) commits.push_back(first_of(std::to_string(i)));
  commits[50] = first_of("7");  // stored already
  commits[60].actor.id = std::string(70, 'x');
  commits[60].next.state.assign(1'100'000'000, 'x');  // more than SQLite takes
  CHECK(save_all(s, std::move(commits)) == 198);
  CHECK(s.stats().commits == 198);
  CHECK(s.stats().groups < 100);
  CHECK(count(data, "SELECT count(*) FROM actors") == 198);
  CHECK(s.broken().empty());
}

TEST_CASE("old records of replies are pruned, and a chain ends at one that is gone") {
  scratch_folder data;
  sqlite_store s(data.path(), {.replies_kept = std::chrono::hours(1)});
  auto now = to_ms(std::chrono::time_point_cast<duration>(std::chrono::system_clock::now()));
  commit old = first_of("a");
  old.reply = std::make_shared<reply_record>(
      reply_record{.player = "ann", .key = "old", .at_ms = now - 7'200'000, .body = "{}"});
  save_all(s, {old});
  commit young = first_of("a");
  young.follows = 1;
  young.next.version = 2;
  young.reply =
      std::make_shared<reply_record>(reply_record{.player = "ann", .key = "young", .at_ms = now, .body = "{}"});
  save_all(s, {young});
  // One that is too old is passed over while it is still there, and what is saved later is seen.
  CHECK(load(s, "a")->replies.size() == 1);
  save_all(s, {first_of("b")});
  CHECK(load(s, "b"));
  for (int i = 0; i < 130; ++i) save_all(s, {first_of("b" + std::to_string(i))});
  CHECK(count(data, "SELECT count(*) FROM replies") == 1);
  auto replies = load(s, "a")->replies;
  REQUIRE(replies.size() == 1);
  CHECK(replies[0].key == "young");
}

TEST_CASE("what a command rolled from is a row of its own, and of a command that did not roll there is none") {
  scratch_folder data;
  sqlite_store s(data.path());
  CHECK(save_all(s, {version("a", 1), rolled(version("a", 2), 0), version("a", 3), rolled(version("b", 1), 0)}) == 4);
  CHECK(count(data, "SELECT count(*) FROM rolls") == 2);
  CHECK(count(data,
              "SELECT count(*) FROM rolls r JOIN actors a ON a.id = r.actor AND a.incarnation = r.incarnation "
              "WHERE a.name = 'a' AND r.version = 2 AND substr(hex(r.seed), 1, 8) = 'C0FF00EE' "
              "AND length(r.seed) = 32") == 1);
  // A refused one leaves none, nor does one whose actor is no more.
  commit wrong = rolled(version("a", 7), 0), gone = rolled(version("a", 4), 0);
  gone.erase = true;
  CHECK(save_all(s, {wrong, gone}) == 1);
  CHECK(count(data, "SELECT count(*) FROM rolls") == 2);
}

TEST_CASE("what old commands rolled from is pruned") {
  scratch_folder data;
  sqlite_store s(data.path(), {.replies_kept = std::chrono::hours(1)});
  constexpr std::int64_t two_hours = 7'200'000;
  save_all(s, {rolled(version("a", 1), two_hours), rolled(version("a", 2), two_hours), rolled(version("a", 3), 0)});
  for (std::uint64_t n = 4; n < 134; ++n) save_all(s, {version("a", n)});
  CHECK(count(data, "SELECT count(*) FROM rolls") == 1);
  CHECK(count(data, "SELECT version FROM rolls") == 3);
}

TEST_CASE("each record names the one before it, when a group went again and after a restart too") {
  scratch_folder data;
  {
    sqlite_store s(data.path());
    save_all(s, {with_reply(version("a", 1), "1")});
    // One of many cannot be stored, so that what stood in the transaction before it is taken back.
    std::vector<commit> many = {with_reply(version("a", 2), "2"), version("a", 3)};
    for (int i = 0; i < 50; ++i) many.push_back(with_reply(version("b" + std::to_string(i), 1), "b"));
    many.push_back(version("b7", 5));
    CHECK(save_all(s, std::move(many)) == 52);
    save_all(s, {with_reply(version("a", 4), "4")});
    CHECK(keys(s, "a") == "4 2 1 ");
  }
  sqlite_store s(data.path());
  save_all(s, {version("a", 5), with_reply(version("a", 6), "6")});
  CHECK(keys(s, "a") == "6 4 2 1 ");
  CHECK(keys(s, "b49") == "b ");
}

TEST_CASE("an actor in the place of an erased one has none of its records") {
  scratch_folder data;
  sqlite_store s(data.path());
  save_all(s, {with_reply(version("a", 1), "1"), with_reply(version("a", 2), "2")});
  commit gone = version("a", 3);
  gone.erase = true;
  // The row that is free again is the next one's.
  CHECK(save_all(s, {gone, version("b", 1), with_reply(version("b", 2), "other")}) == 3);
  CHECK(keys(s, "b") == "other ");
  CHECK(save_all(s, {with_reply(version("a", 1), "anew")}) == 1);
  CHECK(keys(s, "a") == "anew ");
}

TEST_CASE("commits are answered in the order in which they were given, the refused among them") {
  scratch_folder data;
  sqlite_store s(data.path());
  std::string outcomes;
  std::promise<void> finished;
  auto give = [&](commit c) {
    s.save(std::move(c), [&](result<commit_receipt> r) {
      outcomes += r.ok() ? '+' : '-';
      if (outcomes.size() == 106) finished.set_value();
    });
  };
  for (std::uint64_t n : {1, 2, 7, 8, 3, 4}) give(version("a", n));
  for (int i = 0; i < 100; ++i) give(version("b" + std::to_string(i), 1));
  finished.get_future().wait();
  CHECK(outcomes == "++--++" + std::string(100, '+'));
}

TEST_CASE("what is stored is its owner's alone to read, whoever might read it before, and so is a backup") {
  using std::filesystem::perms;
  scratch_folder data;
  auto may = [&](const std::string& file) { return std::filesystem::status(data.path(file)).permissions(); };
  constexpr perms owner = perms::owner_read | perms::owner_write;
  {
    sqlite_store s(data.path());
    save_all(s, {first_of("a")});
    for (const char* file : {"parlor.db", "parlor.db-wal", "parlor.db-shm", "lock"}) CHECK(may(file) == owner);
    backup(data.path(), data.path("copy.db"));
    CHECK(may("copy.db") == owner);
    // As a copy made by hand has it, of a server that was killed.
    for (const char* file : {"parlor.db", "parlor.db-wal"})
      std::filesystem::copy_file(data.path(file), data.path(std::string("copied-") + file));
  }
  for (const char* file : {"parlor.db", "parlor.db-wal"}) {
    std::filesystem::rename(data.path(std::string("copied-") + file), data.path(file));
    std::filesystem::permissions(data.path(file), owner | perms::group_read | perms::others_read);
  }
  sqlite_store s(data.path());
  CHECK(load(s, "a"));
  for (const char* file : {"parlor.db", "parlor.db-wal", "parlor.db-shm"}) CHECK(may(file) == owner);
}

TEST_CASE("the write-ahead log is folded into the file, and does not grow for ever") {
  scratch_folder data;
  sqlite_store s(data.path(), {.checkpoint_pages = 50});
  for (int i = 0; i < 300; ++i) save_all(s, {first_of(std::to_string(i))});
  auto pages = std::filesystem::file_size(data.path("parlor.db-wal")) / 4096;
  CHECK(pages < 100);
  CHECK(count(data, "SELECT count(*) FROM actors") == 300);

  // Nor is it folded again and again once it has been that long, for the file keeps its length.
  auto begun = times_begun(data);
  for (std::uint64_t n = 2; n <= 100; ++n) save_all(s, {version("0", n)});
  CHECK(times_begun(data) > begun);
  CHECK(times_begun(data) < begun + 10);
}

TEST_CASE("a folder that somebody is leaving is waited for") {
  scratch_folder data;
  auto leaving = std::make_unique<sqlite_store>(data.path());
  auto next = std::async(std::launch::async,
                         [&] { sqlite_store waits(data.path(), {.lock_within = std::chrono::seconds(2)}); });
  REQUIRE(next.wait_for(std::chrono::milliseconds(50)) == std::future_status::timeout);
  leaving.reset();
  CHECK_NOTHROW(next.get());
}

TEST_CASE("a folder in use, a file that is not ours, a newer one: one sentence, nothing overwritten") {
  scratch_folder data;
  {
    sqlite_store s(data.path());
    CHECK_THROWS_WITH(sqlite_store(data.path()), Catch::Contains("is in use by another process"));
  }
  sqlite_store(data.path());  // free again

  scratch_folder other;
  std::ofstream(other.path("parlor.db")) << "this is no database, and somebody may want it back";
  CHECK_THROWS_WITH(sqlite_store(other.path()), Catch::Contains("file is not a database"));
  std::string line;
  std::getline(std::ifstream(other.path("parlor.db")), line);
  CHECK(line == "this is no database, and somebody may want it back");

  scratch_folder foreign;
  sqlite::connection(foreign.path("parlor.db"), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
      .run("CREATE TABLE mine (x)");
  CHECK_THROWS_WITH(sqlite_store(foreign.path()), Catch::Contains("it is not a file of parlor's"));

  sqlite::connection(data.path("parlor.db"), SQLITE_OPEN_READWRITE).run("PRAGMA user_version = 99");
  CHECK_THROWS_WITH(sqlite_store(data.path()), Catch::Contains("its format is 99"));
}

TEST_CASE("a file of the first format is brought up to date, with all that is in it") {
  scratch_folder data;
  make_format(data, 1);
  CHECK(complaints(data).empty());
  {
    sqlite_store s(data.path());
    CHECK(count(data, "PRAGMA user_version") == 5);
    REQUIRE(load(s, "a"));
    CHECK(load(s, "a")->events.empty());
    commit next = first_of("a"), wrong = first_of("b");
    next.follows = 1;
    next.next.version = 2;
    next.next.events = R"({"dropped_to":1,"events":[]})";
    wrong.next.events = "[]";
    CHECK(save_all(s, {next, wrong}) == 2);
    CHECK(load(s, "a")->events == next.next.events);
  }
  REQUIRE(complaints(data).size() == 1);
  CHECK_THAT(complaints(data).front(), Catch::StartsWith("chess/b: its kept events: "));
}

TEST_CASE("a file of the second format gets a place for rolls") {
  scratch_folder data;
  make_format(data, 2);
  CHECK(complaints(data).empty());
  sqlite_store s(data.path());
  CHECK(count(data, "PRAGMA user_version") == 5);
  CHECK(save_all(s, {rolled(version("a", 2), 0)}) == 1);
  CHECK(count(data, "SELECT count(*) FROM rolls") == 1);
}

TEST_CASE("bringing a file up to date that is interrupted leaves it as it was") {
  scratch_folder data;
  make_format(data, 1);
  {
    no_new_format interrupted;
    CHECK_THROWS(sqlite_store(data.path()));
  }
  CHECK(count(data, "PRAGMA user_version") == 1);
  CHECK(count(data, "SELECT count(*) FROM pragma_table_info('actors') WHERE name = 'events'") == 0);
  CHECK(complaints(data).empty());
  sqlite_store s(data.path());
  CHECK(count(data, "PRAGMA user_version") == 5);
  CHECK(load(s, "a"));
}

TEST_CASE("a store that ends stores what it was given") {
  scratch_folder data;
  {
    sqlite_store s(data.path());
    for (int i = 0; i < 500; ++i) s.save(first_of(std::to_string(i)), [](auto) {});
  }
  CHECK(count(data, "SELECT count(*) FROM actors") == 500);
}
