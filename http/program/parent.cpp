#include "http/program/parent.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/program/handed_down.hpp"
#include "http/program/logging.hpp"
#include "http/program/signals.hpp"
#include "http/protocol/number.hpp"
#include "http/sockets/listening.hpp"

// Of jemalloc, where that is linked in (allocator.cpp).
extern "C" int mallctl(const char*, void*, std::size_t*, void*, std::size_t) __attribute__((weak));

namespace parlor::http {
namespace {

using steady = std::chrono::steady_clock;

constexpr duration first_pause = std::chrono::milliseconds(100), longest_pause = std::chrono::seconds(10);
/// Of a server that never was ready.
constexpr int crashed_starts_max = 5;
/// For a server that was ready.
constexpr duration ready_pause = std::chrono::seconds(1);
/// Who has served for so long is started again at once: what crashes is in quarantine by and by, and everybody else
/// waits meanwhile.
constexpr auto calm_after = std::chrono::seconds(1);

/// It returns memory in a server's time.
void end_thread_of_allocator() {
  bool on = false;
  if (mallctl) mallctl("background_thread", nullptr, nullptr, &on, sizeof on);
}

int exit_status(int how) { return WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how); }

std::string way_of(int how) {
  if (WIFEXITED(how)) return "with status " + std::to_string(WEXITSTATUS(how));
  return "by signal " + std::to_string(WTERMSIG(how)) + " (" + ::strsignal(WTERMSIG(how)) + ")";
}

class parent {
 public:
  parent(const settings& s, char** argv)
      : argv_(argv),
        sockets_(listen_on(s.listen.address, s.listen.port, s.runtime.threads)),
        log_(make_log_without_thread(s.log_level, s.log_format)) {
    ::signal(SIGCHLD, SIG_DFL);  // who started this process may have it ignored, and ends of children with it
    sigemptyset(&set_);
    sigaddset(&set_, SIGCHLD);
    ends_ = set_;
    for (int each : operators_signals) sigaddset(&set_, each);
    ::sigprocmask(SIG_BLOCK, &set_, nullptr);
  }

  int run() {
    start();
    while (!status_) {
      const int which = next_signal();
      if (which == SIGCHLD) bury();
      else if (which > 0) hand_on(which);
      else if (server_ < 0 && steady::now() >= again_at_) start_again();
    }
    return *status_;
  }

 private:
  /// Waits for a signal, and no longer than until a server is to be started. Not above 0: there was none.
  int next_signal() const {
    if (server_ >= 0) return ::sigwaitinfo(&set_, nullptr);
    const auto left = std::max<std::chrono::nanoseconds>(again_at_ - steady::now(), std::chrono::nanoseconds(0));
    const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
    const timespec pause{.tv_sec = seconds.count(), .tv_nsec = (left - seconds).count()};
    return ::sigtimedwait(&set_, nullptr, &pause);
  }

  void start() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return not_started();
    ready_ = descriptor(ends[0]);
    const descriptor tells_ready(ends[1]);
    hand_over down(sockets_, tells_ready);
    const pid_t own = ::getpid();
    server_ = ::fork();
    if (server_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      // The parent may have ended before that.
      if (::getppid() == own) {
        ::sigprocmask(SIG_UNBLOCK, &ends_, nullptr);
        down.become(argv_);
        ::dprintf(STDERR_FILENO, "parlor: the server's process cannot be started\n");
      }
      ::_exit(1);
    }
    if (server_ < 0) return not_started();
    started_at_ = steady::now();
  }

  void start_again() {
    start();
    if (server_ >= 0) log_->note(journal::level::info, "server_started", {}, "process " + std::to_string(server_));
  }

  void not_started() {
    log_->note(journal::level::error, "server_not_started", {}, std::strerror(errno));
    if (!was_ready_) status_ = 1;
    pause();
  }

  /// Takes leave of those who have ended: in a container the parent may be the first process, to which others are left.
  void bury() {
    int how = 0;
    for (pid_t gone; (gone = ::waitpid(-1, &how, WNOHANG)) > 0;)
      if (gone == server_) ended(how);
  }

  void ended(int how) {
    server_ = -1;
    char byte;
    const bool is_ready = ::read(ready_.get(), &byte, 1) == 1;
    was_ready_ |= is_ready;
    const bool well = WIFEXITED(how) && WEXITSTATUS(how) == 0;
    // One that crashed before it was ready may have met a game's mistake, which is in quarantine by and by.
    const bool cannot_start = !was_ready_ && (WIFEXITED(how) || ++crashed_starts_ >= crashed_starts_max);
    const bool over = well || asked_to_stop_ || cannot_start;
    if (over) status_ = exit_status(how);
    // A server that cannot start has said why, unless it died of it.
    if (over && WIFEXITED(how)) return;
    const auto lived = std::chrono::floor<std::chrono::seconds>(steady::now() - started_at_);
    if (lived >= calm_after) pause_ = duration{0};
    if (is_ready) pause_ = std::min(pause_, ready_pause);
    log_->note(journal::level::error, "server_ended", {},
               way_of(how) + ", after " + std::to_string(lived.count()) + " s" +
                   (over ? "" : "; it is started again in " + std::to_string(pause_.count()) + " ms"));
    pause();
  }

  /// At once after the first end, and later each time that a server has hardly lived.
  void pause() {
    again_at_ = steady::now() + pause_;
    pause_ = std::clamp(2 * pause_, first_pause, longest_pause);
  }

  void hand_on(int which) {
    if (asks_to_stop(which)) {
      asked_to_stop_ = true;
      sockets_.clear();  // who comes when the server has closed its own is refused
      if (server_ < 0) status_ = 0;
    }
    if (server_ >= 0) ::kill(server_, which);
  }

  char** const argv_;
  std::vector<descriptor> sockets_;
  const std::unique_ptr<program_log> log_;
  sigset_t set_, ends_;
  pid_t server_ = -1;  // none runs
  descriptor ready_;   // holds a byte once the server is ready
  bool was_ready_ = false, asked_to_stop_ = false;
  int crashed_starts_ = 0;  // before it was ready
  duration pause_{0};
  steady::time_point started_at_, again_at_;
  std::optional<int> status_;  // what the parent ends with
};

}  // namespace

bool wants_parent(const settings& s) {
  // Shells that systemd has started hand down the variable: it counts for the process that it names.
  const char* process = std::getenv("SYSTEMD_EXEC_PID");
  std::uint64_t started = 0;
  const bool by_systemd = process && read_number(process, started) && started == static_cast<std::uint64_t>(::getpid());
  return s.start_again && !by_systemd;
}

int stand_over(const settings& s, char** argv) {
  end_thread_of_allocator();
  return parent(s, argv).run();
}

}  // namespace parlor::http
