#pragma once

#include <atomic>
#include <forward_list>
#include <mutex>
#include <utility>

namespace parlor {

/// A value that an operator changes now and then, while any thread reads it: to read it is one load. What it was before
/// is kept for as long as this is there, for whoever still reads it: as many bytes for each change.
template <class T>
class reloadable {
 public:
  explicit reloadable(T value) { replace(std::move(value)); }

  // Any thread.

  [[nodiscard]] const T& now() const { return *now_.load(std::memory_order_acquire); }
  void replace(T value) {
    std::lock_guard lock(mutex_);
    now_.store(&values_.emplace_front(std::move(value)), std::memory_order_release);
  }

 private:
  std::atomic<const T*> now_{nullptr};
  std::mutex mutex_;
  std::forward_list<T> values_;
};

}  // namespace parlor
