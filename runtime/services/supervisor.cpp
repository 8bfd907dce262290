#include "runtime/services/supervisor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <vector>

#include "runtime/services/child_messages.hpp"
#include "runtime/services/child_table.hpp"
#include "runtime/services/descriptor.hpp"
#include "runtime/services/guardian.hpp"

namespace parlor {

namespace {

/// Signals to the server's terminal or unit do not mean us: the server decides, and the link tells.
void ignore_signals() {
  for (int s : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1, SIGUSR2}) ::signal(s, SIG_IGN);
}

void nothing_on_stdin_and_stdout() {
  int nothing = ::open("/dev/null", O_RDWR);
  ::dup2(nothing, 0);
  ::dup2(nothing, 1);
  // Later files must not get the number of a stderr that was closed.
  if (::fcntl(2, F_GETFD) < 0) ::dup2(nothing, 2);
  if (nothing > 2) ::close(nothing);
}

class supervisor {
 public:
  explicit supervisor(int link) : link_(link), buffer_(child_message_bytes_max) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    signals_ = descriptor(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  }
  void run();

 private:
  void receive();
  void start(descriptor child, std::string_view options);
  void tend();

  int link_;
  bool linked_ = true;
  descriptor signals_;
  std::vector<char> buffer_;
  /// The guardians that live, with their sockets: the server sees the end of one when both have
  /// closed it.
  std::map<pid_t, descriptor> guardians_;
  /// Sockets of guardians that have ended, while there is somebody who was not ours to begin with.
  std::vector<descriptor> left_behind_;
};

void supervisor::run() {
  while (linked_ || !guardians_.empty() || !left_behind_.empty()) {
    pollfd ready[] = {{.fd = linked_ ? link_ : -1, .events = POLLIN, .revents = 0},
                      {.fd = signals_.get(), .events = POLLIN, .revents = 0}};
    if (::poll(ready, 2, -1) < 0) continue;
    if (ready[1].revents) tend();
    if (ready[0].revents) receive();
  }
}

void supervisor::receive() {
  iovec bytes{buffer_.data(), buffer_.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t count = ::recvmsg(link_, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (count <= 0) {
    linked_ = false;
    return;
  }
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  // Without its socket (we have too many files) the server sees it closed, and knows.
  if (!header || header->cmsg_type != SCM_RIGHTS) return;
  int child = -1;
  std::memcpy(&child, CMSG_DATA(header), sizeof child);
  start(descriptor(child), {buffer_.data(), static_cast<std::size_t>(count)});
}

void supervisor::start(descriptor child, std::string_view options) {
  pid_t pid = ::fork();
  if (pid == 0) {
    try {
      keep(child.get(), options);
    } catch (...) {  // no memory; the server sees the socket closed
    }
    ::_exit(0);
  }
  if (pid < 0) {
    std::string how = std::string("cannot be started: ") + std::strerror(errno);
    std::string message = to_message(child_end{.how = std::move(how), .started = false});
    ::send(child.get(), message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return;
  }
  guardians_.emplace(pid, std::move(child));
}

/// Takes leave of those that have ended, and kills what a guardian that was killed has left to us.
/// What those leave comes to us too, and the signal of their end brings us back here.
void supervisor::tend() {
  signalfd_siginfo taken;
  while (::read(signals_.get(), &taken, sizeof taken) > 0) {}
  while (true) {
    pid_t ended = ::waitpid(-1, nullptr, WNOHANG);
    if (ended <= 0) break;
    auto item = guardians_.find(ended);
    if (item == guardians_.end()) continue;
    left_behind_.push_back(std::move(item->second));
    guardians_.erase(item);
  }
  bool any_left = false;
  for (pid_t child : children_of_this_process()) {
    if (guardians_.contains(child)) continue;
    any_left = true;
    ::kill(child, SIGKILL);
  }
  if (!any_left) left_behind_.clear();
}

}  // namespace

int supervise(int link) {
  nothing_on_stdin_and_stdout();
  close_all_but(link);
  ignore_signals();
  ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  if (!children_are_listed()) {
    constexpr std::string_view why = "parlor supervise: there is no /proc/self/task/*/children\n";
    [[maybe_unused]] ssize_t written = ::write(2, why.data(), why.size());
    return 1;
  }
  supervisor(link).run();
  return 0;
}

}  // namespace parlor
