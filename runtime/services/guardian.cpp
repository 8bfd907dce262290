#include "runtime/services/guardian.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "runtime/services/child_messages.hpp"
#include "runtime/services/child_table.hpp"
#include "runtime/services/descriptor.hpp"
#include "runtime/services/last_lines.hpp"
#include "runtime/services/launch.hpp"

namespace parlor {

namespace {

using steady = std::chrono::steady_clock;

sigset_t child_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  return set;
}

/// "exit status 3", "signal 9 (Killed)".
std::string how_it_ended(int status) {
  if (!WIFSIGNALED(status)) return "exit status " + std::to_string(WEXITSTATUS(status));
  int which = WTERMSIG(status);
  return "signal " + std::to_string(which) + " (" + ::strsignal(which) + ")";
}

class guardian {
 public:
  explicit guardian(int server) : server_(server) {
    sigset_t set = child_signals();
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    signals_ = descriptor(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  }

  /// Starts the program and returns when nothing of it is left.
  child_end see_through(const child_options& program);

  void say(std::string_view message) const { ::send(server_, message.data(), message.size(), MSG_NOSIGNAL); }
  /// Whether the server wants no program, or no longer.
  [[nodiscard]] bool told_to_stop() const {
    // The server sends nothing here, so all there can be to read is the end.
    pollfd ready{.fd = server_, .events = POLLIN, .revents = 0};
    return ::poll(&ready, 1, 0) == 1;
  }

 private:
  void stand_by(duration stop_within);
  void read_output();
  bool reap();
  void end_all();

  const int server_;
  descriptor signals_, output_;
  pid_t program_ = -1;
  std::optional<int> status_;  ///< of the program, when it has ended
  last_lines lines_;
};

child_end guardian::see_through(const child_options& program) {
  auto failed = [](const std::string& why) { return child_end{.how = "cannot be started: " + why, .started = false}; };
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return failed(std::strerror(errno));
  output_ = descriptor(ends[0]);
  descriptor written(ends[1]);
  ::fcntl(output_.get(), F_SETFL, O_NONBLOCK);
  launched started = launch(program, written.get());
  if (started.pid < 0) return failed(started.why);
  written.reset();
  program_ = started.pid;
  say(child_started_message);

  stand_by(program.stop_within);
  end_all();
  read_output();
  return {.how = how_it_ended(status_.value_or(0)), .last_lines = lines_.text()};
}

/// Returns when the program has ended, or has been told to and has not.
void guardian::stand_by(duration stop_within) {
  std::optional<steady::time_point> killed_at;
  while (!status_) {
    auto left = killed_at ? std::chrono::ceil<duration>(*killed_at - steady::now()) : duration(-1);
    if (killed_at && left <= duration(0)) return;
    pollfd ready[] = {{.fd = killed_at ? -1 : server_, .events = POLLIN, .revents = 0},
                      {.fd = signals_.get(), .events = POLLIN, .revents = 0},
                      {.fd = output_.get(), .events = POLLIN, .revents = 0}};
    if (::poll(ready, 3, static_cast<int>(left.count())) < 0) continue;
    if (ready[0].revents) {
      killed_at = steady::now() + std::min<duration>(stop_within, std::chrono::hours(24));
      ::kill(-program_, SIGTERM);
      ::kill(-program_, SIGCONT);  // one that is stopped hears nothing
    }
    if (ready[1].revents) {
      signalfd_siginfo taken;
      while (::read(signals_.get(), &taken, sizeof taken) > 0) {}
      reap();
    }
    if (ready[2].revents) read_output();
  }
}

void guardian::read_output() {
  char bytes[16 * 1024];
  // Not for ever: a program that writes without end must not keep signals and the server from being
  // heard.
  for (int times = 0; output_ && times < 64; ++times) {
    ssize_t count = ::read(output_.get(), bytes, sizeof bytes);
    if (count < 0) return;
    if (count == 0) return output_.reset();
    lines_.add({bytes, static_cast<std::size_t>(count)});
  }
}

/// Takes leave of all that have ended. False if that was the last of them.
bool guardian::reap() {
  int status = 0;
  while (true) {
    pid_t ended = ::waitpid(-1, &status, WNOHANG);
    if (ended <= 0) return ended == 0;
    if (ended == program_) status_ = status;
  }
}

/// Kills until nothing is left. What a killed process leaves becomes ours, so the list is made
/// again until there is no child to wait for.
void guardian::end_all() {
  // Until it is reaped, no other group can have its number.
  if (!status_) ::kill(-program_, SIGKILL);
  sigset_t set = child_signals();
  const timespec a_moment{.tv_sec = 0, .tv_nsec = 50'000'000};
  while (true) {
    for (pid_t child : children_of_this_process()) ::kill(child, SIGKILL);
    if (!reap()) return;
    // Mostly a signal wakes us. The list may have missed one that gives none: so it is made again
    // anyway.
    ::sigtimedwait(&set, nullptr, &a_moment);
  }
}

}  // namespace

void keep(int server, std::string_view options) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  ::prctl(PR_SET_NAME, "parlor-keeper");
  close_all_but(server);
  guardian k(server);
  child_end how{.how = "cannot be started: it was stopped before", .started = false};
  auto program = to_child_options(options);
  if (!program) how.how = "cannot be started: its options were not understood";
  else if (!k.told_to_stop()) how = k.see_through(*program);
  k.say(to_message(how));
}

}  // namespace parlor
