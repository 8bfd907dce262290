#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string_view>

#include "runtime/hosting/reminders/reminders.hpp"
#include "runtime/hosting/requests/request.hpp"

/// How messages and reminders reach their actors, once the commits that sent them are stored.
///
/// A parcel becomes a request like any other, and its answer decides:
/// - The receiver took it, or its rules refused it: that is that. The host has told the store.
/// - Something failed: it is delivered again after 1 s, 2 s, 4 s and so on, unless the store owes nothing for it.
/// - The actor's state cannot be read: that is no failure of the parcel. It comes again, after a minute at most, until
///   it can; where very many wait, a few hundred a second come.
/// - It failed too often, or there is no such kind or command: it is lost, and stands among the dead letters of the
///   store with the reason. But a reminder was set by a program that had both: it stays with the store for the next.
///
/// While the server stops nothing is tried again: what the store owes it owes to the next process. Any thread.
namespace parlor {

struct core;

class message_delivery {
 public:
  using dispatch_function = std::function<void(request_ptr)>;

  message_delivery(core& shared, dispatch_function dispatch) : core_(shared), dispatch_(std::move(dispatch)) {}

  void deliver(parcel p);
  /// How many were lost.
  [[nodiscard]] std::uint64_t lost() const { return lost_; }
  /// How many wait for an actor whose state cannot be read.
  [[nodiscard]] std::size_t unread() const { return unread_; }

 private:
  /// Looks at why a parcel was not taken.
  void not_taken(parcel p, const failure& why);
  void wait_to_be_read(parcel p);
  /// Leaves a reminder with the store: its kind, if that is known, does not have the command.
  void leave(const parcel& p, const kind* actor_kind) const;
  void lose(const parcel& p, std::string_view why);

  core& core_;
  dispatch_function dispatch_;
  std::atomic<std::uint64_t> lost_{0};
  std::atomic<std::size_t> unread_{0};
};

}  // namespace parlor
