#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include "runtime/hosting/reminders/reminders.hpp"

namespace parlor {

/// What came to actors and would have removed them while deletions were held: it comes again when they are not. The
/// store owes it meanwhile. Any thread.
class held_deletions {
 public:
  void keep(parcel p) {
    std::lock_guard lock(mutex_);
    kept_.push_back(std::move(p));
  }
  /// Takes out all of them.
  [[nodiscard]] std::vector<parcel> take() {
    std::lock_guard lock(mutex_);
    return std::exchange(kept_, {});
  }
  [[nodiscard]] std::size_t size() const {
    std::lock_guard lock(mutex_);
    return kept_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::vector<parcel> kept_;
};

}  // namespace parlor
