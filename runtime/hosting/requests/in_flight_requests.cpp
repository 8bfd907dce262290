#include "runtime/hosting/requests/in_flight_requests.hpp"

#include <algorithm>

#include "runtime/values/thread_number.hpp"

namespace parlor {

in_flight_requests::in_flight_requests(std::size_t in_flight_max) {
  for (std::size_t i = 0; i < shard_count; ++i)
    shards_[i].places = in_flight_max / shard_count + (i < in_flight_max % shard_count);
}

bool in_flight_requests::admit(request& r) {
  std::size_t mine = thread_number() % shard_count;
  auto bucket = static_cast<std::size_t>(to_ms(r.deadline()) / bucket_width.count()) % bucket_count;
  r.in_flight_ = this;
  r.bucket_ = mine * bucket_count + bucket;
  shard& s = shards_[mine];
  if (!r.from_client()) return s.actors_accepted.fetch_add(1, std::memory_order_relaxed), true;
  std::string_view refused = enter(s, r);
  if (!refused.empty()) r.refuse(refused);
  return refused.empty();
}

std::string_view in_flight_requests::enter(shard& s, request& r) {
  {
    std::lock_guard lock(s.mutex);
    ++s.entered;
    if (closed_) return "stopping";
    if (s.taken < s.places) return list(s, r), std::string_view{};
  }
  if (!take_place_elsewhere(s)) return "overloaded";
  std::lock_guard lock(s.mutex);
  ++s.places;
  list(s, r);
  return {};
}

bool in_flight_requests::take_place_elsewhere(const shard& s) {
  auto mine = static_cast<std::size_t>(&s - shards_.data());
  for (std::size_t i = 1; i < shard_count; ++i) {
    shard& other = shards_[(mine + i) % shard_count];
    std::lock_guard lock(other.mutex);
    if (other.taken >= other.places) continue;
    --other.places;
    return true;
  }
  return false;
}

void in_flight_requests::list(shard& s, request& r) {
  ++s.taken;
  ++s.clients.accepted;
  request*& first = s.wheel[r.bucket_ % bucket_count];
  r.listed_ = true;
  r.next_ = first;
  if (first) first->previous_ = &r;
  first = &r;
}

void in_flight_requests::unlist(shard& s, request& r) {
  --s.taken;
  r.listed_ = false;
  if (r.next_) r.next_->previous_ = r.previous_;
  (r.previous_ ? r.previous_->next_ : s.wheel[r.bucket_ % bucket_count]) = r.next_;
}

void in_flight_requests::count(request& r, bool refused, const std::string& code) {
  shard& s = shard_of(r);
  if (r.from_client()) return count_client(s, r, refused, code);
  // In this order for `actors`: a reader who sees the outcome sees that it was accepted.
  (refused ? s.actors_refused : s.actors_answered).fetch_add(1, std::memory_order_release);
}

void in_flight_requests::count_client(shard& s, request& r, bool refused, const std::string& code) {
  std::lock_guard lock(s.mutex);
  ++(refused ? s.clients.refused : s.clients.answered);
  if (r.listed_) unlist(s, r);
  else ++s.clients.accepted;  // turned away: counted with its refusal, so it never seems inside
  if (refused) ++s.refused_by[code];
}

void in_flight_requests::release(request& r) {
  // The last that is done for it: an owner who sees none alive may take the books down.
  shard_of(r).released.fetch_add(1, std::memory_order_release);
}

std::uint64_t in_flight_requests::alive() const {
  // Those that were released first: whatever they had sent for was entered before, and is seen
  // below.
  std::uint64_t released = 0, entered = 0;
  for (const shard& s : shards_) released += s.released.load(std::memory_order_acquire);
  for (const shard& s : shards_) {
    std::lock_guard lock(s.mutex);
    entered += s.entered + s.actors_accepted.load(std::memory_order_relaxed);
  }
  return entered - released;
}

tally in_flight_requests::clients() const {
  tally t;
  for (const shard& s : shards_) {
    std::lock_guard lock(s.mutex);
    t.accepted += s.clients.accepted;
    t.answered += s.clients.answered;
    t.refused += s.clients.refused;
  }
  t.in_flight = t.accepted - t.answered - t.refused;
  return t;
}

tally in_flight_requests::actors() const {
  tally t;
  for (const shard& s : shards_) {
    t.answered += s.actors_answered.load(std::memory_order_acquire);
    t.refused += s.actors_refused.load(std::memory_order_acquire);
  }
  for (const shard& s : shards_) t.accepted += s.actors_accepted.load(std::memory_order_relaxed);
  t.in_flight = t.accepted - t.answered - t.refused;
  return t;
}

void in_flight_requests::expire(instant now) {
  std::int64_t current = to_ms(now) / bucket_width.count();
  std::int64_t from = std::max(expired_to_, current - std::int64_t{bucket_count});
  if (expired_to_ < 0) from = current - std::int64_t{bucket_count};
  for (shard& s : shards_)
    // Answering may run anything, so it happens outside the lock; the pointers keep the requests
    // alive.
    for (const request_ptr& r : late_in(s, from, current, now)) r->expire();
  expired_to_ = current;
}

std::vector<request_ptr> in_flight_requests::late_in(shard& s, std::int64_t from, std::int64_t to, instant now) {
  std::vector<request_ptr> late;
  std::lock_guard lock(s.mutex);
  for (std::int64_t n = from; n <= to; ++n)
    for (request* r = s.wheel[static_cast<std::size_t>(n) % bucket_count]; r; r = r->next_)
      if (r->deadline() <= now)
        if (auto alive = r->weak_from_this().lock()) late.push_back(std::move(alive));
  return late;
}

std::map<std::string, std::uint64_t> in_flight_requests::refused_by() const {
  std::map<std::string, std::uint64_t> list;
  for (const shard& s : shards_) {
    std::lock_guard lock(s.mutex);
    for (const auto& [word, times] : s.refused_by) list[word] += times;
  }
  return list;
}

}  // namespace parlor
