#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <optional>

#include "runtime/values/address.hpp"
#include "runtime/values/instant.hpp"

namespace parlor {

/// Actors whose stored states this program could not read. They are left as they are, and what is to be delivered to
/// them waits. One that can be read again later has its time begin then: see context::fair. Any thread.
class unreadable_actors {
 public:
  /// Takes an actor in; false if it is known.
  bool add(const address& actor) {
    std::lock_guard lock(mutex_);
    auto [place, is_new] = readable_from_.try_emplace(actor);
    bool changes = is_new || place->second;
    place->second.reset();
    if (changes) ++unreadable_;
    known_ = readable_from_.size();
    return changes;
  }
  /// An actor was read. Tells since when it can be, if it could not before.
  std::optional<instant> read(const address& actor, instant now) {
    std::lock_guard lock(mutex_);
    auto found = readable_from_.find(actor);
    if (found == readable_from_.end()) return {};
    if (!found->second) {
      found->second = now;
      --unreadable_;
    }
    return found->second;
  }
  /// Whether any was ever taken in: a cheap look.
  [[nodiscard]] bool any() const { return known_ > 0; }
  /// How many cannot be read.
  [[nodiscard]] std::size_t size() const { return unreadable_; }

 private:
  std::mutex mutex_;
  std::map<address, std::optional<instant>> readable_from_;  // nothing: it cannot be read yet
  std::atomic<std::size_t> known_{0}, unreadable_{0};
};

}  // namespace parlor
