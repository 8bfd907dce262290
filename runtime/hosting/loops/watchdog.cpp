#include "runtime/hosting/loops/watchdog.hpp"

#include "runtime/values/thread_number.hpp"

namespace parlor {

watchdog::guard::guard(watchdog& watchdog, const address& actor, const std::string& command,
                       const trace_context& because_of)
    : watchdog_(watchdog),
      actor_(actor),
      command_(command),
      because_of_(because_of),
      since_(watchdog.time_.now()),
      place_(watchdog.enter(*this)) {}

watchdog::guard::~guard() {
  std::uint64_t allocated = allocated_here() - allocated_;
  if (allocated > watchdog_.bytes_limit_) watchdog_.note_memory(*this, allocated);
  bool noted = watchdog_.leave(place_);
  duration ran = watchdog_.time_.now() - since_;
  if (!noted && ran > watchdog_.limit_) watchdog_.note(*this, ran, true);
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
    places_[at].noted = false;
    return at;
  }
}

bool watchdog::leave(std::size_t at) {
  if (at == places_max) return false;
  std::lock_guard lock(places_[at].mutex);
  places_[at].running = nullptr;
  return places_[at].noted;
}

void watchdog::look() {
  instant now = time_.now();
  for (place& p : places_) {
    std::lock_guard lock(p.mutex);
    if (!p.running || p.noted || now - p.running->since_ <= limit_) continue;
    p.noted = true;
    note(*p.running, now - p.running->since_, false);
  }
}

void watchdog::note(const guard& g, duration ran, bool ended) {
  ++slow_;
  log_.note(journal::level::warning, "slow_handler", g.actor_,
            g.command_ + (ended ? " ran for " : " is still running after ") + std::to_string(ran.count()) + " ms",
            g.because_of_);
}

void watchdog::note_memory(const guard& g, std::uint64_t bytes) {
  ++hungry_;
  log_.note(journal::level::warning, "handler_memory", g.actor_,
            g.command_ + " allocated " + std::to_string((bytes + 512 * 1024) / (1024 * 1024)) + " MiB", g.because_of_);
}

}  // namespace parlor
