#include "http/admission/token_buckets.hpp"

#include <algorithm>
#include <utility>

#include "runtime/values/random.hpp"

namespace parlor::http {

token_buckets::token_buckets(const rate& limit, std::size_t buckets_max)
    : is_limited_(limit.count > 0), per_shard_max_(std::max<std::size_t>(buckets_max / shard_count, 1)) {
  for (shard& s : shards_) change(s, limit, {});
}

allowance token_buckets::take(std::uint64_t name, instant at) {
  if (!is_limited_.load(std::memory_order_relaxed)) return {};
  nanoseconds now = at.time_since_epoch();
  shard& s = shards_[name % shard_count];
  std::lock_guard lock(s.mutex);
  const auto& [limit, interval, whole] = s.at;
  if (limit.count == 0) return {};
  auto found = s.full_at.find(name);
  if (found == s.full_at.end()) {
    if (s.full_at.size() >= std::min(s.look_at, per_shard_max_) && now >= s.look_again) forget_full(s, now);
    if (s.full_at.size() >= per_shard_max_) return {.limit = limit, .remaining = limit.burst - 1};
    found = s.full_at.emplace(name, now).first;
  }
  nanoseconds full_then = std::max(found->second, now) + interval;
  if (full_then - now > whole)
    return {.allowed = false, .limit = limit, .wait = full_then - now - whole, .full = found->second - now};
  found->second = full_then;
  return {.limit = limit,
          .remaining = static_cast<std::uint32_t>((whole - (full_then - now)) / interval),
          .full = full_then - now};
}

void token_buckets::change(const rate& limit, instant now) {
  for (shard& s : shards_) {
    std::lock_guard lock(s.mutex);
    change(s, limit, now.time_since_epoch());
  }
  is_limited_.store(limit.count > 0, std::memory_order_relaxed);
}

void token_buckets::change(shard& s, const rate& limit, nanoseconds now) {
  s.at.limit = limit;
  if (limit.count == 0) return;
  nanoseconds before = std::exchange(s.at.interval, nanoseconds(limit.per) / limit.count);
  s.at.whole = s.at.interval * limit.burst;
  for (auto& [name, full_at] : s.full_at) {
    nanoseconds left = std::max(full_at - now, nanoseconds{0});
    auto part = static_cast<double>((left % before).count()) / static_cast<double>(before.count());
    nanoseconds rest(static_cast<std::int64_t>(part * static_cast<double>(s.at.interval.count())));
    full_at = now + std::min(left / before * s.at.interval + rest, s.at.whole);
  }
}

void token_buckets::give_back(std::uint64_t name) {
  shard& s = shards_[name % shard_count];
  std::lock_guard lock(s.mutex);
  auto found = s.full_at.find(name);
  if (found != s.full_at.end()) found->second -= s.at.interval;
}

void token_buckets::forget_full(shard& s, nanoseconds now) {
  std::erase_if(s.full_at, [now](const auto& item) { return item.second <= now; });
  // As many again must come first, or some time pass: so a look costs each of them next to nothing.
  s.look_at = std::max<std::size_t>(64, 2 * s.full_at.size());
  s.look_again = now + std::chrono::milliseconds(100);
}

std::size_t token_buckets::size() const {
  std::size_t total = 0;
  for (const shard& s : shards_) {
    std::lock_guard lock(s.mutex);
    total += s.full_at.size();
  }
  return total;
}

bucket_namer::bucket_namer() : seed_(random_number(purpose::secrets)) {}

}  // namespace parlor::http
