#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/authoring/context.hpp"
#include "runtime/hosting/directory/activation_info.hpp"
#include "runtime/hosting/host/inside_view.hpp"
#include "runtime/hosting/requests/request.hpp"

/// What operators see of the actors, and what they do to them: the runtime's other way in.
///
/// Three rules:
/// - Looking changes nothing and wakes nobody: of one that sleeps the stored state is shown.
/// - An order is a request like any other: it stands in the actor's mailbox, is a commit if it changes
///   something, and is answered once. So nothing that an operator does can tear a game's state, or be lost
///   between awake and asleep.
/// - What was ordered is noted in the journal, with who ordered it and what came of it.
///
/// Here is no check of rights: the routes of operators have made it. Any thread.
namespace parlor {

struct core;

/// One actor, awake or asleep.
struct inspection {
  std::optional<activation_state> awake{};   ///< nothing: it sleeps
  std::string inside{};                      ///< JSON of an `inside_view`
  std::vector<reminder_change> reminders{};  ///< in no order
};

/// What an operator wants.
struct operator_order {
  enum class action { sleep, wake, close, cancel };
  action is{};
  address actor{};
  std::string reminder{};  ///< the one to cancel
  std::string by{};        ///< the operator's name, for the journal
  trace_context trace{};   ///< what it is part of, for the journal
};

class operators {
 public:
  using dispatch_function = std::function<void(request_ptr)>;
  using sleep_function = std::function<void(const address&, callback<void(bool)>)>;

  operators(core& shared, dispatch_function dispatch, sleep_function sleep)
      : core_(shared), dispatch_(std::move(dispatch)), sleep_(std::move(sleep)) {}

  [[nodiscard]] awake_page list(const awake_query& q) const;

  /// Looks into an actor. Fails with `unknown_kind`, `unknown_room`, or what a request may fail with.
  void inspect(const address& actor, callback<void(result<inspection>&&)> done);

  /// Carries an order out. The reply's body says what came of it, as JSON:
  /// - sleep: the actor answers what it was sent and goes to sleep; what waits for a service is refused. `slept`
  ///   is whether it was awake.
  /// - wake: it is loaded, and stays for the short stay. `unknown_room` if there is no such room.
  /// - close: it is removed, with its state and its reminders, in one commit, which also tells whom it concerns:
  ///   a room's players and its lobby. What waits for a service is refused. `closed` is whether there was
  ///   anything.
  /// - cancel: the reminder is gone, in a commit of its own; `unknown_reminder` if it is not set.
  void give(operator_order order, callback<void(reply&&)> done);

  /// From now on nothing new begins, or it does again: see `runtime::draining`.
  void drain(bool on, const std::string& by, const trace_context& because_of = {});

 private:
  request_ptr make_request(const kind& actor_kind, const address& actor, actor_order order,
                           const trace_context& because_of, request::answer_function done) const;

  core& core_;
  dispatch_function dispatch_;
  sleep_function sleep_;
};

}  // namespace parlor
