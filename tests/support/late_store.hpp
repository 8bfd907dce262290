#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "runtime/storage/memory_store.hpp"

namespace parlor::testing {

/// A memory store that completes loads and commits when the test says so, fails them, or loses power.
/// Any thread.
class late_store final : public store {
 public:
  std::atomic<bool> hold_loads{false};
  std::atomic<bool> hold_saves{false};
  std::atomic<bool> fail_loads{false};
  std::atomic<bool> fail_saves{false};
  /// A disk that says a commit is there while it is still held.
  std::atomic<bool> lies{false};
  std::atomic<bool> holds{false};  ///< deletions
  /// Heard by the runtime when it starts.
  std::uint64_t begun_era = 0;

  void load(const address& actor, loaded done) override {
    if (off_ || fail_loads) return done(failure{"storage_failed", "the test wants it so"});
    auto work = [this, actor, done = std::move(done)]() mutable { inner_.load(actor, std::move(done)); };
    hold_loads ? hold(std::move(work)) : work();
  }
  void save(commit change, saved done) override {
    if (change.rolled) {
      std::lock_guard lock(mutex_);
      rolled_.push_back(change);
    }
    if (lies && hold_saves && !off_) {
      done(commit_receipt{.row = 1, .first_message = 1'000'000'000});
      hold([this, change] {
        if (!off_) inner_.save(change, [](auto) {});
      });
      return;
    }
    auto work = [this, change = std::move(change), done = std::move(done)]() mutable {
      if (off_ || fail_saves) done(failure{"storage_failed", "the test wants it so"});
      else inner_.save(std::move(change), std::move(done));
    };
    // Behind what is held already: commits keep their order, as every store promises.
    !off_ && (hold_saves || held() > 0) ? hold(std::move(work)) : work();
  }

  void cross_off(const address& actor, delivery owed) override {
    if (!off_) inner_.cross_off(actor, owed);
  }
  void bury(const address& actor, delivery owed, std::string reason) override {
    if (!off_) inner_.bury(actor, owed, reason);
  }
  backlog restore(std::size_t messages_max = SIZE_MAX) override { return inner_.restore(messages_max); }
  result<std::vector<stored_message>> owed(std::uint64_t after, std::uint64_t last, std::size_t messages_max) override {
    if (off_ || fail_loads) return failure{"storage_failed", "the test wants it so"};
    return inner_.owed(after, last, messages_max);
  }
  void drop_messages(const address& actor, counted done) override { inner_.drop_messages(actor, std::move(done)); }
  void read_letters(const letter_choice& which, std::uint64_t after, std::size_t most, letters_read done) override {
    inner_.read_letters(which, after, most, std::move(done));
  }
  void redeliver(const letter_choice& which, redelivered done) override { inner_.redeliver(which, std::move(done)); }
  void drop_letters(const letter_choice& which, counted done) override { inner_.drop_letters(which, std::move(done)); }
  [[nodiscard]] std::uint64_t era() const override { return begun_era; }
  [[nodiscard]] bool holds_deletions() const override { return holds; }
  void accept_clock() override { holds = false; }

  /// Completes what was held, oldest first; `count` limits how many.
  void complete(std::size_t count = SIZE_MAX) {
    for (; count > 0 && held() > 0; --count) {
      callback<void()> work;
      {
        std::lock_guard lock(mutex_);
        work = std::move(held_.front());
        held_.pop_front();
      }
      work();
    }
  }
  /// Looks at what is on the disk, whatever the disk does.
  void peek(const address& actor, const std::function<void(const std::optional<stored_actor>&)>& look) {
    inner_.load(actor, [&](auto found) { look(found.value()); });
  }
  /// Of what is held, `kept` more commits reach the disk; then the power is gone, and whatever is asked
  /// or still held fails.
  void power_off(std::size_t kept) {
    complete(kept);
    off_ = true;
    complete();
  }
  void power_on() { off_ = false; }
  [[nodiscard]] std::size_t held() const {
    std::lock_guard lock(mutex_);
    return held_.size();
  }
  /// The commits of commands that rolled, in order.
  [[nodiscard]] std::vector<commit> rolled() const {
    std::lock_guard lock(mutex_);
    return rolled_;
  }
  [[nodiscard]] std::size_t size() const { return inner_.size(); }
  [[nodiscard]] std::size_t dead_letters() const { return inner_.dead_letters(); }

 private:
  void hold(callback<void()> work) {
    std::lock_guard lock(mutex_);
    held_.push_back(std::move(work));
  }

  std::atomic<bool> off_{false};
  memory_store inner_;
  mutable std::mutex mutex_;
  std::deque<callback<void()>> held_;
  std::vector<commit> rolled_;
};

}  // namespace parlor::testing
