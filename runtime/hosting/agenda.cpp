#include "runtime/hosting/agenda.hpp"

namespace parlor {

void agenda::apply(const address& who, const std::vector<reminder_change>& changes) {
  if (changes.empty()) return;
  std::lock_guard lock(mutex_);
  for (const reminder_change& change : changes) {
    forget(who, change.name);
    if (!change.due) continue;
    auto at = by_time_.emplace(*change.due, std::pair(who, change));
    by_name_.emplace(std::pair(who, change.name), at);
  }
}

void agenda::drop(const address& who) {
  std::lock_guard lock(mutex_);
  auto it = by_name_.lower_bound({who, ""});
  while (it != by_name_.end() && it->first.first == who) {
    by_time_.erase(it->second);
    it = by_name_.erase(it);
  }
}

void agenda::postpone(parcel p, instant due) {
  std::lock_guard lock(mutex_);
  postponed_.emplace(due, std::move(p));
}

std::vector<parcel> agenda::due(instant now) {
  std::vector<parcel> parcels;
  std::lock_guard lock(mutex_);
  while (!by_time_.empty() && by_time_.begin()->first <= now) {
    auto& [who, reminder] = by_time_.begin()->second;
    parcels.push_back({{who, reminder.command, reminder.args},
                       {.reminder = reminder.name, .due_ms = to_ms(*reminder.due)}});
    by_name_.erase({who, reminder.name});
    by_time_.erase(by_time_.begin());
  }
  while (!postponed_.empty() && postponed_.begin()->first <= now)
    parcels.push_back(std::move(postponed_.extract(postponed_.begin()).mapped()));
  return parcels;
}

std::size_t agenda::size() const {
  std::lock_guard lock(mutex_);
  return by_time_.size();
}

void agenda::forget(const address& who, const std::string& name) {
  auto it = by_name_.find({who, name});
  if (it == by_name_.end()) return;
  by_time_.erase(it->second);
  by_name_.erase(it);
}

}  // namespace parlor
