#pragma once

#include <signal.h>
#include <sys/prctl.h>

/// What every server of the harness does the same: it serves until the harness says that it is
/// enough, and it does not outlive the harness, however that ended.
namespace parlor::bench {

/// SIGTERM and SIGINT, taken by `wait` and by no handler. Make it before any thread starts.
class stop_signal {
 public:
  stop_signal() {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    signal(SIGPIPE, SIG_IGN);
  }
  void wait() {
    int which = 0;
    sigwait(&set_, &which);
  }

 private:
  sigset_t set_;
};

}  // namespace parlor::bench
