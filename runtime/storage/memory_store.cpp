#include "runtime/storage/memory_store.hpp"

#include <utility>

namespace parlor {

void memory_store::load(const address& who, loaded done) {
  std::optional<stored_actor> found;
  {
    std::lock_guard lock(mutex_);
    if (auto it = actors_.find(who); it != actors_.end()) found = it->second;
  }
  done(std::move(found));
}

void memory_store::save(commit what, saved done) {
  commit_receipt receipt{.row = 1};
  bool follows = false;
  {
    std::lock_guard lock(mutex_);
    auto it = actors_.find(what.who);
    follows = (it == actors_.end() ? 0 : it->second.version) == what.follows;
    if (follows) {
      remove(what.who, what.settles);
      if (what.erase) {
        if (it != actors_.end()) actors_.erase(it);
        std::erase_if(reminders_, [&](const auto& r) { return r.first.first == what.who; });
      } else {
        stored_actor& kept = actors_[what.who];
        what.next.replies = std::move(kept.replies);
        kept = std::move(what.next);
        if (what.reply) kept.replies.insert(kept.replies.begin(), *what.reply);
        for (reminder_change& r : what.wanted.reminders) {
          std::pair of(what.who, r.name);
          if (r.due) reminders_[std::move(of)] = std::move(r);
          else reminders_.erase(of);
        }
      }
      receipt.first_message = next_message_;
      for (outgoing& m : what.wanted.tells) messages_.emplace(next_message_++, std::move(m));
    }
  }
  if (follows) done(receipt);
  else done(failure{"storage_failed", "the stored version is another than the commit follows"});
}

void memory_store::cross_off(const address& who, delivery what) {
  std::lock_guard lock(mutex_);
  remove(who, what);
}

void memory_store::bury(const address& who, delivery what, std::string) {
  std::lock_guard lock(mutex_);
  remove(who, what);
  ++dead_letters_;
}

void memory_store::remove(const address& who, const delivery& what) {
  messages_.erase(what.message);
  auto it = reminders_.find({who, what.reminder});
  if (it != reminders_.end() && to_ms(*it->second.due) == what.due_ms) reminders_.erase(it);
}

backlog memory_store::restore() {
  std::lock_guard lock(mutex_);
  backlog owed;
  for (const auto& [number, what] : messages_) owed.messages.push_back({number, what});
  for (const auto& [of, what] : reminders_) owed.reminders.push_back({of.first, what});
  return owed;
}

std::size_t memory_store::size() const {
  std::lock_guard lock(mutex_);
  return actors_.size();
}

std::size_t memory_store::dead_letters() const {
  std::lock_guard lock(mutex_);
  return dead_letters_;
}

}  // namespace parlor
