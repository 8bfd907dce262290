#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

namespace parlor {

/// A queue that many threads fill and one empties, all at once. That one is woken when there is what it
/// waits for, and not by each that comes before.
template <class T>
class inbox {
 public:
  /// Adds a T made of `parts`.
  template <class... Parts>
  void put(Parts&&... parts) {
    bool enough = false;
    {
      std::lock_guard lock(mutex_);
      waiting_.emplace_back(std::forward<Parts>(parts)...);
      enough = waiting_.size() == wanted_;
    }
    if (enough) changed_.notify_one();
  }
  [[nodiscard]] std::size_t size() const {
    std::lock_guard lock(mutex_);
    return waiting_.size();
  }
  /// Waits for something, or the end: an empty answer is the end. Before that, waits up to `patience` until
  /// `hoped_for` are there.
  std::vector<T> take(std::size_t hoped_for = 1, std::chrono::microseconds patience = {}) {
    std::unique_lock lock(mutex_);
    if (wanted_ = hoped_for; hoped_for > 1)
      changed_.wait_for(lock, patience, [this] { return ended_ || waiting_.size() >= wanted_; });
    wanted_ = 1;
    changed_.wait(lock, [this] { return ended_ || !waiting_.empty(); });
    std::vector<T> items = std::exchange(waiting_, std::vector<T>());
    // As much is likely to come again: room for it now costs less than to move what waits, as it grows.
    waiting_.reserve(items.size());
    return items;
  }
  void end() {
    {
      std::lock_guard lock(mutex_);
      ended_ = true;
    }
    changed_.notify_one();
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<T> waiting_;
  std::size_t wanted_ = 1;
  bool ended_ = false;
};

}  // namespace parlor
