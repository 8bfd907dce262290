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
/// - It failed too often, or there is no such kind or command: it is lost, and stands among the dead letters of the
///   store with the reason.
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

 private:
  /// Looks at why a parcel was not taken.
  void not_taken(parcel p, const failure& why);
  void lose(const parcel& p, std::string_view why);

  core& core_;
  dispatch_function dispatch_;
  std::atomic<std::uint64_t> lost_{0};
};

}  // namespace parlor
