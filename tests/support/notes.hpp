#pragma once

#include <algorithm>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/values/journal.hpp"

namespace parlor::testing {

/// A journal that keeps what it is told. Any thread.
class notes final : public journal {
 public:
  struct line {
    std::string event;
    std::string actor;
    std::string detail;
    trace_context because_of;
  };

  void note(level, std::string_view event, const address& actor, std::string_view detail,
            const trace_context& because_of) override {
    std::lock_guard lock(mutex_);
    lines_.push_back({std::string(event), actor.text(), std::string(detail), because_of});
  }
  [[nodiscard]] bool wants(level) const override { return true; }

  [[nodiscard]] std::size_t count(std::string_view event, std::string_view actor = {}) const {
    std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count_if(lines_.begin(), lines_.end(), [&](const line& l) {
      return l.event == event && (actor.empty() || l.actor == actor);
    }));
  }
  /// The detail of the last note of that event, about that actor if one is named; empty without one.
  [[nodiscard]] std::string last(std::string_view event, std::string_view actor = {}) const {
    std::lock_guard lock(mutex_);
    for (auto it = lines_.rbegin(); it != lines_.rend(); ++it)
      if (it->event == event && (actor.empty() || it->actor == actor)) return it->detail;
    return {};
  }

  /// What brought about the last note of that event.
  [[nodiscard]] trace_context cause_of(std::string_view event) const {
    std::lock_guard lock(mutex_);
    for (auto it = lines_.rbegin(); it != lines_.rend(); ++it)
      if (it->event == event) return it->because_of;
    return {};
  }

  /// Whether any note has these words.
  [[nodiscard]] bool mentions(std::string_view words) const {
    std::lock_guard lock(mutex_);
    return std::any_of(lines_.begin(), lines_.end(), [&](const line& l) {
      return l.actor.find(words) != std::string::npos || l.detail.find(words) != std::string::npos;
    });
  }
  /// Whether an actor was never made while it was awake already.
  [[nodiscard]] bool one_at_a_time(std::string_view actor) const {
    std::lock_guard lock(mutex_);
    int awake = 0;
    for (const line& l : lines_) {
      if (l.actor != actor) continue;
      awake += (l.event == "created") - (l.event == "asleep");
      if (awake > 1) return false;
    }
    return true;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<line> lines_;
};

}  // namespace parlor::testing
