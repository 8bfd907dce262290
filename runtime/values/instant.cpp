#include "runtime/values/instant.hpp"

#include <time.h>

#include <cstdio>

namespace parlor {

namespace {

/// As of the kernel's last tick, at most 10 ms ago: good enough for times in milliseconds that people wait for, and a
/// few times cheaper than reading the hardware for each of the times that one request asks.
duration read_clock(clockid_t which) {
  timespec t{};
  clock_gettime(which, &t);
  return std::chrono::duration_cast<duration>(std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec));
}

/// The two clocks are read one after the other, and a tick may come between. The kernel adjusts both alike.
constexpr duration unnoticed{100};

/// A new piece begins when surely every thread knows it.
constexpr duration begins_after{100};

}  // namespace

followed_time::followed_time(duration steady, instant civil)
    : pieces_{{steady, civil, duration{0}}}, last_(&pieces_.back()) {}

duration followed_time::follow(duration steady, instant civil) {
  const piece& last = pieces_.back();
  duration set_by = civil - (last.at + (steady - last.from) - last.ahead);
  if (std::chrono::abs(set_by) < unnoticed) return duration{0};
  duration from = steady + begins_after;
  instant here = at(from), there = civil + begins_after;
  pieces_.push_back({from, std::max(here, there), std::max(here - there, duration{0})});
  last_.store(&pieces_.back(), std::memory_order_release);
  return set_by;
}

duration real_clock::steady() { return read_clock(CLOCK_MONOTONIC_COARSE); }
instant real_clock::civil() const { return instant{read_clock(CLOCK_REALTIME_COARSE)}; }

std::string to_text(instant t) {
  using namespace std::chrono;
  auto day = floor<days>(t);
  year_month_day date{day};
  hh_mm_ss clock{t - day};
  char text[48];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", int(date.year()), unsigned(date.month()),
                unsigned(date.day()), int(clock.hours().count()), int(clock.minutes().count()),
                int(clock.seconds().count()), int(clock.subseconds().count()));
  return text;
}

}  // namespace parlor
