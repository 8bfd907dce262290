#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>

#include "runtime/storage/memory_store.hpp"

namespace parlor::testing {

/// A memory store that completes loads and commits when the test says so, or fails them. Any thread.
class late_store final : public store {
 public:
  std::atomic<bool> hold_loads{false};
  std::atomic<bool> hold_saves{false};
  std::atomic<bool> fail_loads{false};
  std::atomic<bool> fail_saves{false};

  void load(const address& who, loaded done) override {
    if (fail_loads) return done(failure{"storage_failed", "the test wants it so"});
    auto work = [this, who, done = std::move(done)] { inner_.load(who, done); };
    hold_loads ? hold(work) : work();
  }
  void save(commit what, saved done) override {
    auto work = [this, what = std::move(what), done = std::move(done)] {
      if (fail_saves) done(failure{"storage_failed", "the test wants it so"});
      else inner_.save(what, done);
    };
    hold_saves ? hold(work) : work();
  }

  /// Completes what was held, oldest first; `count` limits how many.
  void complete(std::size_t count = SIZE_MAX) {
    for (; count > 0 && held() > 0; --count) {
      std::function<void()> work;
      {
        std::lock_guard lock(mutex_);
        work = std::move(held_.front());
        held_.pop_front();
      }
      work();
    }
  }
  [[nodiscard]] std::size_t held() const {
    std::lock_guard lock(mutex_);
    return held_.size();
  }
  [[nodiscard]] std::size_t size() const { return inner_.size(); }

 private:
  void hold(std::function<void()> work) {
    std::lock_guard lock(mutex_);
    held_.push_back(std::move(work));
  }

  memory_store inner_;
  mutable std::mutex mutex_;
  std::deque<std::function<void()>> held_;
};

}  // namespace parlor::testing
