#include "runtime/hosting/directory.hpp"

#include <cassert>
#include <utility>

namespace parlor {

std::size_t directory::hash::operator()(const key& k) const {
  // Not of the kind's place in memory: a simulation takes the same path in every process.
  return std::hash<std::string_view>{}(k.id);
}

directory::directory(const std::vector<kind>& kinds, duration short_stay,
                     std::size_t requests_per_actor_max, drained_function drained)
    : kinds_(kinds), requests_max_(requests_per_actor_max), drained_(std::move(drained)),
      awake_by_kind_(kinds.size()) {
  for (shard& sh : shards_) sh.lists.push_back({.stay = short_stay});
}

directory::~directory() = default;

directory::shard& directory::shard_of(const kind& of, std::string_view id) {
  return shards_[hash{}(key{&of, id}) % shard_count];
}
const directory::shard& directory::shard_of(const kind& of, std::string_view id) const {
  return shards_[hash{}(key{&of, id}) % shard_count];
}

std::uint8_t directory::list_for(shard& sh, duration stay) {
  for (std::size_t i = 1; i < sh.lists.size(); ++i)
    if (sh.lists[i].stay == stay) return static_cast<std::uint8_t>(i);
  assert(sh.lists.size() < UINT8_MAX);
  sh.lists.push_back({.stay = stay});
  return static_cast<std::uint8_t>(sh.lists.size() - 1);
}

void directory::link(shard& sh, slot& s, std::uint8_t list) {
  stay_list& l = sh.lists[list];
  s.list_ = list;
  s.next_ = nullptr;
  s.previous_ = l.last;
  (l.last ? l.last->next_ : l.first) = &s;
  l.last = &s;
}

void directory::unlink(shard& sh, slot& s) {
  stay_list& l = sh.lists[s.list_];
  (s.previous_ ? s.previous_->next_ : l.first) = s.next_;
  (s.next_ ? s.next_->previous_ : l.last) = s.previous_;
}

std::atomic<std::size_t>& directory::count_of(const kind& of) {
  return awake_by_kind_[static_cast<std::size_t>(&of - kinds_.data())];
}

std::size_t directory::awake(const kind& of) const {
  return awake_by_kind_[static_cast<std::size_t>(&of - kinds_.data())];
}

directory::offered directory::offer(const request_ptr& r, instant now) {
  mailbox* box = nullptr;
  shard& sh = shard_of(r->of(), r->what().to.id);
  {
    std::lock_guard lock(sh.mutex);
    auto it = sh.slots.find(key{&r->of(), r->what().to.id});
    if (it == sh.slots.end()) return offered::not_awake;
    slot& s = **it;
    if (s.leaving_) return offered::leaving;
    if (r->from_client() && s.requests_ >= requests_max_) return offered::actor_busy;
    ++s.requests_;
    r->directory_ = this;
    r->slot_ = &s;
    if (r->what().from == source::client_post) {
      s.last_used_ = now;
      unlink(sh, s);
      link(sh, s, s.kept_ ? list_for(sh, s.stay_) : 0);
    }
    box = s.box_.get();
  }
  // The slot outlives this call: the request is counted on it.
  box->put(r);
  return offered::delivered;
}

void directory::release(request& r) {
  slot* s = std::exchange(r.slot_, nullptr);
  if (!s) return;
  bool drained = false;
  {
    shard& sh = shard_of(s->kind_, s->id_);
    std::lock_guard lock(sh.mutex);
    --s->requests_;
    if (s->requests_ == 0 && s->unneeded_ && !s->leaving_) {
      s->leaving_ = true;
      unlink(sh, *s);
    }
    drained = s->requests_ == 0 && s->leaving_;
  }
  if (drained) drained_(*s);
}

void directory::keep(slot& s, instant now) {
  shard& sh = shard_of(s.kind_, s.id_);
  std::lock_guard lock(sh.mutex);
  s.unneeded_ = false;
  if (s.leaving_) return;
  s.kept_ = true;
  s.last_used_ = now;
  unlink(sh, s);
  link(sh, s, list_for(sh, s.stay_));
}

void directory::needed(slot& s) {
  std::lock_guard lock(shard_of(s.kind_, s.id_).mutex);
  s.unneeded_ = false;
}

void directory::leave_when_unused(slot& s) {
  std::lock_guard lock(shard_of(s.kind_, s.id_).mutex);
  s.unneeded_ = true;
  s.kept_ = false;
}

std::optional<presence> directory::look(const kind& of, std::string_view id) const {
  const shard& sh = shard_of(of, id);
  std::lock_guard lock(sh.mutex);
  auto it = sh.slots.find(key{&of, id});
  if (it == sh.slots.end() || (*it)->leaving_) return {};
  return presence{(*it)->woken_at_, (*it)->last_used_, (*it)->activation_};
}

slot& directory::add(const kind& of, std::string id, duration stay,
                     std::function<std::unique_ptr<mailbox>(slot&)> make, instant now,
                     const request_ptr& first) {
  auto owned = std::make_unique<slot>(of, std::move(id), stay);
  slot& s = *owned;
  s.woken_at_ = s.last_used_ = now;
  s.activation_ = ++activations_;
  s.box_ = make(s);
  shard& sh = shard_of(of, s.id_);
  std::lock_guard lock(sh.mutex);
  link(sh, s, 0);
  sh.slots.insert(std::move(owned));
  ++awake_;
  ++count_of(of);
  if (!first) return s;
  s.requests_ = 1;
  first->directory_ = this;
  first->slot_ = &s;
  // Under the lock, so that it is the first, and is not done with before the slot stands.
  s.box_->put(first);
  return s;
}

slot* directory::find(const kind& of, std::string_view id) {
  shard& sh = shard_of(of, id);
  std::lock_guard lock(sh.mutex);
  auto it = sh.slots.find(key{&of, id});
  return it == sh.slots.end() ? nullptr : it->get();
}

bool directory::leave(slot& s) {
  shard& sh = shard_of(s.kind_, s.id_);
  std::lock_guard lock(sh.mutex);
  if (s.leaving_) return false;
  s.leaving_ = true;
  unlink(sh, s);
  return s.requests_ == 0;
}

std::vector<slot*> directory::leave_idle(instant now, bool short_only) {
  std::vector<slot*> idle;
  for (shard& sh : shards_) {
    std::lock_guard lock(sh.mutex);
    for (std::size_t i = 0; i < (short_only ? 1 : sh.lists.size()); ++i) {
      stay_list& l = sh.lists[i];
      for (slot* s = l.first; s && s->last_used_ + l.stay <= now;) {
        slot* next = s->next_;
        if (s->requests_ == 0) {
          s->leaving_ = true;
          unlink(sh, *s);
          idle.push_back(s);
        }
        s = next;
      }
    }
  }
  return idle;
}

slot* directory::leave_coldest() {
  // Marking takes the lock again, so a slot that was used meanwhile is passed over: try once more.
  for (int attempt = 0; attempt < 3; ++attempt) {
    slot* coldest = nullptr;
    instant used{};
    for (shard& sh : shards_) {
      std::lock_guard lock(sh.mutex);
      for (stay_list& l : sh.lists) {
        slot* s = l.first;
        while (s && s->requests_ > 0) s = s->next_;
        if (!s || (coldest && s->last_used_ >= used)) continue;
        coldest = s;
        used = s->last_used_;
      }
    }
    if (!coldest) return nullptr;
    shard& sh = shard_of(coldest->kind_, coldest->id_);
    std::lock_guard lock(sh.mutex);
    if (coldest->requests_ > 0 || coldest->leaving_) continue;
    coldest->leaving_ = true;
    unlink(sh, *coldest);
    return coldest;
  }
  return nullptr;
}

std::vector<slot*> directory::all_awake() {
  std::vector<slot*> all;
  for (shard& sh : shards_) {
    std::lock_guard lock(sh.mutex);
    for (const auto& s : sh.slots)
      if (!s->leaving_) all.push_back(s.get());
  }
  return all;
}

void directory::remove(slot& s) {
  shard& sh = shard_of(s.kind_, s.id_);
  std::unique_ptr<slot> ended;  // destroyed after the lock is let go
  std::lock_guard lock(sh.mutex);
  assert(s.leaving_ && s.requests_ == 0);
  --awake_;
  --count_of(s.kind_);
  auto it = sh.slots.find(key{&s.kind_, s.id_});
  ended = std::move(sh.slots.extract(it).value());
}

}  // namespace parlor
