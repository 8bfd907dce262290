#include "http/admission/token_buckets.hpp"
#include "runtime/values/random.hpp"

#include <algorithm>

namespace parlor::http {

token_buckets::token_buckets(rate limit, std::size_t buckets_max)
    : limit_(limit),
      interval_(limit.count == 0 ? nanoseconds{0} : nanoseconds(limit.per) / limit.count),
      whole_(interval_ * limit.burst),
      per_shard_max_(std::max<std::size_t>(buckets_max / shard_count, 1)) {}

allowance token_buckets::take(std::uint64_t name, instant at) {
  if (limit_.count == 0) return {};
  nanoseconds now = at.time_since_epoch();
  shard& s = shards_[name % shard_count];
  std::lock_guard lock(s.mutex);
  auto found = s.full_at.find(name);
  if (found == s.full_at.end()) {
    if (s.full_at.size() >= std::min(s.look_at, per_shard_max_) && now >= s.look_again) forget_full(s, now);
    if (s.full_at.size() >= per_shard_max_) return {.remaining = limit_.burst - 1};
    found = s.full_at.emplace(name, now).first;
  }
  nanoseconds full_then = std::max(found->second, now) + interval_;
  if (full_then - now > whole_)
    return {.allowed = false, .wait = full_then - now - whole_, .full = found->second - now};
  found->second = full_then;
  return {.remaining = static_cast<std::uint32_t>((whole_ - (full_then - now)) / interval_), .full = full_then - now};
}

void token_buckets::give_back(std::uint64_t name) {
  shard& s = shards_[name % shard_count];
  std::lock_guard lock(s.mutex);
  auto found = s.full_at.find(name);
  if (found != s.full_at.end()) found->second -= interval_;
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
