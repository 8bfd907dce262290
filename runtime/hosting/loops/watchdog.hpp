#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "runtime/hosting/loops/thread_memory.hpp"
#include "runtime/values/instant.hpp"
#include "runtime/values/journal.hpp"

namespace parlor {

/// Names handlers that run too long, while they still run. Handlers share the threads that serve
/// everyone, so one that blocks holds up strangers; its author should read its name in the log. Names those that
/// allocate too much, too, at their end.
class watchdog {
 public:
  watchdog(const clock& time, journal& log, duration limit, std::uint64_t bytes_limit = UINT64_MAX)
      : time_(time), log_(log), limit_(limit), bytes_limit_(bytes_limit) {}

  /// Stands for a handler that is running; make it on the stack. Any thread.
  class guard {
   public:
    guard(watchdog& watchdog, const address& actor, const std::string& command, const trace_context& because_of = {});
    ~guard();
    guard(const guard&) = delete;
    guard& operator=(const guard&) = delete;

   private:
    friend class watchdog;
    watchdog& watchdog_;
    const address& actor_;
    const std::string& command_;
    const trace_context because_of_;
    const instant since_;
    const std::size_t place_;
    const std::uint64_t allocated_ = allocated_here();
  };

  /// Notes every handler that has run longer than the limit, once. Call it often, from any thread.
  void look();
  /// How many were noted.
  [[nodiscard]] std::uint64_t slow() const { return slow_; }
  /// How many allocated too much.
  [[nodiscard]] std::uint64_t hungry() const { return hungry_; }

 private:
  // On lines of its own: a thread writes to its place at every handler.
  struct alignas(64) place {
    std::mutex mutex;
    const guard* running = nullptr;
    bool noted = false;
  };
  static constexpr std::size_t places_max = 256;

  std::size_t enter(const guard& g);
  /// True if the handler was noted already.
  bool leave(std::size_t at);
  void note(const guard& g, duration ran, bool ended);
  void note_memory(const guard& g, std::uint64_t bytes);

  const clock& time_;
  journal& log_;
  const duration limit_;
  const std::uint64_t bytes_limit_;
  std::atomic<std::uint64_t> slow_{0}, hungry_{0};
  std::array<place, places_max> places_;
};

}  // namespace parlor
