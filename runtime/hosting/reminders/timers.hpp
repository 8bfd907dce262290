#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "runtime/values/callback.hpp"
#include "runtime/values/instant.hpp"

namespace parlor {

/// Functions to be called at a time, unless they are dropped before. Kept in memory only. Any thread.
class timers {
 public:
  using id = std::pair<instant, std::uint64_t>;
  using ring_function = callback<void()>;

  id set(instant due, ring_function ring) {
    std::lock_guard lock(mutex_);
    id number{due, ++last_};
    set_.emplace(number, std::move(ring));
    return number;
  }
  /// One that has rung is dropped already.
  void drop(const id& timer) {
    std::lock_guard lock(mutex_);
    set_.erase(timer);
  }
  /// Takes those that are due; the caller is to ring them.
  [[nodiscard]] std::vector<ring_function> due(instant now) {
    std::vector<ring_function> list;
    std::lock_guard lock(mutex_);
    while (!set_.empty() && set_.begin()->first.first <= now)
      list.push_back(std::move(set_.extract(set_.begin()).mapped()));
    return list;
  }

 private:
  std::mutex mutex_;
  std::uint64_t last_ = 0;
  std::map<id, ring_function> set_;
};

}  // namespace parlor
