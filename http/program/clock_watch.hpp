#pragma once

#include "runtime/values/instant.hpp"
#include "runtime/values/journal.hpp"

namespace parlor::http {

/// Sees to it that the server's time follows the civil clock. One thread.
class clock_watch {
 public:
  clock_watch(real_clock& time, journal& log) : time_(time), log_(log) {}

  /// Looks at the clock: to be called each second or so.
  void look();

 private:
  real_clock& time_;
  journal& log_;
};

}  // namespace parlor::http
