#include <catch2/catch.hpp>
#include <string>

#include "runtime/authoring/actor_of.hpp"
#include "runtime/storage/sqlite_store.hpp"
#include "runtime/storage/sqlite_survey.hpp"
#include "tests/support/scratch_folder.hpp"

// How much of what is stored a program can read.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

struct purse {
  int coins = 0;
  static constexpr auto fields = describe(field("coins", &purse::coins));
};
struct old_purse {
  int copper = 0;
  static constexpr auto fields = describe(field("copper", &old_purse::copper));
};
purse from_old(const old_purse& p) { return {p.copper}; }

catalog purses() {
  return catalog(
      {actor_of<purse>{.name = "purse", .upgrades = {upgrade_with(from_old)}}, actor_of<purse>{.name = "chest"}});
}

/// A folder with these actors.
struct filled_folder : scratch_folder {
  void add(const std::string& kind, const std::string& id, int schema, const std::string& state) {
    sqlite_store store(path());
    store.save(stored(kind, id, schema, state), [](auto) {});
  }
  /// With ids that begin so; each id sorts before those of the next call.
  void add_many(int count, const std::string& kind, const std::string& id, const std::string& state) {
    sqlite_store store(path());
    for (int i = 0; i < count; ++i) store.save(stored(kind, id + std::to_string(i), 1, state), [](auto) {});
  }
  static commit stored(const std::string& kind, const std::string& id, int schema, const std::string& state) {
    return {.actor = {kind, id}, .next = {.incarnation = 1, .version = 1, .schema = schema, .state = state}};
  }
};

const kind_survey& seen_of(const state_survey& seen, const std::string& kind) {
  for (const kind_survey& s : seen)
    if (s.kind == kind) return s;
  FAIL("there is no " << kind);
  throw 0;
}

}  // namespace

TEST_CASE("a survey tells of each kind how its actors read, and why some do not") {
  filled_folder data;
  data.add("purse", "a", 2, R"({"coins":1})");
  data.add("purse", "b", 1, R"({"copper":1})");
  data.add("purse", "c", 1, R"({"copper":2})");
  data.add("purse", "d", 2, R"({"coins":"many"})");
  data.add("purse", "e", 1, R"({"cowries":1})");
  data.add("purse", "f", 3, R"({"coins":1})");
  data.add("chest", "a", 1, R"({"coins":1})");
  data.add("sack", "a", 1, R"({"coins":1})");

  state_survey seen = survey(data.path(), purses());
  CHECK(seen.size() == 3);
  const kind_survey& purse = seen_of(seen, "purse");
  CHECK(purse.as_they_are == 1);
  CHECK(purse.upgraded == std::map<int, std::size_t>{{1, 2}});
  CHECK(purse.unreadable == 3);
  CHECK(purse.looked_at() == 6);
  CHECK(purse.reasons == std::vector<std::string>{"purse/d: coins must be an integer",
                                                  "purse/e: no way from version 1: copper is missing",
                                                  "purse/f: the state is of version 3, this program reads up to 2"});
  CHECK(seen_of(seen, "chest").unreadable == 0);
  CHECK(seen_of(seen, "sack").reasons == std::vector<std::string>{"sack/a: this program has no such kind"});
}

TEST_CASE("a sample finds each kind, its oldest and its newest actors, and reads no more than it may") {
  filled_folder data;
  data.add("purse", "oldest", 1, R"({"cowries":1})");
  data.add_many(1500, "purse", "m", R"({"copper":1})");
  data.add_many(3, "chest", "x", R"({"coins":"many"})");
  data.add_many(1500, "purse", "n", R"({"copper":1})");
  data.add("purse", "newest", 1, R"({"cowries":2})");

  state_survey seen = sample(data.path(), purses(), 100, 10s);
  CHECK(seen_of(seen, "purse").looked_at() == 100);
  CHECK(seen_of(seen, "purse").reasons ==
        std::vector<std::string>{"purse/newest: no way from version 1: copper is missing",
                                 "purse/oldest: no way from version 1: copper is missing"});
  CHECK(seen_of(seen, "chest").unreadable == 3);
}

TEST_CASE("a sample ends when its time is over") {
  filled_folder data;
  data.add_many(100, "purse", "m", R"({"copper":1})");
  state_survey seen = sample(data.path(), purses(), 100, 0ms);
  CHECK((seen.empty() || seen_of(seen, "purse").looked_at() < 5));
}

TEST_CASE("a folder without a store has no sample") {
  scratch_folder data;
  CHECK(sample(data.path(), purses(), 100, 10s).empty());
  CHECK_THROWS_WITH(survey(data.path(), purses()), Catch::Contains("there is no"));
}
