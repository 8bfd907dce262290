#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/authoring/catalog.hpp"
#include "runtime/hosting/directory/directory.hpp"
#include "runtime/hosting/feeds/feed.hpp"
#include "runtime/hosting/reminders/timers.hpp"
#include "runtime/hosting/requests/in_flight_requests.hpp"
#include "runtime/hosting/requests/request.hpp"
#include "runtime/storage/store.hpp"
#include "runtime/values/journal.hpp"
#include "runtime/values/options.hpp"

/// The runtime as a whole: give it kinds, a store and a clock, and send it requests.
///
///     parlor::runtime runtime(kinds, {}, store, clock, log);
///     runtime.send({.to = {"tictactoe", "r1"}, .player = "ann", .command = "join"},
///                [](parlor::reply r) { ... });
///
/// Every request is answered exactly once, on any thread, before the runtime is gone.
namespace parlor {

class event_loop;
class feeds;

/// Which actor a watcher wants to watch, and how.
struct watch_request {
  address actor{};
  std::string player{};                ///< as who may know it; empty: a spectator
  std::optional<feed_cursor> after{};  ///< what comes behind this; nothing: how it is now, and all that follows
  caller_info caller{};                ///< what bounds know of the player
  instant until{};                     ///< the watch ends then; 0: not by itself
  trace_context trace{};               ///< of the first look
};

/// A watch under way: it ends when this goes.
class watch_handle {
 public:
  watch_handle() = default;
  watch_handle(std::shared_ptr<feeds> in, subscription_ptr subscription)
      : in_(std::move(in)), subscription_(std::move(subscription)) {}
  watch_handle(watch_handle&&) = default;
  watch_handle& operator=(watch_handle&& from) noexcept {
    std::swap(in_, from.in_);
    std::swap(subscription_, from.subscription_);
    return *this;
  }
  ~watch_handle();

 private:
  std::shared_ptr<feeds> in_;
  subscription_ptr subscription_;
};
class operators;

/// A function that is to be called at a time: not any more when this goes.
class timer_handle {
 public:
  timer_handle() = default;
  timer_handle(timers& in, timers::id timer) : in_(&in), timer_(timer) {}
  timer_handle(timer_handle&& from) noexcept : in_(std::exchange(from.in_, nullptr)), timer_(from.timer_) {}
  timer_handle& operator=(timer_handle&& from) noexcept {
    std::swap(in_, from.in_);
    std::swap(timer_, from.timer_);
    return *this;
  }
  ~timer_handle() {
    if (in_) in_->drop(timer_);
  }

 private:
  timers* in_ = nullptr;
  timers::id timer_{};
};

/// How the actors run.
enum class scheduling {
  threads,    ///< on the runtime's event loops, with its own ticking
  simulated,  ///< on the caller's thread, in `run_until_idle`, in an order that repeats
};

class runtime {
 public:
  /// The kinds, store, clock and journal must outlive the runtime. `seed` makes dice and incarnations
  /// repeat, for a simulation; with 0 nobody can foretell them.
  runtime(const catalog& kinds, const options& limits, parlor::store& store, const clock& time, journal& log,
          scheduling how = scheduling::threads, std::uint64_t seed = 0);
  /// Stops, if that has not been done, and waits until every handler has ended, however long that is.
  ~runtime();
  runtime(const runtime&) = delete;
  runtime& operator=(const runtime&) = delete;

  /// Sends a request. `answer` is called once, perhaps before `send` returns, on any thread; it must
  /// not throw and not block. Any thread.
  void send(call&& c, request::answer_function answer);
  /// The same for a caller that has found the kind, and the index of its command, or 0 without one: the kind is of
  /// this catalog, and the command is one that clients may send.
  void send(const kind& actor_kind, std::size_t command, call&& c, request::answer_function answer);

  /// Puts an actor to sleep as soon as it has answered what it was sent. `done` is told once whether it
  /// was awake; what is sent from then on wakes it anew. Any thread.
  void close(const address& actor, callback<void(bool was_awake)> done);

  /// What a watcher begins with: what it has missed, the oldest first, or a snapshot; nothing if there is nothing
  /// that it does not know.
  using first_news = std::vector<feed_update_ptr>;
  using watch_function = callback<void(result<first_news>&&), 96>;

