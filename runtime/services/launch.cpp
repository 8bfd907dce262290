#include "runtime/services/launch.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "runtime/services/descriptor.hpp"

namespace parlor {

namespace {

/// What the new process writes to its parent when it cannot become the program.
struct complaint {
  int error = 0;
  bool of_directory = false;
};

/// The pointers that exec wants; `texts` must outlive them.
std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (const std::string& t : texts) list.push_back(const_cast<char*>(t.c_str()));
  list.push_back(nullptr);
  return list;
}

void default_signals() {
  struct sigaction by_default {};
  by_default.sa_handler = SIG_DFL;
  for (int s = 1; s < NSIG; ++s) ::sigaction(s, &by_default, nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Limits within what this process may have itself.
void limit(decltype(RLIMIT_CORE) resource, std::uint64_t soft, std::uint64_t hard) {
  rlimit now{};
  ::getrlimit(resource, &now);
  rlim_t most = std::min<rlim_t>(hard, now.rlim_max);
  rlimit wanted{std::min<rlim_t>(soft, most), most};
  ::setrlimit(resource, &wanted);
}

[[noreturn]] void become(const child_options& program, char** argv, char** envp, int output, int complaints,
                         pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // it ended before it could be heard
  // A program that takes other rights could not be killed by a server that is not root.
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ::setsid();
  default_signals();
  descriptor nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  ::dup2(nothing.get(), 0);
  ::dup2(output, 1);
  ::dup2(output, 2);
  complaint wrong;
  if (!program.directory.empty() && ::chdir(program.directory.c_str()) != 0) {
    wrong = {errno, true};
  } else {
    limit(RLIMIT_CORE, 0, 0);
    // The server may have more: a program that uses select() can have no more.
    limit(RLIMIT_NOFILE, 1024, RLIM_INFINITY);
    // The second after the first signal is for a program that wants to say something.
    if (program.cpu_seconds_max > 0) limit(RLIMIT_CPU, program.cpu_seconds_max, program.cpu_seconds_max + 1);
    if (program.memory_bytes_max > 0) limit(RLIMIT_AS, program.memory_bytes_max, program.memory_bytes_max);
    environ = envp;  // where execvp looks for PATH
    ::execvp(argv[0], argv);
    wrong = {errno, false};
  }
  [[maybe_unused]] ssize_t written = ::write(complaints, &wrong, sizeof wrong);
  ::_exit(127);
}

}  // namespace

launched launch(const child_options& program, int output) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return {.why = std::strerror(errno)};
  descriptor complaints(ends[0]), complaining(ends[1]);
  auto argv = pointers(program.command), envp = pointers(program.environment);
  pid_t self = ::getpid();
  pid_t pid = ::fork();
  if (pid == 0) become(program, argv.data(), envp.data(), output, complaining.get(), self);
  if (pid < 0) return {.why = std::strerror(errno)};

  // The pipe ends when the process has become the program: exec closes it.
  complaining.reset();
  complaint wrong;
  ssize_t count;
  do count = ::read(complaints.get(), &wrong, sizeof wrong);
  while (count < 0 && errno == EINTR);
  if (count != sizeof wrong) return {.pid = pid};
  ::waitpid(pid, nullptr, 0);
  std::string why = std::strerror(wrong.error);
  return {.why = wrong.of_directory ? "its directory cannot be entered: " + why : why};
}

}  // namespace parlor
