#pragma once

#include <atomic>

namespace parlor {

/// A number that one thread at a time changes, and that others may look at meanwhile: what they see is a
/// value that it had, perhaps no longer the last. To its owner it costs what a plain number costs.
template <class T>
class published {
 public:
  published(T value = {}) : value_(value) {}
  operator T() const { return value_.load(std::memory_order_relaxed); }
  published& operator=(T value) {
    value_.store(value, std::memory_order_relaxed);
    return *this;
  }
  published& operator++() { return *this = static_cast<T>(*this + 1); }

 private:
  std::atomic<T> value_;
};

}  // namespace parlor
