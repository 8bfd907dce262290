#include "runtime/hosting/reminders/reminders.hpp"

#include <algorithm>
#include <cassert>
#include <functional>
#include <utility>

namespace parlor {
namespace {

// The reminders of one actor lie in this many neighbouring buckets, chosen by their names: all of
// an actor's are found by looking at so many, and one among very many by looking at a part of them.
constexpr std::uint32_t spread = 16;

std::uint32_t hash_of(std::string_view text) {
  auto hash = static_cast<std::uint64_t>(std::hash<std::string_view>{}(text));
  return static_cast<std::uint32_t>(hash ^ (hash >> 32));
}
std::uint32_t hash_of(std::string_view kind, std::string_view id) {
  return hash_of(id) ^ (hash_of(kind) * 0x9e3779b9U);
}

}  // namespace

reminders::~reminders() {
  for (table& t : tables_) t.each([this](reminder& r) { reminder::end(memory_, r); });
}

std::uint16_t reminders::number_of(std::string_view kind) {
  auto found = std::find(kinds_.begin(), kinds_.end(), kind);
  if (found == kinds_.end()) {
    assert(kinds_.size() < UINT16_MAX);
    found = kinds_.emplace(found, kind);
  }
  return static_cast<std::uint16_t>(found - kinds_.begin());
}

reminder* reminders::find(std::uint32_t hash, std::uint16_t kind, std::string_view id,
                          std::optional<std::string_view> name) {
  for (reminder* r = table_of(hash).chain(hash); r; r = r->chain) {
    if (r->hash != hash || r->kind != kind) continue;
    reminder::texts t = r->text();
    if (t.id == id && (!name || t.name == *name)) return r;
  }
  return nullptr;
}

void reminders::apply(std::string_view kind, std::string_view id, const std::vector<reminder_change>& changes) {
  if (changes.empty()) return;
  std::uint32_t actor_hash = hash_of(kind, id);
  std::lock_guard lock(mutex_);
  std::uint16_t number = number_of(kind);
  for (const reminder_change& change : changes) set(number, actor_hash, id, change);
}

void reminders::set(std::uint16_t kind, std::uint32_t actor, std::string_view id, const reminder_change& change) {
  std::uint32_t hash = actor ^ (hash_of(change.name) % spread);
  reminder::texts wanted{id, change.name, change.command, change.args};
  reminder* r = find(hash, kind, id, wanted.name);
  if (r && (!change.due || r->text().command != wanted.command || r->text().args != wanted.args)) {
    remove(*r);
    r = nullptr;
  }
  if (!change.due) return;
  bool is_new = !r;
  if (is_new) r = &reminder::make(memory_, hash, kind, wanted);
  r->due = *change.due;
  r->number = ++settings_;
  due_heap::entry e{r->due, r->number, r};
  if (is_new) {
    table_of(hash).insert(*r);
    times_.add(e);
  } else if (e < times_.entry_of(*r)) {
    times_.change(e);
  }
}

void reminders::remove(reminder& r) {
  times_.remove(r);
  table_of(r.hash).remove(r);
  reminder::end(memory_, r);
}

void reminders::drop(std::string_view kind, std::string_view id) {
  std::uint32_t actor_hash = hash_of(kind, id);
  std::lock_guard lock(mutex_);
  std::uint16_t number = number_of(kind);
  for (std::uint32_t part = 0; part < spread; ++part)
    while (reminder* r = find(actor_hash ^ part, number, id, {})) remove(*r);
}

void reminders::postpone(parcel p, instant due) {
  std::lock_guard lock(mutex_);
  postponed_.emplace(due, std::move(p));
}

std::vector<parcel> reminders::due(instant now, std::size_t most) {
  constexpr std::size_t at_once = 64;
  std::vector<parcel> parcels;
  for (bool more = true; more && parcels.size() < most;) {
    // After a long pause there may be very many: a host that wants to set one comes in between.
    std::lock_guard lock(mutex_);
    std::size_t until = parcels.size() + std::min(most - parcels.size(), at_once);
    while (parcels.size() < until && times_.size() > 0 && times_.first().due <= now) {
      const due_heap::entry& e = times_.first();
      if (e.number == e.reminder->number) parcels.push_back(take_first());
      else times_.change({e.reminder->due, e.reminder->number, e.reminder});
    }
    while (parcels.size() < until && !postponed_.empty() && postponed_.begin()->first <= now)
      parcels.push_back(std::move(postponed_.extract(postponed_.begin()).mapped()));
    more = parcels.size() == until;
  }
  return parcels;
}

parcel reminders::take_first() {
  reminder& r = *times_.first().reminder;
  reminder::texts t = r.text();
  address actor{kinds_[r.kind], std::string(t.id)};
  parcel p{.message = {std::move(actor), std::string(t.command), std::string(t.args)},
           .owed = {.reminder = std::string(t.name), .due_ms = to_ms(r.due)}};
  remove(r);
  return p;
}

std::vector<reminder_change> reminders::of_actor(const address& actor) const {
  std::uint32_t actor_hash = hash_of(actor.kind, actor.id);
  std::vector<reminder_change> list;
  std::lock_guard lock(mutex_);
  for (std::uint32_t part = 0; part < spread; ++part) {
    std::uint32_t hash = actor_hash ^ part;
    for (const reminder* r = table_of(hash).chain(hash); r; r = r->chain) {
      reminder::texts t = r->text();
      if (r->hash != hash || kinds_[r->kind] != actor.kind || t.id != actor.id) continue;
      list.push_back({std::string(t.name), r->due, std::string(t.command), std::string(t.args)});
    }
  }
  return list;
}

std::size_t reminders::size() const {
  std::lock_guard lock(mutex_);
  return times_.size();
}

}  // namespace parlor
