#pragma once

#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "runtime/storage/store.hpp"

namespace parlor {

/// A message on its way to an actor, with what the store owes for it.
struct parcel {
  outgoing what;
  delivery brought{};
  int failures = 0;  ///< how often it was delivered in vain
};

/// What is to be delivered later: reminders, by time and by actor, and messages that failed. Any thread. An
/// actor that sleeps is woken by its reminder.
class agenda {
 public:
  /// Applies what a committed command wanted.
  void apply(const address& who, const std::vector<reminder_change>& changes);
  /// Drops every reminder of an actor.
  void drop(const address& who);
  /// Has a parcel be due at a time.
  void postpone(parcel p, instant due);
  /// Takes out what is due.
  std::vector<parcel> due(instant now);
  /// How many reminders are set.
  [[nodiscard]] std::size_t size() const;

 private:
  using by_time = std::multimap<instant, std::pair<address, reminder_change>>;
  void forget(const address& who, const std::string& name);

  mutable std::mutex mutex_;
  by_time by_time_;
  std::map<std::pair<address, std::string>, by_time::iterator> by_name_;
  std::multimap<instant, parcel> postponed_;
};

}  // namespace parlor
