#include "http/program/clock_watch.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>

namespace parlor::http {
namespace {

/// So often the time is stored: a start does not take a shorter pause for a jump.
constexpr auto keep_every = std::chrono::minutes(1);

std::string acceptance_in(const std::string& folder) { return folder + "/clock_accepted"; }

timespec to_timespec(instant t) { return {.tv_sec = to_ms(t) / 1000, .tv_nsec = to_ms(t) % 1000 * 1'000'000}; }

std::string in_seconds(duration length) { return std::to_string(std::chrono::abs(length).count() / 1000) + " s"; }

}  // namespace

clock_watch::clock_watch(real_clock& time, sqlite_store& store, journal& log, const std::string& folder)
    : time_(time),
      store_(store),
      log_(log),
      acceptance_(acceptance_in(folder)),
      seen_(store.last_clock().seen),
      held_(store.last_clock().held) {
  if (seen_ == instant{}) seen_ = time.civil();
  look();
  store_.keep_clock({seen_, held_});
}

clock_watch::~clock_watch() { store_.keep_clock({seen_, held_}); }

void clock_watch::look() {
  const auto steady = std::chrono::steady_clock::now();
  const instant civil = time_.civil();
  const duration before = held_;
  held_ = std::max(held_ - std::chrono::duration_cast<duration>(steady - looked_at_), duration{0});
  looked_at_ = steady;
  if (before > duration{0} && !store_.holds_deletions()) held_ = duration{0};  // an operator has said so
  else if (before > duration{0} && held_ == duration{0}) release("it has gone on for a day");
  if (accepted(civil)) release("parlor clock accept");
  else if (civil - seen_ > jump) hold("the clock was last seen at " + to_text(seen_) + " and is at " + to_text(civil));
  seen_ = civil;
  follow();
  if (time_.now() - civil > jump && held_ < trusted_after / 2)
    hold("the server's time is at " + to_text(time_.now()) + ", and the clock is at " + to_text(civil));
  bool changed = (before > duration{0}) != (held_ > duration{0});
  if (!changed && steady - kept_at_ < keep_every) return;
  kept_at_ = steady;
  store_.keep_clock({seen_, held_});
}

void clock_watch::follow() {
  duration set_by = time_.follow();
  if (set_by == duration{0}) return;
  log_.note(journal::level::warning, "clock_set", {},
            set_by > duration{0}
                ? "forward by " + in_seconds(set_by) + ": what is due by it happens now"
                : "back by " + in_seconds(set_by) + ": until it has caught up, time goes at 7/8 of its speed");
}

void clock_watch::hold(const std::string& why) {
  held_ = trusted_after;
  store_.keep_clock({seen_, held_});
  log_.note(journal::level::warning, "deletions_held", {},
            why + ": nothing is deleted until the console or parlor clock accept says that it is right, or for a day");
}

void clock_watch::release(const std::string& why) {
  held_ = duration{0};
  store_.accept_clock();
  log_.note(journal::level::info, "clock_accepted", {}, why);
}

bool clock_watch::accepted(instant civil) {
  struct stat left {};
  if (::stat(acceptance_.c_str(), &left) != 0) return false;
  ::unlink(acceptance_.c_str());
  auto at = from_ms(left.st_mtim.tv_sec * 1000 + left.st_mtim.tv_nsec / 1'000'000);
  return std::chrono::abs(civil - at) <= jump;
}

void leave_acceptance(const std::string& folder, instant civil) {
  if (!std::filesystem::exists(folder + "/parlor.db")) throw std::runtime_error("there is no " + folder + "/parlor.db");
  std::string file = acceptance_in(folder);
  int left = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  timespec times[] = {to_timespec(civil), to_timespec(civil)};
  bool done = left >= 0 && ::futimens(left, times) == 0;
  int error = errno;
  if (left >= 0) ::close(left);
  if (!done) throw std::runtime_error("cannot write " + file + ": " + std::strerror(error));
}

}  // namespace parlor::http
