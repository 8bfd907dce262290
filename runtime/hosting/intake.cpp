#include "runtime/hosting/intake.hpp"

#include <algorithm>
#include <vector>

namespace parlor {

bool intake::admit(request& r) {
  r.intake_ = this;
  ++of(r).accepted;
  ++alive_;
  if (!r.from_client()) return true;
  if (in_flight_++ >= in_flight_max_) return r.refuse("overloaded"), false;
  if (closed_) return r.refuse("stopping"), false;
  r.bucket_ = static_cast<std::size_t>(to_ms(r.deadline()) / bucket_width.count()) % bucket_count;
  r.listed_ = true;
  bucket& b = wheel_[r.bucket_];
  std::lock_guard lock(b.mutex);
  r.next_ = b.first;
  if (b.first) b.first->previous_ = &r;
  b.first = &r;
  return true;
}

void intake::release(request& r) {
  if (r.listed_) {
    bucket& b = wheel_[r.bucket_];
    std::lock_guard lock(b.mutex);
    if (r.next_) r.next_->previous_ = r.previous_;
    (r.previous_ ? r.previous_->next_ : b.first) = r.next_;
  }
  --alive_;  // last: who sees none alive may take the intake down
}

void intake::count(const request& r, bool refused, const std::string& code) {
  counters& c = of(r);
  ++(refused ? c.refused : c.answered);
  if (!r.from_client()) return;
  --in_flight_;
  if (!refused) return;
  std::lock_guard lock(refused_mutex_);
  ++refused_by_[code];
}

void intake::expire(instant now) {
  std::int64_t current = to_ms(now) / bucket_width.count();
  std::int64_t from = std::max(expired_to_, current - std::int64_t{bucket_count});
  if (expired_to_ < 0) from = current - std::int64_t{bucket_count};
  for (std::int64_t n = from; n <= current; ++n)
    expire_bucket(wheel_[static_cast<std::size_t>(n) % bucket_count], now);
  expired_to_ = current;
}

void intake::expire_bucket(bucket& b, instant now) {
  // Answering may run anything, so it happens outside the lock; the pointers keep the requests alive.
  std::vector<request_ptr> late;
  {
    std::lock_guard lock(b.mutex);
    for (request* r = b.first; r; r = r->next_)
      if (r->deadline() <= now)
        if (auto alive = r->weak_from_this().lock()) late.push_back(std::move(alive));
  }
  for (const request_ptr& r : late) r->expire();
}

tally intake::read(const counters& c) {
  tally t;
  // Outcomes first: a request counted as answered was counted as accepted before.
  t.answered = c.answered;
  t.refused = c.refused;
  t.accepted = c.accepted;
  t.in_flight = t.accepted - t.answered - t.refused;
  return t;
}

std::map<std::string, std::uint64_t> intake::refused_by() const {
  std::lock_guard lock(refused_mutex_);
  return refused_by_;
}

}  // namespace parlor
