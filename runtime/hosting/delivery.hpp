#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/hosting/reminders/reminders.hpp"
#include "runtime/hosting/requests/request.hpp"

/// How messages and reminders reach their actors, once the commits that sent them are stored.
///
/// A parcel becomes a request like any other, and its answer decides:
/// - The receiver took it, or its rules refused it: that is that. The host has told the store.
/// - Something failed: it is delivered again after 1 s, 2 s, 4 s and so on, unless the store owes nothing for it.
/// - The actor's state cannot be read: that is no failure of the parcel. It comes again, after a minute at most, until
///   it can; where very many wait, a few hundred a second come.
/// - It is in quarantine: the parcel is held until an operator has spoken.
/// - It failed too often, there is no such kind or command, or it is beyond a bound of `message_traffic`: it is lost,
///   and stands among the dead letters of the store with the reason. But a reminder was set by a program that had the
///   kind and the command: it stays with the store for the next.
/// - An operator has ended the chain that it is of: it is crossed off.
///
/// While the server stops nothing is tried again: what the store owes it owes to the next process. Any thread.
namespace parlor {

struct core;

class message_delivery {
 public:
  using dispatch_function = std::function<void(request_ptr)>;

  message_delivery(core& shared, dispatch_function dispatch) : core_(shared), dispatch_(std::move(dispatch)) {}

  void deliver(parcel p);
  /// Delivers what the store owes from before, the first of it at once.
  void deliver_owed(backlog&& owed);
  /// Delivers a further portion of that, if few messages are under way. For one thread, now and then.
  void go_on_with_owed();
  /// Messages of the store that one portion of these has at most.
  [[nodiscard]] std::size_t portion() const;
  /// How many were lost, by the reason.
  [[nodiscard]] std::map<std::string, std::uint64_t> lost() const;
  /// How many wait for an actor whose state cannot be read.
  [[nodiscard]] std::size_t unread() const { return unread_; }

 private:
  /// Looks at why a parcel was not taken; there were so many releases from quarantine when it was sent.
  void not_taken(parcel p, const failure& why, std::uint64_t releases);
  void wait_to_be_read(parcel p);
  /// Leaves a reminder with the store: its kind, if that is known, does not have the command.
  void leave(const parcel& p, const kind* actor_kind) const;
  /// Gives a parcel its place among those under way, unless it has one. False if it goes no further.
  bool let_in(parcel& p);
  void lose(const parcel& p, std::string_view why);
  void lose_beyond_bound(const parcel& p, std::string_view bound);
  void bury(const parcel& p, std::string_view why);
  void deliver_all(std::vector<stored_message>&& messages);

  static constexpr std::string_view undeliverable = "undeliverable", failed = "failed";
  /// The reasons by which the lost are counted: all failures as one.
  static constexpr std::array reasons{message_traffic::too_long,
                                      message_traffic::too_often,
                                      message_traffic::receiver_full,
                                      message_traffic::all_full,
                                      undeliverable,
                                      failed};

  core& core_;
  dispatch_function dispatch_;
  std::array<std::atomic<std::uint64_t>, reasons.size()> lost_{};
  std::atomic<std::size_t> unread_{0};
  std::uint64_t owed_after_ = 0, owed_last_ = 0;  // numbers of what the store owes from before and nobody has read
};

}  // namespace parlor
