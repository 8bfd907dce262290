#include "http/program/signals.hpp"

#include <utility>

namespace parlor::http {

signals_to_the_program::signals_to_the_program(pid_t parent) : parent_(parent) {
  sigemptyset(&set_);
  for (int s : operators_signals) sigaddset(&set_, s);
  pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

int signals_to_the_program::wait(const std::function<void()>& meanwhile, const std::function<void()>& reload) {
  const timespec second{.tv_sec = 1, .tv_nsec = 0};
  for (;;) {
    siginfo_t how{};
    int which = sigtimedwait(&set_, &how, &second);
    if (asks_to_stop(which) && is_another(how)) return which;
    if (which == SIGHUP) reload();
    if (which < 0) meanwhile();
  }
}

/// A terminal, or `killall`, tells the parent too, which hands it on: that is one request, not two.
bool signals_to_the_program::is_another(const siginfo_t& how) {
  const bool by_parent = parent_ != 0 && how.si_code == SI_USER && how.si_pid == parent_;
  bool& own = by_parent ? asked_by_parent_ : asked_by_others_;
  const bool& other = by_parent ? asked_by_others_ : asked_by_parent_;
  return std::exchange(own, true) || !other;
}

}  // namespace parlor::http
