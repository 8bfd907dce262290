#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "runtime/values/histogram.hpp"

using namespace parlor;

TEST_CASE("what many threads record is all there, also while somebody reads") {
  static constexpr std::array<std::uint64_t, 2> bounds{10, 20};
  constexpr std::uint64_t each = 20'000;
  // More threads than shards: some share one.
  constexpr std::uint64_t threads = 24;
  histogram h(bounds);
  std::vector<std::thread> running;
  for (std::uint64_t t = 0; t < threads; ++t)
    running.emplace_back([&h] {
      for (std::uint64_t i = 0; i < each; ++i) h.record(i % 3 * 10 + 1);
    });
  histogram::reading before = h.read();
  for (int i = 0; i < 100; ++i) {
    auto seen = h.read();
    for (std::size_t place = 0; place < 3; ++place) CHECK(seen.counts[place] >= before.counts[place]);
    CHECK(seen.sum >= before.sum);
    CHECK(seen.count <= threads * each);
    before = seen;
  }
  for (std::thread& t : running) t.join();
  auto sum = h.read();
  CHECK(sum.count == threads * each);
  CHECK(sum.counts[0] == threads * 6667);
  CHECK(sum.counts[1] == threads * 6667);
  CHECK(sum.counts[2] == threads * 6666);
  CHECK(sum.sum == threads * (6667 * 1 + 6667 * 11 + 6666 * 21));
}
