#pragma once

#include <chrono>
#include <string>

#include "runtime/storage/sqlite_store.hpp"
#include "runtime/values/instant.hpp"
#include "runtime/values/journal.hpp"

namespace parlor::http {

/// Sees to it that the server's time follows the civil clock, and that a clock which is wrong deletes nothing.
///
/// A civil clock that is more than a day further than it was a moment ago, or when the store was last served, may be
/// wrong; or the server was off. Then the store holds deletions: until an operator accepts the clock, in the console or
/// by `parlor clock accept`, or the server has run for a day. So it also does while the server's own time is
/// more than a day ahead of a civil clock that was set back. One thread.
class clock_watch {
 public:
  static constexpr duration jump = std::chrono::hours(24);
  static constexpr duration trusted_after = std::chrono::hours(24);

  /// Looks for the first time: to be made before the runtime is. `folder` is the store's.
  clock_watch(real_clock& time, sqlite_store& store, journal& log, const std::string& folder);
  /// Stores when the clock was last seen.
  ~clock_watch();
  clock_watch(const clock_watch&) = delete;
  clock_watch& operator=(const clock_watch&) = delete;

  /// Looks at the clock: to be called each second or so.
  void look();

 private:
  void follow();
  void hold(const std::string& why);
  void release(const std::string& why);
  /// Whether `parlor clock accept` has said so since the last look, by a clock that went on as it should.
  bool accepted(instant civil);

  real_clock& time_;
  sqlite_store& store_;
  journal& log_;
  const std::string acceptance_;
  instant seen_;   // civil
  duration held_;  // still to run, until deletions are not held; 0: they are not
  std::chrono::steady_clock::time_point looked_at_ = std::chrono::steady_clock::now(), kept_at_ = looked_at_;
};

/// What `parlor clock accept` does: leaves word for the server that serves from a folder, or will. Throws
/// std::runtime_error with one sentence.
void leave_acceptance(const std::string& folder, instant civil);

}  // namespace parlor::http
