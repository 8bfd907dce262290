#include "runtime/hosting/directory/directory.hpp"

#include <algorithm>
#include <cassert>
#include <memory>
#include <utility>

namespace parlor {

directory::directory(const std::vector<kind>& kinds, duration short_stay, std::size_t requests_per_actor_max,
                     drained_function drained)
    : kinds_(kinds), requests_max_(requests_per_actor_max), drained_(std::move(drained)), awake_by_kind_(kinds.size()) {
  for (shard& sh : shards_) sh.lists.emplace_back(short_stay);
}

directory::~directory() {
  for (shard& sh : shards_) sh.entries.each([this](directory_entry& s) { directory_entry::end(memory_, s); });
}

std::uint32_t directory::hash_of(const kind& actor_kind, std::string_view id) const {
  // Not of the kind's place in memory: a simulation takes the same path in every process.
  std::uint64_t hash = std::hash<std::string_view>{}(id) ^ (index_of(actor_kind) * 0x9e3779b97f4a7c15ULL);
  return static_cast<std::uint32_t>(hash ^ (hash >> 32));
}

directory_entry* directory::find_in(const shard& sh, std::uint32_t hash, const kind& actor_kind, std::string_view id) {
  directory_entry* s = sh.entries.chain(hash);
  while (s && (s->hash_ != hash || s->kind_ != &actor_kind || s->id() != id)) s = s->chain_;
  return s;
}

std::uint8_t directory::list_for(shard& sh, duration stay) {
  for (std::size_t i = 1; i < sh.lists.size(); ++i)
    if (sh.lists[i].stay() == stay) return static_cast<std::uint8_t>(i);
  assert(sh.lists.size() < UINT8_MAX);
  sh.lists.emplace_back(stay);
  return static_cast<std::uint8_t>(sh.lists.size() - 1);
}

void directory::use(shard& sh, directory_entry& s, std::uint8_t list, instant now) {
  s.last_used_ = std::max(s.last_used_, now);
  if (s.list_ == list && !sh.lists[list].moves(s, now)) return;
  sh.lists[s.list_].unlink(s);
  sh.lists[list].link(s, now);
  s.list_ = list;
}

void directory::mark(shard& sh, directory_entry& s) {
  s.leaving_ = true;
  sh.lists[s.list_].unlink(s);
}

std::size_t directory::awake(const kind& actor_kind) const { return awake_by_kind_[index_of(actor_kind)]; }

// The entry outlives the delivery: the request is counted on it.
directory::offered directory::offer(const request_ptr& r, instant now) {
  offered o = count_in(*r, hash_of(r->actor_kind(), r->call().to.id), now);
  if (o == offered::delivered) r->entry_->box().put(r);
  return o;
}
directory::offered directory::offer(request_ptr&& r, instant now) {
  offered o = count_in(*r, hash_of(r->actor_kind(), r->call().to.id), now);
  if (o == offered::delivered) r->entry_->box().put(std::move(r));
  return o;
}

void directory::offer_all(std::span<batched_request> batch, instant now) {
  // Each step asks for what the next one touches.
  for (batched_request& a : batch) {
    a.hash = hash_of(a.r->actor_kind(), a.r->call().to.id);
    shard& sh = shard_of(a.hash);
    std::lock_guard lock(sh.mutex);
    sh.entries.prefetch(a.hash);
  }
  for (batched_request& a : batch) {
    shard& sh = shard_of(a.hash);
    std::lock_guard lock(sh.mutex);
    directory_entry::prefetch(sh.entries.chain(a.hash));
  }
  for (batched_request& a : batch) {
    a.became = count_in(*a.r, a.hash, now);
    if (a.became == offered::delivered) a.r->entry_->box().prefetch();
  }
  for (batched_request& a : batch)
    if (a.became == offered::delivered) a.r->entry_->box().put(std::move(a.r));
}

directory::offered directory::count_in(request& r, std::uint32_t hash, instant now) {
  shard& sh = shard_of(hash);
  std::lock_guard lock(sh.mutex);
  directory_entry* s = find_in(sh, hash, r.actor_kind(), r.call().to.id);
  if (!s) return offered::not_awake;
  if (s->leaving_) return offered::leaving;
  // An operator looks at what is too busy above all.
  bool waits_its_turn = r.from_client() && r.call().from != source::operators;
  if (waits_its_turn && s->requests_ >= requests_max_) return offered::actor_busy;
  ++s->requests_;
  r.counter_ = this;
  r.entry_ = s;
  if (r.call().from == source::client_post) use(sh, *s, s->kept_ ? s->list_when_kept_ : 0, now);
  return offered::delivered;
}

void directory::release(request& r) {
  directory_entry* s = std::exchange(r.entry_, nullptr);
  if (!s) return;
  bool drained = false;
  {
    shard& sh = shard_of(s->hash_);
    std::lock_guard lock(sh.mutex);
    --s->requests_;
    if (s->requests_ == 0 && s->unneeded_ && !s->leaving_) mark(sh, *s);
    drained = s->requests_ == 0 && s->leaving_;
  }
  if (drained) drained_(*s);
}

void directory::keep(directory_entry& s, instant now) {
  shard& sh = shard_of(s.hash_);
  std::lock_guard lock(sh.mutex);
  s.unneeded_ = false;
  if (s.leaving_) return;
  s.kept_ = true;
  use(sh, s, s.list_when_kept_, now);
}

void directory::needed(directory_entry& s) {
  std::lock_guard lock(shard_of(s.hash_).mutex);
  s.unneeded_ = false;
}

void directory::serves(directory_entry& s, std::uint8_t services) {
  std::lock_guard lock(shard_of(s.hash_).mutex);
  s.services_ = services;
}

void directory::leave_when_unused(directory_entry& s) {
  std::lock_guard lock(shard_of(s.hash_).mutex);
  s.unneeded_ = true;
  s.kept_ = false;
}

directory_entry& directory::add(const kind& actor_kind, std::string_view id, duration stay, const make_function& make,
                                instant now, const request_ptr& first) {
  std::uint32_t hash = hash_of(actor_kind, id);
  auto end = [this](directory_entry* s) { directory_entry::end(memory_, *s); };
  std::unique_ptr<directory_entry, decltype(end)> made(&directory_entry::make(memory_, actor_kind, id, hash), end);
  directory_entry& s = *made;
  s.woken_at_ = s.last_used_ = now;
  s.activation_ = ++activations_;
  [[maybe_unused]] mailbox* box = make(s);
  assert(s.boxed_ && box == &s.box());
  shard& sh = shard_of(hash);
  std::lock_guard lock(sh.mutex);
  s.list_when_kept_ = list_for(sh, stay);
  sh.entries.insert(*made.release());
  sh.lists[0].link(s, now);
  ++awake_;
  ++awake_by_kind_[index_of(actor_kind)];
  if (!first) return s;
  s.requests_ = 1;
  first->counter_ = this;
  first->entry_ = &s;
  // Under the lock, so that it is the first, and is not done with before the entry stands.
  s.box().put(first);
  return s;
}

directory_entry* directory::find(const kind& actor_kind, std::string_view id) {
  std::uint32_t hash = hash_of(actor_kind, id);
  shard& sh = shard_of(hash);
  std::lock_guard lock(sh.mutex);
  return find_in(sh, hash, actor_kind, id);
}

bool directory::leave(directory_entry& s) {
  shard& sh = shard_of(s.hash_);
  std::lock_guard lock(sh.mutex);
  if (s.leaving_) return false;
  mark(sh, s);
  return s.requests_ == 0;
}

directory::idle_entries directory::leave_idle(instant now, bool short_only, std::size_t most) {
  if (sweep_.short_only != short_only) sweep_ = {.short_only = short_only};
  idle_entries found;
  std::size_t looks = 0;
  while (found.entries.size() < most && looks < 4 * most && sweep_.shard < shard_count)
    looks += sweep_on(now, most, found.entries);
  found.done = sweep_.shard == shard_count;
  if (found.done) sweep_ = {};
  return found;
}

/// Takes a sweep on by a few entries, of one list. Returns how many it looked at.
std::size_t directory::sweep_on(instant now, std::size_t most, std::vector<directory_entry*>& idle) {
  constexpr std::size_t at_once = 64;  // about 20 us for which the shard is locked
  shard& sh = shards_[sweep_.shard];
  std::lock_guard lock(sh.mutex);
  idle_list& l = sh.lists[sweep_.list];
  if (!std::exchange(sweep_.begun, true)) l.look_from_the_first();
  instant used_by = now - l.stay();
  std::size_t looks = 0;
  while (looks < at_once && idle.size() < most) {
    directory_entry* s = l.look(used_by);
    if (!s) {
      bool last = sweep_.short_only || sweep_.list + 1 == sh.lists.size();
      sweep_ = {sweep_.short_only, sweep_.shard + last, last ? 0 : sweep_.list + 1};
      break;
    }
    ++looks;
    if (s->requests_ > 0 || s->last_used_ > used_by) continue;
    mark(sh, *s);
    idle.push_back(s);
  }
  return looks;
}

directory_entry* directory::leave_coldest() {
  // Marking takes the lock again, so an entry that was used meanwhile is passed over: try once more.
  for (int attempt = 0; attempt < 3; ++attempt) {
    directory_entry* coldest = nullptr;
    instant used{};
    for (shard& sh : shards_) {
      std::lock_guard lock(sh.mutex);
      for (idle_list& l : sh.lists) {
        directory_entry* s = l.coldest();
        if (!s || (coldest && s->last_used_ >= used)) continue;
        coldest = s;
        used = s->last_used_;
      }
    }
    if (!coldest) return nullptr;
    shard& sh = shard_of(coldest->hash_);
    std::lock_guard lock(sh.mutex);
    if (coldest->requests_ > 0 || coldest->leaving_) continue;
    mark(sh, *coldest);
    return coldest;
  }
  return nullptr;
}

std::vector<directory_entry*> directory::all_awake() {
  std::vector<directory_entry*> entries;
  for (shard& sh : shards_) {
    std::lock_guard lock(sh.mutex);
    sh.entries.each([&](directory_entry& s) {
      if (!s.leaving_) entries.push_back(&s);
    });
  }
  return entries;
}

void directory::remove(directory_entry& s) {
  {
    shard& sh = shard_of(s.hash_);
    std::lock_guard lock(sh.mutex);
    assert(s.leaving_ && s.requests_ == 0);
    sh.entries.remove(s);
    --awake_;
    --awake_by_kind_[index_of(s.actor_kind())];
  }
  directory_entry::end(memory_, s);
}

}  // namespace parlor
