#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace parlor {

/// Threads for handlers that may block. Threads start when first needed, at most `threads_max`.
class blocking_pool {
 public:
  /// With 0 threads the caller runs the work itself, at once: for simulations.
  explicit blocking_pool(std::size_t threads_max) : threads_max_(threads_max) {}
  /// Ends when the work that has begun has ended; work that waits is not begun.
  ~blocking_pool();

  /// Has a thread of the pool run `work`, which must not throw. Any thread.
  void run(std::function<void()> work);

 private:
  void serve();

  const std::size_t threads_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  std::size_t idle_ = 0;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace parlor
