#include <atomic>
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <thread>

#include "tests/support/directory_fixture.hpp"

// The awake as operators list them, while others come and go.
using namespace parlor;
using namespace parlor::testing;

namespace {

/// Lists all in pages. How often each was met.
std::map<std::string, int> list_all(const directory& actors, std::size_t page_size) {
  std::map<std::string, int> met;
  awake_query q{.most = page_size};
  do {
    awake_page page = actors.list(q);
    for (const activation_info& a : page.actors) ++met[a.actor.id];
    q.from = page.next;
  } while (q.from != 0);
  return met;
}

}  // namespace

TEST_CASE("who stays stands on one page, while others wake and leave on another thread") {
  constexpr int staying = 500;
  directory_fixture fixture;
  for (int i = 0; i < staying; ++i) fixture.wake("stays" + std::to_string(i));
  std::atomic<bool> over{false};
  std::thread registry([&] {
    for (int round = 0; !over; ++round) {
      std::vector<directory_entry*> passing;
      for (int i = 0; i < 2000; ++i)
        passing.push_back(&fixture.wake("passes" + std::to_string(round) + "_" + std::to_string(i)));
      for (directory_entry* s : passing) {
        fixture.actors.leave(*s);
        fixture.actors.remove(*s);
      }
    }
  });
  for (std::size_t page_size : {1, 7, 100, 500, 100, 7}) {
    auto met = list_all(fixture.actors, page_size);
    for (int i = 0; i < staying; ++i) REQUIRE(met["stays" + std::to_string(i)] == 1);
    for (const auto& [id, times] : met) REQUIRE(times == 1);
  }
  over = true;
  registry.join();
}

TEST_CASE("one call looks at a few thousand, however many are awake and whatever is sought") {
  directory_fixture fixture;
  for (int i = 0; i < 20'000; ++i) fixture.wake(std::to_string(i));
  awake_query q{.prefix = "nobody"};
  int calls = 0;
  do {
    awake_page page = fixture.actors.list(q);
    CHECK(page.actors.empty());
    q.from = page.next;
    ++calls;
  } while (q.from != 0);
  CHECK(calls > 4);
  CHECK(calls < 20);
}
