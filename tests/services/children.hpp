#pragma once

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "runtime/services/child_process.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/processes.hpp"
#include "tests/support/scratch_folder.hpp"

/// Words for tests of programs that belong to a server.
namespace parlor::testing {

/// A variable that no other test's processes have.
inline std::string unique_variable() {
  static int count = 0;
  return "PARLOR_TEST_MARK=" + std::to_string(::getpid()) + "_" + std::to_string(++count);
}

/// Children under test: whoever starts one gets a number and can wait for its end.
class nursery {
 public:
  explicit nursery(std::vector<std::string> supervisor = {PARLOR_SUPERVISOR, "supervise"})
      : children_(std::in_place, std::move(supervisor)) {}

  std::uint64_t start(child_options program) {
    program.environment.push_back(variable);
    // The number is known after the start only; the end may come before.
    auto slot = std::make_shared<std::optional<child_end>>();
    std::uint64_t number = children_->start(std::move(program), [this, slot](child_end&& how) {
      std::lock_guard lock(mutex_);
      if (*slot) ++told_twice;
      *slot = std::move(how);
      // What stands when the end is told is what the tests are about.
      left_at_end_ = look_at_ends ? processes_with(variable).size() : 0;
      ++ended_;
      changed_.notify_all();
    });
    std::lock_guard lock(mutex_);
    ends_[number] = std::move(slot);
    return number;
  }
  std::uint64_t start_shell(const std::string& script, duration stop_within = std::chrono::seconds(5)) {
    return start({.command = {"sh", "-c", script}, .environment = {"PATH=/usr/bin:/bin"}, .stop_within = stop_within});
  }
  void stop(std::uint64_t number) { children_->stop(number); }

  /// Waits for at most 30 s; "has not ended" then.
  child_end end_of(std::uint64_t number) {
    std::unique_lock lock(mutex_);
    auto& slot = ends_.at(number);
    if (!changed_.wait_for(lock, std::chrono::seconds(30), [&] { return slot->has_value(); }))
      return {.how = "has not ended"};
    return **slot;
  }
  bool has_ended(std::uint64_t number) {
    std::lock_guard lock(mutex_);
    return ends_.at(number)->has_value();
  }
  int ended() {
    std::lock_guard lock(mutex_);
    return ended_;
  }
  /// How many processes lived when the last end was told.
  std::size_t left_at_end() {
    std::lock_guard lock(mutex_);
    return left_at_end_;
  }
  /// The server stops.
  void close() { children_.reset(); }

  const std::string variable = unique_variable();
  bool look_at_ends = true;  ///< false for many at once: looking takes a while
  int told_twice = 0;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, std::shared_ptr<std::optional<child_end>>> ends_;
  std::size_t left_at_end_ = 0;
  int ended_ = 0;
  std::optional<child_processes> children_;  ///< last: it ends before what its callbacks use
};

inline const std::string path = "PATH=/usr/bin:/bin";

/// A file that a program writes when it has come so far.
class sign {
 public:
  [[nodiscard]] bool given() const { return !text().empty(); }
  [[nodiscard]] std::string text() const { return text_of(file); }

 private:
  scratch_folder folder_;

 public:
  const std::string file = folder_.path("sign");
};

}  // namespace parlor::testing
