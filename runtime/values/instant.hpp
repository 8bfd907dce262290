#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
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
  /// The time of the runtime, which never goes back.
  [[nodiscard]] virtual instant now() const = 0;
  /// The civil time, as outsiders know it, which somebody may set back: for what they date, such as a token's end.
  [[nodiscard]] virtual instant civil() const { return now(); }
  /// When, in the time of the runtime, a civil time comes, unless somebody sets the civil clock.
  [[nodiscard]] instant of_civil(instant t) const { return now() + (t - civil()); }
};

/// A time that follows a civil clock and never goes back, carried on by a steady one. Where the civil clock was set
/// forward, this jumps; where it was set back, this goes at seven eighths of the speed until the two agree.
///
/// One thread lets it follow, any may ask. What it was told is one immutable piece; a new one is told only when the
/// civil clock was set, and those of before are kept, for somebody may still read them.
class followed_time {
 public:
  followed_time(duration steady, instant civil);

  [[nodiscard]] instant at(duration steady) const {
    const piece* p = last_.load(std::memory_order_acquire);
    duration passed = steady - p->from;
    return p->at + passed - std::min(passed / 8, p->ahead);
  }
  /// Looks whether the civil clock was set. Returns by how much since the last call; 0 if it was not.
  duration follow(duration steady, instant civil);

 private:
  struct piece {
    duration from;   // a moment after it was told
    instant at;      // the time then
    duration ahead;  // to be lost from then on
  };
  std::deque<piece> pieces_;
  std::atomic<const piece*> last_;
};

/// The clock of a real server: it follows the civil clock whenever it is asked to.
class real_clock final : public clock {
 public:
  [[nodiscard]] instant now() const override { return time_.at(steady()); }
  [[nodiscard]] instant civil() const override;
  /// Goes where somebody has set the civil clock. Returns by how much they did; 0 if they did not. One thread.
  duration follow() { return time_.follow(steady(), civil()); }

 private:
  static duration steady();

  followed_time time_{steady(), civil()};
};

/// Milliseconds since 1970: how instants are stored.
[[nodiscard]] inline std::int64_t to_ms(instant t) { return t.time_since_epoch().count(); }
[[nodiscard]] inline instant from_ms(std::int64_t ms) { return instant{duration{ms}}; }

/// Writes `t` as RFC 3339 in UTC with milliseconds: `2024-05-01T09:30:00.000Z`.
[[nodiscard]] std::string to_text(instant t);

}  // namespace parlor
