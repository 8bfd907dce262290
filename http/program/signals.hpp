#pragma once

#include <signal.h>
#include <sys/types.h>

#include <array>
#include <functional>

namespace parlor::http {

/// What the system and operators tell the program.
inline constexpr std::array operators_signals{SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2};

inline bool asks_to_stop(int signal) { return signal == SIGTERM || signal == SIGINT || signal == SIGQUIT; }

/// The signals of operators, taken by `wait` and by no handler. Nothing but SIGKILL ends the program without a drain.
/// Make it before any thread starts.
class signals_to_the_program {
 public:
  /// `parent`: the process that hands on what it is told (parent.hpp); 0: there is none.
  explicit signals_to_the_program(pid_t parent);

  /// Waits for one that asks it to stop. Does `meanwhile` each second, and `reload` at each SIGHUP.
  int wait(const std::function<void()>& meanwhile, const std::function<void()>& reload);

 private:
  bool is_another(const siginfo_t& how);

  sigset_t set_;
  const pid_t parent_;
  bool asked_by_parent_ = false, asked_by_others_ = false;
};

}  // namespace parlor::http
