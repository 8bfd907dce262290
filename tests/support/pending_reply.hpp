#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "runtime/hosting/requests/request.hpp"

namespace parlor::testing {

/// A reply that may not have come yet; the first counts, if several come. Any thread. Copies share it, and one may
/// collect the replies to many requests:
///
///     pending_reply replies;
///     for (...) runtime.send(call, replies.receiver());
///     CHECK(replies.wait_for(100) == 100);
class pending_reply {
 public:
  [[nodiscard]] request::answer_function receiver() const {
    return [kept = kept_](reply r) {
      std::lock_guard lock(kept->mutex);
      if (r.ok()) ++kept->ok;
      if (++kept->times == 1) kept->first = std::move(r);
      kept->changed.notify_all();
    };
  }

  [[nodiscard]] bool answered() const { return times() > 0; }
  /// How many replies came.
  [[nodiscard]] int times() const {
    std::lock_guard lock(kept_->mutex);
    return kept_->times;
  }
  /// How many of them were no failures.
  [[nodiscard]] int ok() const {
    std::lock_guard lock(kept_->mutex);
    return kept_->ok;
  }
  /// Waits until so many came, a minute at most; how many came.
  int wait_for(int count) const {
    std::unique_lock lock(kept_->mutex);
    kept_->changed.wait_for(lock, std::chrono::minutes(1), [&] { return kept_->times >= count; });
    return kept_->times;
  }

  [[nodiscard]] const reply& answer() const { return kept_->first; }
  [[nodiscard]] const std::string& body() const { return kept_->first.body; }
  /// The word of the failure; "ok", or "pending".
  [[nodiscard]] std::string word() const {
    if (!answered()) return "pending";
    return answer().ok() ? "ok" : answer().why.code;
  }
  /// The body, or the word without one.
  [[nodiscard]] std::string body_or_word() const { return word() == "ok" ? body() : word(); }

 private:
  struct state {
    std::mutex mutex;
    std::condition_variable changed;
    int times = 0;
    int ok = 0;
    reply first;  ///< does not change once `times` is 1
  };
  std::shared_ptr<state> kept_ = std::make_shared<state>();
};

}  // namespace parlor::testing
