#pragma once

#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "runtime/authoring/turn.hpp"

namespace parlor {

/// The reminders that are set, by time and by actor. Any thread. They live as long as the process; an
/// actor that sleeps is woken by its reminder.
class reminder_book {
 public:
  /// Applies what a committed command wanted.
  void apply(const address& who, const std::vector<reminder_change>& changes);
  /// Drops every reminder of an actor.
  void drop(const address& who);
  /// Takes out the messages that are due.
  std::vector<outgoing> due(instant now);
  [[nodiscard]] std::size_t size() const;

 private:
  using by_time = std::multimap<instant, std::pair<address, reminder_change>>;
  void forget(const address& who, const std::string& name);

  mutable std::mutex mutex_;
  by_time by_time_;
  std::map<std::pair<address, std::string>, by_time::iterator> by_name_;
};

}  // namespace parlor
