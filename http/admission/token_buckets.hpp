#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "runtime/values/instant.hpp"

/// How often somebody may do something: token buckets, one for each name.
///
/// A bucket holds `burst` tokens and gets `count` new ones in each `per`; who finds none has to wait. Of a
/// bucket one number is kept, when it will be full again: how many tokens it holds follows from that, and one
/// that is full is the same as none, so it is forgotten. Names are hashes with a secret seed: nobody can choose
/// to share another's bucket.
///
/// Memory has a bound. When as many buckets as may be are in use, whoever comes new is not limited: then there
/// are more strangers than any limit for each would hold back.
namespace parlor::http {

struct rate {
  std::uint32_t count = 0;  ///< 0: no limit
  duration per = std::chrono::seconds(1);
  std::uint32_t burst = 1;  ///< at least 1
};

/// What became of a try.
struct allowance {
  bool allowed = true;
  rate limit{};                      ///< that it was held against
  std::uint32_t remaining = 0;       ///< tokens left
  std::chrono::nanoseconds wait{0};  ///< until there is a token, if it was not allowed
  std::chrono::nanoseconds full{0};  ///< until the bucket is full
};

class token_buckets {
 public:
  /// `buckets_max`: some 40 bytes each.
  explicit token_buckets(const rate& limit, std::size_t buckets_max = 200'000);

  /// Takes a token out of a bucket, if there is one. Any thread.
  allowance take(std::uint64_t name, instant now);
  /// Gives the buckets another limit. What was taken out of one stays taken, or as much of it as the bucket now holds:
  /// so nobody gets a full one, and who finds theirs empty waits for one token. Any thread.
  void change(const rate& limit, instant now);
  /// Puts a token back that was taken for nothing.
  void give_back(std::uint64_t name);
  /// How many buckets are kept.
  [[nodiscard]] std::size_t size() const;

 private:
  using nanoseconds = std::chrono::nanoseconds;
  struct pace {
    rate limit{};
    nanoseconds interval{0};  // from one token to the next; without a limit that of the last one
    nanoseconds whole{0};     // from empty to full
  };
  struct alignas(64) shard {
    mutable std::mutex mutex;
    pace at;
    std::unordered_map<std::uint64_t, nanoseconds> full_at;  // by name, since 1970
    std::size_t look_at = 64;   // how many there are when the full ones are looked for next
    nanoseconds look_again{0};  // and not before
  };
  static constexpr std::size_t shard_count = 16;

  static void forget_full(shard& s, nanoseconds now);
  static void change(shard& s, const rate& limit, nanoseconds now);

  std::atomic<bool> is_limited_;
  const std::size_t per_shard_max_;
  std::array<shard, shard_count> shards_;
};

/// Makes names of buckets. Its seed is the machine's.
class bucket_namer {
 public:
  bucket_namer();
  template <class Bytes>
  [[nodiscard]] std::uint64_t operator()(const Bytes& bytes) const {
    std::uint64_t hash = seed_;
    for (auto byte : bytes) hash = mixed(hash ^ static_cast<unsigned char>(byte));
    return hash;
  }

 private:
  static std::uint64_t mixed(std::uint64_t x) {
    x *= 0x9e3779b97f4a7c15ULL;
    return x ^ (x >> 29);
  }
  const std::uint64_t seed_;
};

}  // namespace parlor::http
