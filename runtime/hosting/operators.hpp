#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/authoring/context.hpp"
#include "runtime/hosting/crashes/quarantine.hpp"
#include "runtime/hosting/directory/activation_info.hpp"
#include "runtime/hosting/host/inside_view.hpp"
#include "runtime/hosting/message_orders.hpp"
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

/// A command of the actor's kind that an operator has it carry out.
struct operator_command {
  std::string word{};     ///< what the journal calls it
  std::string command{};  ///< one that clients may send
  std::string player{};   ///< in whose name
  std::string args{};     ///< JSON
};

/// What an operator wants.
struct operator_order {
  enum class action { sleep, wake, close, cancel, command };
  action is{};
  address actor{};
  operator_command command{};
  std::string about{};    ///< the reminder to cancel; of a command: what the journal adds
  std::string by{};       ///< the operator's name, for the journal
  trace_context trace{};  ///< what it is part of, for the journal
};

class operators {
 public:
  using dispatch_function = std::function<void(request_ptr)>;
  using sleep_function = std::function<void(const address&, callback<void(bool)>)>;

  operators(core& shared, dispatch_function dispatch, sleep_function sleep)
      : core_(shared), dispatch_(std::move(dispatch)), sleep_(std::move(sleep)), messages_(shared) {}

  [[nodiscard]] awake_page list(const awake_query& q) const;
  /// What is done to messages between actors.
  [[nodiscard]] message_orders& messages() { return messages_; }

  /// Looks into an actor. Fails with `unknown_kind`, `unknown_room`, or what a request may fail with.
  void inspect(const address& actor, callback<void(result<inspection>&&)> done);

  /// What is stored of an actor, as JSON of its kind's state; empty: nothing. It is no request, and is not counted.
  void read_stored(const address& actor, callback<void(result<std::string>&&)> done) const;

  /// Carries an order out. The reply's body says what came of it, as JSON:
  /// - sleep: the actor answers what it was sent and goes to sleep; what waits for a service is refused. `slept`
  ///   is whether it was awake.
  /// - wake: it is loaded, and stays for the short stay. `unknown_room` if there is no such room.
  /// - close: it is removed, with its state and its reminders, in one commit, which also tells whom it concerns:
  ///   a room's players and its lobby. What waits for a service is refused. `closed` is whether there was
  ///   anything.
  /// - cancel: the reminder is gone, in a commit of its own; `unknown_reminder` if it is not set.
  /// - command: as if that player had sent it, but the actor's idle time stays as it was, and a full mailbox takes it.
  void give(operator_order order, callback<void(reply&&)> done);

  /// What has ended the process too often, and is left alone.
  [[nodiscard]] quarantine::row_map quarantined_now() const;
  /// Lets it run again, and sends what came to it meanwhile. `not_quarantined` if it is not; `storage_failed`.
  void release(const quarantined& name, const std::string& by, const trace_context& because_of,
               callback<void(reply&&)> done);
  /// Removes an actor in quarantine as it is stored, with its state and its reminders, and runs nothing of its game for
  /// that: nobody is told. `not_quarantined` if it is not, as a whole.
  void drop(const address& actor, const std::string& by, const trace_context& because_of, callback<void(reply&&)> done);

  /// From now on nothing new begins, or it does again: see `runtime::draining`.
  void drain(bool on, const std::string& by, const trace_context& because_of = {});
  /// Says that the clock is right: what is due to be deleted is deleted again.
  void accept_clock(const std::string& by, const trace_context& because_of = {});

 private:
  /// Releases it; what is amiss is a reply.
  reply let_go(const quarantined& name);
  /// Notes an order that is no request of an actor's, and what came of it.
  void note(const address& actor, const std::string& what_and_who, const reply& r, const trace_context& because_of);
  /// The request of an order; nothing if its command is none of the kind's.
  request_ptr request_of(const kind& actor_kind, const operator_order& order, request::answer_function& done) const;
  request_ptr make_request(const kind& actor_kind, const address& actor, actor_order order,
                           const trace_context& because_of, request::answer_function done) const;

  core& core_;
  dispatch_function dispatch_;
  sleep_function sleep_;
  message_orders messages_;
};

}  // namespace parlor
