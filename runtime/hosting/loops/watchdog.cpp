#include "runtime/hosting/loops/watchdog.hpp"

#include <algorithm>
#include <utility>

#include "runtime/values/thread_number.hpp"

namespace parlor {
namespace {

/// Looks come many times a second. After a longer pause it was not the handlers that took the time: the process was
/// stopped, or the machine slept.
constexpr auto looks_apart_max = std::chrono::seconds(1);

}  // namespace

watchdog::guard::guard(watchdog& watchdog, const address& actor, const std::string& part,
                       const trace_context& because_of, std::string_view sender)
    : watchdog_(watchdog),
      runs_{actor, part, sender},
      outer_(std::exchange(running_here, &runs_)),
      because_of_(because_of),
      since_(watchdog.time_.now()),
      place_(watchdog.enter(*this)) {}

watchdog::guard::~guard() {
  std::uint64_t allocated = allocated_here() - allocated_;
  duration ran = watchdog_.time_.now() - since_;
  bool noted = watchdog_.leave(*this);
  running_here = outer_;
  if (allocated > watchdog_.limits_.memory) watchdog_.note_memory(*this, allocated);
  if (!noted && ran > watchdog_.limits_.slow) watchdog_.note(*this, ran, true);
}

std::size_t watchdog::enter(const guard& g) {
  // A thread finds its usual place free unless there are, or were, more threads than places.
  std::size_t start = thread_number();
  for (std::size_t step = 0;; ++step) {
    std::size_t at = (start + step) % places_max;
    if (step >= places_max) return places_max;  // more threads than places: checked at its end only
    std::lock_guard lock(places_[at].mutex);
    if (places_[at].running) continue;
    places_[at].running = &g;
    ++places_[at].entries;
    std::size_t used = places_used_.load(std::memory_order_relaxed);
    while (at >= used && !places_used_.compare_exchange_weak(used, at + 1)) {}
    places_[at].noted = places_[at].relieved = false;
    places_[at].excused = duration{0};
    return at;
  }
}

bool watchdog::leave(const guard& g) {
  if (g.place_ == places_max) return false;
  place& p = places_[g.place_];
  bool relieved = false, noted = false;
  {
    std::lock_guard lock(p.mutex);
    p.running = nullptr;
    noted = p.noted;
    relieved = p.relieved;
  }
  if (relieved) g.serves_->take_back();
  return noted;
}

bool watchdog::look() {
  instant now = time_.now();
  duration apart = now - std::exchange(looked_at_, now);
  std::uint64_t entries = 0;
  bool runs = false;
  for (std::size_t at = 0; at < places_used_.load(std::memory_order_relaxed); ++at) {
    place& p = places_[at];
    std::lock_guard lock(p.mutex);
    entries += p.entries;
    runs = runs || p.running;
    if (p.running) look_at(p, now, apart > looks_apart_max ? apart : duration{0});
  }
  return std::exchange(entries_seen_, entries) != entries || runs;
}

void watchdog::look_at(place& p, instant now, duration stood_still) {
  const guard& g = *p.running;
  duration ran = now - g.since_;
  p.excused += std::min(stood_still, ran);
  if (ran > limits_.relief && g.serves_ && !p.relieved) p.relieved = g.serves_->relieve();
  if (ran <= limits_.slow) return;
  if (!p.noted) {
    p.noted = true;
    note(g, ran, false);
  }
  duration bound = g.serves_ ? limits_.abort : limits_.blocking_abort;
  if (stuck_ && ran - p.excused > bound) stuck_(g.runs_, g.thread_, ran);
}

void watchdog::note(const guard& g, duration ran, bool ended) {
  ++slow_;
  log_.note(journal::level::warning, "slow_handler", g.runs_.actor,
            g.runs_.part + (ended ? " ran for " : " is still running after ") + std::to_string(ran.count()) + " ms",
            g.because_of_);
}

void watchdog::note_memory(const guard& g, std::uint64_t bytes) {
  ++hungry_;
  log_.note(journal::level::warning, "handler_memory", g.runs_.actor,
            g.runs_.part + " allocated " + std::to_string((bytes + 512 * 1024) / (1024 * 1024)) + " MiB",
            g.because_of_);
}

}  // namespace parlor
