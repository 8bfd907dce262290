#include "runtime/values/instant.hpp"

#include <time.h>

#include <cstdio>

namespace parlor {

duration real_clock::steady() {
  // As of the kernel's last tick, at most 10 ms ago: good enough for times in milliseconds that people wait
  // for, and a few times cheaper than reading the hardware for each of the times that one request asks.
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
  return std::chrono::duration_cast<duration>(std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec));
}

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
