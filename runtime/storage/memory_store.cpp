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
      for (message& m : change.effects.messages) put(std::move(m), change.effects.chain);
    }
  }
  if (follows) done(receipt);
  else done(failure{"storage_failed", "the stored version is another than the commit follows"});
}

void memory_store::cross_off(const address& actor, delivery owed) {
  std::lock_guard lock(mutex_);
  remove(actor, owed);
}

std::uint64_t memory_store::put(message m, message_chain_ptr chain) {
  messages_.emplace(next_message_, stored_message{next_message_, std::move(m), std::move(chain)});
  return next_message_++;
}

void memory_store::bury(const address& actor, delivery owed, std::string reason) {
  std::lock_guard lock(mutex_);
  dead_letter letter{.number = next_letter_, .message = {.to = actor}, .reason = std::move(reason)};
  auto reminder = reminders_.find({actor, owed.reminder});
  if (auto m = messages_.find(owed.message); m != messages_.end()) {
    letter.message = m->second.message;
    if (auto& chain = m->second.chain) letter.length = chain->length, letter.chain = chain->links;
  } else if (reminder != reminders_.end() && to_ms(*reminder->second.due) == owed.due_ms) {
    letter.message = {actor, reminder->second.command, reminder->second.args};
  } else {
    return;
  }
  remove(actor, owed);
  letters_.emplace(next_letter_++, std::move(letter));
  keep_letters_bounded(actor);
}

void memory_store::keep_letters_bounded(const address& receiver) {
  auto its = chosen({.kind = receiver.kind, .id = receiver.id});
  if (its.size() > letters_per_actor_max) letters_.erase(its.front().number);
  if (letters_.size() > letters_max) letters_.erase(letters_.begin());
}

std::vector<dead_letter> memory_store::chosen(const letter_choice& which) const {
  std::vector<dead_letter> found;
  for (const auto& [number, letter] : letters_) {
    const address& to = letter.message.to;
    if (which.number != 0 && which.number != number) continue;
    if ((which.kind.empty() || which.kind == to.kind) && (which.id.empty() || which.id == to.id))
      found.push_back(letter);
  }
  return found;
}

void memory_store::drop_messages(const address& actor, counted done) {
  std::size_t count = 0;
  {
    std::lock_guard lock(mutex_);
    count = std::erase_if(messages_, [&](const auto& m) {
      return m.second.message.to == actor || (m.second.chain && m.second.chain->names(actor));
    });
  }
  done(count);
}

void memory_store::read_letters(const letter_choice& which, std::uint64_t after, std::size_t most, letters_read done) {
  std::vector<dead_letter> found;
  {
    std::lock_guard lock(mutex_);
    found = chosen(which);
  }
  std::erase_if(found, [after](const dead_letter& l) { return l.number <= after; });
  if (found.size() > most) found.resize(most);
  done(std::move(found));
}

void memory_store::redeliver(const letter_choice& which, redelivered done) {
  std::vector<stored_message> now_owed;
  {
    std::lock_guard lock(mutex_);
    for (dead_letter& l : chosen(which)) {
      letters_.erase(l.number);
      std::uint64_t number = put(std::move(l.message), nullptr);
      now_owed.push_back(messages_.at(number));
    }
  }
  done(std::move(now_owed));
}

void memory_store::drop_letters(const letter_choice& which, counted done) {
  std::size_t count = 0;
  {
    std::lock_guard lock(mutex_);
    for (const dead_letter& l : chosen(which)) count += letters_.erase(l.number);
  }
  done(count);
}

void memory_store::remove(const address& actor, const delivery& owed) {
  messages_.erase(owed.message);
  auto it = reminders_.find({actor, owed.reminder});
  if (it != reminders_.end() && to_ms(*it->second.due) == owed.due_ms) reminders_.erase(it);
}

result<std::vector<stored_message>> memory_store::owed(std::uint64_t after, std::uint64_t last,
                                                       std::size_t messages_max) {
  std::lock_guard lock(mutex_);
  std::vector<stored_message> found;
  for (auto m = messages_.upper_bound(after); m != messages_.end() && m->first <= last; ++m) {
    if (found.size() == messages_max) break;
    found.push_back(m->second);
  }
  return found;
}

backlog memory_store::restore(std::size_t messages_max) {
  backlog owed{.messages = this->owed(0, UINT64_MAX, messages_max).value()};
  std::lock_guard lock(mutex_);
  if (!messages_.empty()) owed.last_message = messages_.rbegin()->first;
  for (const auto& [key, change] : reminders_) owed.reminders.push_back({key.first, change});
  return owed;
}

std::size_t memory_store::size() const {
  std::lock_guard lock(mutex_);
  return actors_.size();
}

std::size_t memory_store::dead_letters() const {
  std::lock_guard lock(mutex_);
  return letters_.size();
}

}  // namespace parlor
