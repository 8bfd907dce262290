#include "runtime/services/supervisor_process.hpp"

#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>

#include "runtime/services/supervisor.hpp"

namespace parlor {

namespace {

constexpr int patience_s = 5;  ///< for a supervisor that does not read, or does not end

/// What posix_spawn is to do besides: the link in its place and no other file, no signals of ours,
/// and a session of its own, so that a Ctrl-C in the server's terminal does not reach it.
class spawn_plan {
 public:
  explicit spawn_plan(int link) {
    sigset_t every_signal, none;
    sigfillset(&every_signal);
    sigemptyset(&none);
    ::posix_spawn_file_actions_init(&files_);
    ::posix_spawn_file_actions_adddup2(&files_, link, supervisor_link);
    ::posix_spawn_file_actions_addclosefrom_np(&files_, supervisor_link + 1);
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawnattr_setsigdefault(&attributes_, &every_signal);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
  }
  ~spawn_plan() {
    ::posix_spawn_file_actions_destroy(&files_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  spawn_plan(const spawn_plan&) = delete;
  spawn_plan& operator=(const spawn_plan&) = delete;

  /// 0 or an error number; an exec that fails is one too.
  int run(pid_t& pid, const std::vector<std::string>& command) const {
    std::vector<char*> argv;
    for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    return ::posix_spawnp(&pid, argv[0], &files_, &attributes_, argv.data(), environ);
  }

 private:
  posix_spawn_file_actions_t files_;
  posix_spawnattr_t attributes_;
};

}  // namespace

supervisor_process::~supervisor_process() {
  if (pid_ < 0) return;
  ::shutdown(link_.get(), SHUT_WR);
  pollfd ended{.fd = link_.get(), .events = POLLIN, .revents = 0};
  // It says nothing: what there can be to read is its end.
  if (::poll(&ended, 1, patience_s * 1000) == 1) lost();
  else kill();
}

std::optional<child_end> supervisor_process::ask(std::string_view options, const descriptor& socket) {
  for (bool again : {false, true}) {
    if (pid_ < 0)
      if (auto failed = spawn()) return failed;
    int error = send(options, socket.get());
    if (error == 0) return {};
    if (error != EPIPE && error != ECONNRESET && error != EAGAIN) return not_started(error);
    // It has ended and we have not heard yet, or it does not read. Its guardians go on without it.
    kill();
    if (again) break;
  }
  return not_started("its supervisor does not take it");
}

std::optional<child_end> supervisor_process::spawn() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return not_started(errno);
  descriptor ours(ends[0]), theirs(ends[1]);
  timeval patience{.tv_sec = patience_s, .tv_usec = 0};
  ::setsockopt(ours.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (int error = spawn_plan(theirs.get()).run(pid_, command_); error != 0) {
    pid_ = -1;
    return not_started(std::string("its supervisor cannot be started: ") + std::strerror(error));
  }
  link_ = std::move(ours);
  return {};
}

int supervisor_process::send(std::string_view options, int socket) const {
  iovec bytes{const_cast<char*>(options.data()), options.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof socket)] = {};
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof socket);
  std::memcpy(CMSG_DATA(header), &socket, sizeof socket);
  while (true) {
    if (::sendmsg(link_.get(), &message, MSG_NOSIGNAL) >= 0) return 0;
    if (errno != EINTR) return errno;
  }
}

void supervisor_process::lost() {
  link_.reset();
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {}
  pid_ = -1;
}

void supervisor_process::kill() {
  ::kill(pid_, SIGKILL);
  lost();
}

}  // namespace parlor
