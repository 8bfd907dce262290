#include "runtime/storage/memory_store.hpp"

#include <utility>

namespace parlor {

void memory_store::load(const address& actor, loaded done) {
  std::optional<stored_actor> found;
  {
    std::lock_guard lock(mutex_);
    if (auto it = actors_.find(actor); it != actors_.end()) found = it->second;
  }
  done(std::move(found));
}

void memory_store::save(commit change, saved done) {
  commit_receipt receipt{.row = 1};
  bool follows = false;
  {
    std::lock_guard lock(mutex_);
    auto it = actors_.find(change.actor);
    follows = (it == actors_.end() ? 0 : it->second.version) == change.follows;
    if (follows) {
      remove(change.actor, change.settles);
      if (change.erase) {
        if (it != actors_.end()) actors_.erase(it);
        std::erase_if(reminders_, [&](const auto& r) { return r.first.first == change.actor; });
      } else {
        stored_actor& kept = actors_[change.actor];
        change.next.replies = std::move(kept.replies);
        kept = std::move(change.next);
        if (change.reply) kept.replies.insert(kept.replies.begin(), *change.reply);
        for (reminder_change& r : change.effects.reminders) {
          std::pair key(change.actor, r.name);
          if (r.due) reminders_[std::move(key)] = std::move(r);
          else reminders_.erase(key);
        }
      }
      receipt.first_message = next_message_;
      for (message& m : change.effects.messages) messages_.emplace(next_message_++, std::move(m));
    }
  }
  if (follows) done(receipt);
  else done(failure{"storage_failed", "the stored version is another than the commit follows"});
}

void memory_store::cross_off(const address& actor, delivery owed) {
  std::lock_guard lock(mutex_);
  remove(actor, owed);
}

void memory_store::bury(const address& actor, delivery owed, std::string) {
  std::lock_guard lock(mutex_);
  remove(actor, owed);
  ++dead_letters_;
}

void memory_store::remove(const address& actor, const delivery& owed) {
  messages_.erase(owed.message);
  auto it = reminders_.find({actor, owed.reminder});
  if (it != reminders_.end() && to_ms(*it->second.due) == owed.due_ms) reminders_.erase(it);
}

backlog memory_store::restore() {
  std::lock_guard lock(mutex_);
  backlog owed;
  for (const auto& [number, message] : messages_) owed.messages.push_back({number, message});
  for (const auto& [key, change] : reminders_) owed.reminders.push_back({key.first, change});
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
