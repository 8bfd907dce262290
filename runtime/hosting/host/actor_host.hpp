#pragma once

#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/hosting/host/core.hpp"
#include "runtime/hosting/host/messages.hpp"
#include "runtime/hosting/host/reply_memory.hpp"
#include "runtime/hosting/output_gate/output_gate.hpp"
#include "runtime/hosting/scheduler/slim_actor.hpp"
#include "runtime/storage/kept_events.hpp"
#include "runtime/values/published.hpp"

/// The CAF actor around one activation: it loads the state, hands it one command after another, and
/// lets nothing out before the commit behind it is stored.
///
/// While a commit is being stored the actor goes on with the next command; what it has to say waits at its output
/// gate. If a commit fails, the activation is discarded, and the next message wakes the last stored state.
///
/// States: asleep (nothing came yet) -> loading (requests wait) -> ready <-> working (a blocking handler
/// runs; requests wait) or asking (a service was asked; commands wait, unless the kind is reentrant) ->
/// broken (a load or commit failed; requests are refused until the registry lets go) or stopping (its
/// services are, before it ends).
namespace parlor {

/// One command on its way through a handler, on whatever thread that runs.
struct handler_run {
  request_ptr request;
  std::optional<json_document> args;
  std::optional<context> ctx;
  verdict decided;
  std::string body{};   ///< what a client is answered if it accepts
  std::string threw{};  ///< what the handler, or the client's view, threw, if one did
};

class actor_host final : public slim_actor {
 public:
  actor_host(caf::actor_config& config, core& shared, directory_entry& place);

  const char* name() const override { return "parlor.host"; }
  void prefetch(int runs_ahead) const override;
  /// Any thread.
  [[nodiscard]] std::uint64_t version() const { return version_; }

 private:
  /// Bytes asked for at once for a state or a reply: most of small games fit, so that the text grows but once.
  static constexpr std::size_t text_expected = 320;

  enum class phase : std::uint8_t { asleep, loading, ready, working, asking, broken, stopping };
  /// A command between its halves.
  struct open_question {
    std::shared_ptr<handler_run> work;
    question asked;
    timers::id timer;
    std::vector<request_ptr> repeats;  // sent again under its key meanwhile: they get its answer
  };
  /// The services of an actor, and the questions that wait for them: one, unless its kind is reentrant.
  struct service_questions {
    std::map<std::string, std::unique_ptr<service>, std::less<>> services;
    std::map<std::uint64_t, open_question> open;
    std::uint64_t number = 0;  // of the last question
    timers::id timer;          // of the services that stop
    std::size_t stopping = 0;  // services that have not said that they have
    bool closed = false;       // nothing is asked any more, or not while an operator closes
  };

  /// What waits and what is remembered. An actor has books once it needs them: in most volatile rooms
  /// nothing waits, and there may be a million of them.
  struct ledger {
    std::vector<request_ptr> waiting;
    output_gate gate;
    reply_memory replies;
    kept_events events;
    std::uint64_t row = 0;
    std::uint64_t erased_by = 0;  // the last commit that erased: receipts up to it tell of an old row
    std::unique_ptr<service_questions> asking;
  };

  void receive(caf::mailbox_element& message) override;
  void take(request_ptr& r);
  void take(std::shared_ptr<state_loaded>& m) { loaded(std::move(m->found)); }
  void take(commit_settled& m) { settle(m); }
  void take(handler_ended& m) { go_on(*m.work); }
  void take(service_answered& m);
  void take(service_stopped& m);
  void take(closing&);
  void take(retire&);