  /// Has a listener hear what becomes of an actor. `started` is called once, before anything is heard, on any thread;
  /// it fails as `send` does, or with `too_many_watchers`. A watcher does not keep its actor awake: only this
  /// first look may wake it, for a short while. Any thread.
  [[nodiscard]] watch_handle watch(watch_request&& watch, std::weak_ptr<watcher> listener, watch_function started);

  /// Has a function called at `due`, or when the runtime stops; it must not block. The runtime must outlive the
  /// handle. Any thread.
  [[nodiscard]] timer_handle call_at(instant due, timers::ring_function ring);
  /// The bound on stored rooms and sessions that a caller has reached, for an actor that makes rooms. Any thread.
  [[nodiscard]] store_bound bound_reached(const caller_info& caller, std::string_view player) const;
  /// Counts a room that another actor makes for a caller, unless it counts for somebody already. Any thread.
  void count_for(const caller_info& caller, std::string_view player, const address& room);

  /// Goes by other bounds from now on. What somebody has beyond them already is not taken away. Any thread.
  void change_bounds(const bounds& to);

  /// An actor that is awake, and is not about to sleep. Wakes nothing. Any thread.
  [[nodiscard]] std::optional<activation_state> look(const address& actor) const;

  /// What operators see and do. It ends with the runtime.
  [[nodiscard]] parlor::operators& operators();

  /// Whether nothing new is to begin here: no room is made for a client. Any thread.
  [[nodiscard]] bool draining() const;

  /// The threads that run actors, for sockets to be served on. They end with the runtime; without threads there
  /// are none.
  [[nodiscard]] std::vector<event_loop*> loops() const;

  struct statistics {
    std::map<std::string, std::size_t> awake_by_kind;
    std::size_t awake = 0;
    std::size_t sessions = 0;  ///< awake actors of session kinds
    tally requests;            ///< of clients and operators
    tally messages;            ///< between actors, and reminders
    std::map<std::string, std::uint64_t> refused_by;
    std::size_t reminders = 0;
    std::size_t watchers = 0;
    std::map<std::string, std::uint64_t> watchers_refused{};  ///< by the limit: all, actor, player
    bool holds_deletions = false;                             ///< see `store::holds_deletions`
    std::size_t deletions_held = 0;                           ///< commands that would have removed an actor
    std::uint64_t woken = 0;                                  ///< actors that were woken or made until now
    std::size_t quarantined = 0;                              ///< actors and commands
    std::uint64_t slow_handlers = 0;                          ///< those that ran longer than `handler_slow`
    std::uint64_t hungry_handlers = 0;                        ///< those that allocated more than `handler_memory`
    std::uint64_t messages_lost = 0;                          ///< among the dead letters, if the store owed them
    std::map<std::string, std::uint64_t> messages_lost_by{};  ///< why
    std::size_t unreadable = 0;                               ///< actors whose stored states could not be read
    std::size_t deliveries_unread = 0;                        ///< messages and reminders that wait for them
  };
  [[nodiscard]] statistics stats() const;

  [[nodiscard]] const catalog& kinds() const;
  [[nodiscard]] const clock& time() const;
  [[nodiscard]] bool stopping() const;
  /// Whether no actor is deleted for its age, because the clock may be wrong. Any thread.
  [[nodiscard]] bool holds_deletions() const;
  /// Why the store takes no more commits, for good; empty while it does. Any thread.
  [[nodiscard]] std::string store_broken() const;

  /// Refuses new requests with `stopping`, finishes what was accepted, puts every actor to sleep. True
  /// if all of it was done within the configured bound; then nothing runs any more.
  bool stop();

  // For a simulation.

  /// Does what is due at the clock's present time: deadlines, reminders, sweeps. The runtime calls this
  /// itself every 50 ms when it has threads.
  void tick();
  /// Runs actors until none has a message.
  void run_until_idle() { run_steps(SIZE_MAX); }
  /// Has actors run at most `count` times. Returns how often they did.
  std::size_t run_steps(std::size_t count);

 private:
  struct implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace parlor
