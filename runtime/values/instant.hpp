#pragma once

#include <chrono>
#include <string>

namespace parlor {

/// A point in time, in milliseconds of the civil calendar, and a length of time.
using duration = std::chrono::milliseconds;
using instant = std::chrono::time_point<std::chrono::system_clock, duration>;

/// Tells the time. All time in the runtime comes from one clock, so that a test can replace it and
/// thirty idle minutes pass at once. Any thread may ask.
class clock {
 public:
  virtual ~clock() = default;
  [[nodiscard]] virtual instant now() const = 0;
};

/// The clock of a real server: civil time when it was made, carried on by the steady clock, so that
/// it never goes back. It does not follow a civil clock that is set later.
class real_clock final : public clock {
 public:
  [[nodiscard]] instant now() const override { return start_ + (steady() - steady_start_); }

 private:
  static duration steady();

  instant start_ = std::chrono::time_point_cast<duration>(std::chrono::system_clock::now());
  duration steady_start_ = steady();
};

/// Milliseconds since 1970: how instants are stored.
[[nodiscard]] inline std::int64_t to_ms(instant t) { return t.time_since_epoch().count(); }
[[nodiscard]] inline instant from_ms(std::int64_t ms) { return instant{duration{ms}}; }

/// Writes `t` as RFC 3339 in UTC with milliseconds: `2024-05-01T09:30:00.000Z`.
[[nodiscard]] std::string to_text(instant t);

}  // namespace parlor
