#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include "runtime/values/callback.hpp"

namespace parlor {

/// Holds a mutex, and calls what it was given once that is free again: others' functions may come back to
/// whoever holds it.
class lock_and_after {
 public:
  using function = callback<void(), 160>;

  explicit lock_and_after(std::mutex& m) : lock_(m) {}
  ~lock_and_after() {
    lock_.unlock();
    for (function& f : after_) f();
  }
  lock_and_after(const lock_and_after&) = delete;
  lock_and_after& operator=(const lock_and_after&) = delete;

  void after(function f) { after_.push_back(std::move(f)); }

 private:
  std::unique_lock<std::mutex> lock_;
  std::vector<function> after_;
};

}  // namespace parlor
