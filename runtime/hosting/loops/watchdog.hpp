#pragma once

#include <pthread.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#include "runtime/hosting/loops/relief.hpp"
#include "runtime/hosting/loops/running_handler.hpp"
#include "runtime/hosting/loops/thread_memory.hpp"
#include "runtime/values/instant.hpp"
#include "runtime/values/journal.hpp"

namespace parlor {

/// Looks after handlers that run too long, while they still run.
///
/// Handlers share the threads that serve everyone, so one that goes on holds up strangers. Over a first bound another
/// thread serves in its thread's place, over a second one its name stands in the log. Over a third one it is taken to
/// be stuck for good: no thread can be ended, but a process can. A handler whose thread nobody else needs has a bound
/// of its own. Those that allocate too much are named at their end.
class watchdog {
 public:
  /// How long handlers may run, and what they may take.
  struct bounds {
    duration slow{0};                           ///< then it is named
    duration relief = duration::max();          ///< then its loop is relieved
    duration abort = duration::max();           ///< then it is stuck
    duration blocking_abort = duration::max();  ///< the same on a thread that serves nothing else
    std::uint64_t memory = UINT64_MAX;          ///< bytes that it allocates, with those that it gives back
  };
  /// Ends the process, on account of a handler that is stuck on a thread. It may return: the handler's thread cannot
  /// go on meanwhile.
  using stuck_function = std::function<void(const running_handler& stuck, pthread_t on, duration ran)>;

  watchdog(const clock& time, journal& log, bounds limits, stuck_function stuck = {})
      : time_(time), log_(log), limits_(limits), stuck_(std::move(stuck)), looked_at_(time.now()) {}
  watchdog(const clock& time, journal& log, duration slow, std::uint64_t memory = UINT64_MAX)
      : watchdog(time, log, bounds{.slow = slow, .memory = memory}) {}

  /// Stands for a handler that is running; make it on the stack. Any thread.
  class guard {
   public:
    guard(watchdog& watchdog, const address& actor, const std::string& part, const trace_context& because_of = {},
          std::string_view sender = {});
    ~guard();
    guard(const guard&) = delete;
    guard& operator=(const guard&) = delete;

   private:
    friend class watchdog;
    watchdog& watchdog_;
    const running_handler runs_;
    const running_handler* const outer_;
    const trace_context because_of_;
    const instant since_;
    relievable* const serves_ = served_here;
    const pthread_t thread_ = pthread_self();
    const std::size_t place_;
    const std::uint64_t allocated_ = allocated_here();
  };

  /// Looks at every handler that runs. Call it often, from one thread at a time. Whether a handler ran since the last
  /// look.
  bool look();
  /// How many were named.
  [[nodiscard]] std::uint64_t slow() const { return slow_; }
  /// How many allocated too much.
  [[nodiscard]] std::uint64_t hungry() const { return hungry_; }

 private:
  // On lines of its own: a thread writes to its place at every handler.
  struct alignas(64) place {
    std::mutex mutex;
    const guard* running = nullptr;
    bool noted = false;
    bool relieved = false;
    std::uint32_t entries = 0;  // handlers that ran here
    duration excused{0};        // while the whole process stood still
  };
  static constexpr std::size_t places_max = 256;

  std::size_t enter(const guard& g);
  /// True if the handler was noted already.
  bool leave(const guard& g);
  void look_at(place& p, instant now, duration stood_still);
  void note(const guard& g, duration ran, bool ended);
  void note_memory(const guard& g, std::uint64_t bytes);

  const clock& time_;
  journal& log_;
  const bounds limits_;
  const stuck_function stuck_;
  instant looked_at_;
  std::atomic<std::uint64_t> slow_{0}, hungry_{0};
  std::array<place, places_max> places_;
  std::atomic<std::size_t> places_used_{0};  // those behind were never taken
  std::uint64_t entries_seen_ = 0;
};

}  // namespace parlor
