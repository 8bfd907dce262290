#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace parlor {

/// The thread of what comes due, and of the looks at handlers that run.
class ticker {
 public:
  struct duties {
    std::function<void()> tick;  ///< each 50 ms
    std::function<bool()> look;  ///< then, and each 5 ms while there is work: whether there was since the last time
  };

  /// Does nothing until `start`.
  explicit ticker(duties its) : duties_(std::move(its)) {}
  ~ticker() { stop(); }
  void start() {
    thread_ = std::thread([this] { run(); });
  }
  /// Ends when the tick that is under way has ended.
  void stop() {
    {
      std::lock_guard lock(mutex_);
      ended_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

 private:
  using steady = std::chrono::steady_clock;
  static constexpr auto tick_every = std::chrono::milliseconds(50);
  /// A handler that goes on holds up its loop until it is looked at.
  static constexpr auto look_every = std::chrono::milliseconds(5);
  /// So long after the last work.
  static constexpr auto busy_for = std::chrono::seconds(1);

  void run() {
    steady::time_point next_tick{}, busy_until{};
    std::unique_lock lock(mutex_);
    while (!ended_) {
      lock.unlock();
      auto now = steady::now();
      if (now >= next_tick) {
        duties_.tick();
        next_tick = now + tick_every;
      }
      if (duties_.look()) busy_until = now + busy_for;
      lock.lock();
      changed_.wait_for(lock, now < busy_until ? look_every : tick_every, [this] { return ended_; });
    }
  }

  const duties duties_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace parlor
