#pragma once

#include <memory>
#include <optional>

#include "runtime/hosting/host/actor_ledger.hpp"
#include "runtime/hosting/host/actor_view.hpp"
#include "runtime/hosting/host/core.hpp"
#include "runtime/hosting/host/handler_run.hpp"
#include "runtime/hosting/host/messages.hpp"
#include "runtime/hosting/scheduler/slim_actor.hpp"
#include "runtime/values/published.hpp"

/// The CAF actor around one activation: it loads the state, hands it one command after another, and
/// lets nothing out before the commit behind it is stored.
///
/// While a commit is being stored the actor goes on with the next command; what it has to say waits at its output
/// gate. If a commit fails, the activation is discarded, and the next message wakes the last stored state.
///
/// The phases of its life:
/// - asleep: nothing came yet; then loading: requests wait.
/// - ready: a request is handled as it comes.
/// - working: a handler that may block runs on the pool; requests wait.
/// - asking: a service was asked; commands wait, unless the kind is reentrant.
/// - broken: a load or a commit failed; requests are refused until the registry lets go of the actor.
/// - stopping: its services stop, before it ends.
namespace parlor {

class actor_host final : public slim_actor {
 public:
  actor_host(caf::actor_config& config, core& shared, directory_entry& entry);

  const char* name() const override { return "parlor.host"; }
  void prefetch(int runs_ahead) const override;
  /// Any thread.
  [[nodiscard]] std::uint64_t version() const { return version_; }

 private:
  enum class phase : std::uint8_t { asleep, loading, ready, working, asking, broken, stopping };

  void receive(caf::mailbox_element& message) override;
  void take(request_ptr& r);
  /// False: the kind's own code cannot make one.
  bool load();
  void loaded(result<std::optional<stored_actor>> found);
  void take_waiting();

  void handle(const request_ptr& r);
  /// Answers a request that was handled before as it was answered then.
  bool answered_before(const request_ptr& r);
  /// Answers without running the handler, if that is what the request deserves.
  bool turned_away(const request_ptr& r);
  /// Does what an operator wants: see actor_host_operators.cpp.
  void handle_order(const request_ptr& r);

  void begin_command(const request_ptr& r);
  /// Goes on after a handler that ran on the pool.
  void go_on(handler_run& run);
  void begin_question(const request_ptr& r, json_document&& args);
  /// Goes on with the second half of a command, or refuses it.
  void go_on_with(std::uint64_t question, result<context::service_reply> answer);
  /// Answers everything that waits for services with `closed`, and what would ask them next, too.
  void close_questions();

  void conclude(handler_run& run);
  void accept_change(handler_run& run);
  void begin_commit(handler_run& run, gated_output& out, reply_memory::record_ptr record);
  void settle(const commit_settled& m);
  void break_down();
  void pass_gate(gated_output&& out);
  void release(gated_output& out);

  void leave_when_unused();
  /// Ends, once its services have stopped.
  void leave();

  /// A version as clients are shown it: those of another era are of another incarnation.
  [[nodiscard]] version_tag tag() const { return {incarnation_ ^ core_.era, version_}; }
  [[nodiscard]] actor_view view() const {
    return {core_, entry_, *state_, tag(), exists_, ledger_ ? &ledger_->events : nullptr};
  }
  [[nodiscard]] service_questions& questions();

  core& core_;
  directory_entry& entry_;
  std::unique_ptr<activation> state_;
  std::unique_ptr<actor_ledger> ledger_;
  std::uint64_t incarnation_ = 0;
  published<std::uint64_t> version_;
  phase phase_ = phase::asleep;
  bool exists_ = false;
  bool kept_ = false;  // the directory knows that a POST found this actor
};

}  // namespace parlor
