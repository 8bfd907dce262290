#include "runtime/hosting/reminder_book.hpp"

namespace parlor {

void reminder_book::apply(const address& who, const std::vector<reminder_change>& changes) {
  if (changes.empty()) return;
  std::lock_guard lock(mutex_);
  for (const reminder_change& change : changes) {
    forget(who, change.name);
    if (!change.due) continue;
    auto at = by_time_.emplace(*change.due, std::pair(who, change));
    by_name_.emplace(std::pair(who, change.name), at);
  }
}

void reminder_book::drop(const address& who) {
  std::lock_guard lock(mutex_);
  auto it = by_name_.lower_bound({who, ""});
  while (it != by_name_.end() && it->first.first == who) {
    by_time_.erase(it->second);
    it = by_name_.erase(it);
  }
}

std::vector<outgoing> reminder_book::due(instant now) {
  std::vector<outgoing> messages;
  std::lock_guard lock(mutex_);
  while (!by_time_.empty() && by_time_.begin()->first <= now) {
    auto& [who, reminder] = by_time_.begin()->second;
    messages.push_back({who, reminder.command, reminder.args});
    by_name_.erase({who, reminder.name});
    by_time_.erase(by_time_.begin());
  }
  return messages;
}

std::size_t reminder_book::size() const {
  std::lock_guard lock(mutex_);
  return by_time_.size();
}

void reminder_book::forget(const address& who, const std::string& name) {
  auto it = by_name_.find({who, name});
  if (it == by_name_.end()) return;
  by_time_.erase(it->second);
  by_name_.erase(it);
}

}  // namespace parlor