  void load();
  void loaded(result<std::optional<stored_actor>> found);
  void take_waiting();
  void handle(const request_ptr& r);
  /// Answers without running the handler, if that is what the request deserves.
  bool turned_away(const request_ptr& r);
  /// Answers a request that was handled before as it was answered then.
  bool answered_before(const request_ptr& r);
  reply_memory::record_ptr record_of(const parlor::request& r, const std::string& body) const;
  void remember(reply_memory::record_ptr record, std::uint64_t after);
  void begin_command(const request_ptr& r);
  void prepare(handler_run& work);
  /// Runs what a game wrote, and returns what it throws, in words; empty if it does not.
  template <class Run>
  static std::string guarded(watchdog& watchdog, const parlor::address& actor, const std::string& command,
                             const trace_context& because_of, Run run) {
    watchdog::guard watched(watchdog, actor, command, because_of);
    try {
      run();
      return {};
    } catch (const std::exception& e) {
      std::string threw = e.what();
      return threw.empty() ? "an exception without words" : threw;
    } catch (...) {
      return "something that is not a std::exception";
    }
  }
  /// The same for a command; what it throws stands in the work then.
  template <class Run>
  static void guarded(handler_run& work, watchdog& watchdog, Run run) {
    const call& c = work.request->call();
    work.threw = guarded(watchdog, c.to, c.command, c.trace, run);
  }
  static void run_handler(handler_run& work, activation& state, watchdog& watchdog);
  /// Runs what shows the actor. False, with a line in the journal, if the game's view throws.
  template <class Show>
  bool shows(const call& c, Show show) const {
    static const std::string view = "view";
    std::string threw = guarded(core_.watchdog, c.to, view, c.trace, show);
    if (!threw.empty()) core_.log.note(journal::level::error, "handler_threw", c.to, view + ": " + threw, c.trace);
    return threw.empty();
  }
  /// Goes on after a handler that ran on the pool.
  void go_on(handler_run& work);
  void conclude(handler_run& work);
  void accept_change(handler_run& work);
  void settle(const commit_settled& m);
  void break_down();
  void pass_gate(gated_output&& out);
  void begin_commit(handler_run& work, gated_output& out, reply_memory::record_ptr record);
  void release(gated_output& out);
  void made_by_actor();
  void leave_when_unused();
  void leave();
  void tell_parting();

  // actor_host_feeds.cpp
  /// What the caller gets to see. May throw, as `seen` and `catch_up` may: see `shows`.
  [[nodiscard]] std::string body_for(const call& c) const;
  /// What the version that `c` just made means to the watchers; null if there are none. Who cannot be shown it
  /// is left out, and so sent away.
  [[nodiscard]] std::unique_ptr<announcement> announce(const call& c, const std::vector<event>& events) const;
  [[nodiscard]] feed_update seen(const std::string& player, std::uint64_t version) const;
  /// Finds what a watcher has missed.
  void catch_up(subscription& s) const;
  /// Ends the feed of an actor that is no more.
  void announce_end();

  // actor_host_services.cpp
  [[nodiscard]] const service_info* declared(std::string_view service) const;
  /// The actor's own; made if need be, which may throw.
  service& service_of(const service_info& info);
  /// Makes all services that can be made, and are not.
  void warm_up(const request_ptr& r);
  void begin_question(const request_ptr& r, json_document&& args);
  void ask_service(std::shared_ptr<handler_run> work, question&& asked);
  /// Whether the request is the same as one that waits for a service: then it waits with that one.
  bool joins_its_like(const request_ptr& r);
  /// Answers whatever waits for services with `closed`, and what would ask them next, too.
  void close_questions();
  void go_on_with(std::uint64_t number, result<std::string> answer);
  void second_half(handler_run& work, std::string&& answer, bool fell_back);
  bool fall_back(open_question& q, result<std::string>& answer);
  /// Refuses what waits for services, for what it saw is not so, and all behind it.
  void drop_questions();

  // actor_host_operators.cpp
  /// Does what an operator wants.
  void handle_order(const request_ptr& r);
  void show_inside(const request_ptr& r);
  void close_for_good(const request_ptr& r);
  void cancel_reminder(const request_ptr& r, const std::string& name);

  [[nodiscard]] version_tag tag() const { return {incarnation_, version_}; }

  [[nodiscard]] const kind& kind_of() const { return entry_.actor_kind(); }
  [[nodiscard]] ledger& open_ledger() {
    if (!ledger_) ledger_ = std::make_unique<ledger>();
    return *ledger_;
  }
  [[nodiscard]] service_questions& asking() {
    if (!open_ledger().asking) ledger_->asking = std::make_unique<service_questions>();
    return *ledger_->asking;
  }

  core& core_;
  directory_entry& entry_;
  std::unique_ptr<activation> state_;
  std::unique_ptr<ledger> ledger_;
  dice dice_;
  std::uint64_t incarnation_ = 0;
  published<std::uint64_t> version_;
  phase phase_ = phase::asleep;
  bool exists_ = false;
  bool kept_ = false;  // the directory knows that a POST found this actor
};

}  // namespace parlor
