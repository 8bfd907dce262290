#include "http/program/clock_watch.hpp"

#include <string>

namespace parlor::http {

void clock_watch::look() {
  duration set_by = time_.follow();
  if (set_by == duration{0}) return;
  std::string seconds = std::to_string(std::chrono::abs(set_by).count() / 1000) + " s";
  log_.note(journal::level::warning, "clock_set", {},
            set_by > duration{0} ? "forward by " + seconds + ": what is due by it happens now"
                                 : "back by " + seconds + ": until it has caught up, time goes at 7/8 of its speed");
}

}  // namespace parlor::http
