#pragma once

#include <array>
#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>

#include "runtime/values/thread_number.hpp"

/// How often a number lay between which bounds: how long requests took, how large groups were.
///
/// It is filled on the hot path and read once in some seconds, so the work is on the reader's side. Each
/// thread, or nearly, has a shard of its own: to record is two additions in memory that no other core has in
/// its cache. A shard is made when its thread first records, so that a histogram in which nothing is recorded
/// costs 200 bytes; there may be hundreds.
namespace parlor {

class histogram {
 public:
  static constexpr std::size_t bounds_max = 22;

  /// What was recorded so far. Read while others record it is of no single moment, but adds up.
  struct reading {
    std::span<const std::uint64_t> bounds;
    /// How often a number was over the bound before and not over this one; the last: over all bounds.
    std::array<std::uint64_t, bounds_max + 1> counts{};
    std::uint64_t count = 0;  ///< of all
    std::uint64_t sum = 0;    ///< of the numbers
  };

  /// The bounds, at most `bounds_max`, rise, and outlive the histogram.
  explicit histogram(std::span<const std::uint64_t> bounds) : bounds_(bounds) { assert(bounds.size() <= bounds_max); }
  ~histogram() {
    for (auto& s : shards_) delete s.load();
  }
  histogram(const histogram&) = delete;
  histogram& operator=(const histogram&) = delete;

  /// Counts a number, in the unit of the bounds. Any thread.
  void record(std::uint64_t number) {
    shard& mine = shard_of_this_thread();
    std::size_t place = 0;
    while (place < bounds_.size() && number > bounds_[place]) ++place;
    mine.counts[place].fetch_add(1, std::memory_order_relaxed);
    mine.sum.fetch_add(number, std::memory_order_relaxed);
  }

  /// Any thread.
  [[nodiscard]] reading read() const {
    reading sum{.bounds = bounds_};
    for (const auto& at : shards_) {
      const shard* s = at.load(std::memory_order_acquire);
      if (!s) continue;
      for (std::size_t i = 0; i <= bounds_.size(); ++i) {
        std::uint64_t count = s->counts[i].load(std::memory_order_relaxed);
        sum.counts[i] += count;
        sum.count += count;
      }
      sum.sum += s->sum.load(std::memory_order_relaxed);
    }
    return sum;
  }

 private:
  struct alignas(64) shard {
    std::array<std::atomic<std::uint64_t>, bounds_max + 1> counts{};
    std::atomic<std::uint64_t> sum{0};
  };

  shard& shard_of_this_thread() {
    std::atomic<shard*>& mine = shards_[thread_number() % shards_.size()];
    shard* there = mine.load(std::memory_order_acquire);
    return there ? *there : make(mine);
  }

  static shard& make(std::atomic<shard*>& at) {
    auto* made = new shard;
    shard* before = nullptr;
    if (at.compare_exchange_strong(before, made, std::memory_order_acq_rel)) return *made;
    delete made;
    return *before;
  }

  std::span<const std::uint64_t> bounds_;
  std::array<std::atomic<shard*>, 16> shards_{};
};

/// Bounds for times in nanoseconds, from 25 us to 10 s, three to a decade but where most requests are. A move
/// without a sync takes some 50 us, with one some hundreds; 10 s is when deadlines pass. Finer bounds would
/// make each page longer for everybody, and coarser ones would show a server that has become twice as slow as
/// the same.
inline constexpr std::array<std::uint64_t, 18> time_bounds_ns{
    25'000,      50'000,      100'000,       250'000,       500'000,       1'000'000,
    2'500'000,   5'000'000,   10'000'000,    25'000'000,    50'000'000,    100'000'000,
    250'000'000, 500'000'000, 1'000'000'000, 2'500'000'000, 5'000'000'000, 10'000'000'000};

/// Bounds for sizes of groups: doubled each time.
inline constexpr std::array<std::uint64_t, 11> size_bounds{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};

}  // namespace parlor
