#pragma once

#include <algorithm>

#include "runtime/hosting/directory/entry.hpp"

namespace parlor {

/// The entries that stay for one length of time, in the order in which they were linked.
///
/// A use does not move an entry unless it was linked longer ago than a grain, for moving touches both
/// of its neighbours. So the list is in the order of the last use but for a grain, and an entry's
/// last use is at most a grain behind its linking, never before it. Who is idle is found exactly
/// all the same: they are among those linked long enough ago, which are the front of the list, and
/// each is asked for its last use.
///
/// It stands beside the directory, not among the containers: its links are members of the entry.
class idle_list {
 public:
  explicit idle_list(duration stay) : stay_(stay) {}

  [[nodiscard]] duration stay() const { return stay_; }

  void link(directory_entry& s, instant now) {
    // Threads read the clock before they take the lock: one may come with an earlier time.
    s.linked_at_ = last_ ? std::max(now, last_->linked_at_) : now;
    s.next_ = nullptr;
    s.previous_ = last_;
    (last_ ? last_->next_ : first_) = &s;
    last_ = &s;
  }
  void unlink(directory_entry& s) {
    (s.previous_ ? s.previous_->next_ : first_) = s.next_;
    (s.next_ ? s.next_->previous_ : last_) = s.previous_;
    if (looking_at_ == &s) looking_at_ = s.next_;
  }
  /// Whether an entry of this list that is used now goes to its end.
  [[nodiscard]] bool moves(const directory_entry& s, instant now) const { return now - s.linked_at_ > grain(); }

  /// The least recently used among the first few without requests, or null.
  [[nodiscard]] directory_entry* coldest() const {
    directory_entry* found = nullptr;
    int left = 8;  // a few are in exact order; of many, a grain does not matter
    for (directory_entry* s = first_; s && left > 0; s = s->next_) {
      if (found && s->linked_at_ >= found->last_used_) break;  // nobody behind it is colder
      if (s->requests_ > 0) continue;
      if (!found || s->last_used_ < found->last_used_) found = s;
      --left;
    }
    return found;
  }

  // A look through those that were linked at or before a time, in several pieces.

  void look_from_the_first() { looking_at_ = first_; }
  /// The next of them, or null. It may be unlinked before the one after it is asked for.
  directory_entry* look(instant linked_by) {
    directory_entry* s = looking_at_;
    if (!s || s->linked_at_ > linked_by) return nullptr;
    looking_at_ = s->next_;
    return s;
  }

 private:
  /// A thirty-second: moves are rare, and a sweep looks in vain at those at most whose last use
  /// fell in as short a time.
  [[nodiscard]] duration grain() const { return stay_ / 32; }

  duration stay_;
  directory_entry* first_ = nullptr;
  directory_entry* last_ = nullptr;
  directory_entry* looking_at_ = nullptr;
};

}  // namespace parlor
