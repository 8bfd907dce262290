#pragma once

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/eventually.hpp"
#include "tests/support/processes.hpp"
#include "tests/support/scratch_folder.hpp"

namespace parlor::testing {

/// The program under test in a process of its own, its output read by the test.
class program {
 public:
  /// What its output goes to.
  enum class output_to { pipe, terminal };

  /// `by`: a command that ends in running what stands behind it; none: the program is run as it is.
  explicit program(std::vector<std::string> arguments, std::vector<std::string> environment = {},
                   output_to program = output_to::pipe, const std::vector<std::string>& by = {}) {
    int ends[2];
    bool made = program == output_to::pipe ? ::pipe2(ends, O_CLOEXEC) == 0
                                           : ::openpty(&ends[0], &ends[1], nullptr, nullptr, nullptr) == 0;
    if (!made) throw std::runtime_error("no pipe");
    for (int end : ends) ::fcntl(end, F_SETFD, FD_CLOEXEC);
    out_ = ends[0];
    arguments.insert(arguments.begin(), PARLOR_PROGRAM);
    arguments.insert(arguments.begin(), by.begin(), by.end());
    std::vector<char*> argv, envp;
    for (auto& a : arguments) argv.push_back(a.data());
    for (auto& e : environment) envp.push_back(e.data());
    argv.push_back(nullptr);
    envp.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(ends[1], 1);
      ::dup2(ends[1], 2);
      ::execve(argv[0], argv.data(), envp.data());
      ::_exit(127);
    }
    ::close(ends[1]);
  }
  ~program() {
    if (pid_ > 0) {
      signal(SIGKILL);
      ::waitpid(pid_, nullptr, 0);
      wait_for_killed_servers();
    }
    ::close(out_);
  }
  program(const program&) = delete;
  program& operator=(const program&) = delete;

  /// Reads until the output holds `text`, it ends, or 30 s pass. True if it holds it.
  bool says(const std::string& text) {
    auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (output_.find(text) == std::string::npos) {
      pollfd ready{.fd = out_, .events = POLLIN, .revents = 0};
      if (std::chrono::steady_clock::now() > until) return false;
      if (::poll(&ready, 1, 100) <= 0) continue;
      char bytes[4096];
      ssize_t count = ::read(out_, bytes, sizeof bytes);
      if (count <= 0) return output_.find(text) != std::string::npos;
      output_.append(bytes, static_cast<std::size_t>(count));
    }
    return true;
  }
  /// The process that was started: of `parlor serve` the server's parent.
  [[nodiscard]] pid_t pid() const { return pid_; }
  /// The process that serves: the parent's only child, or 0 while it has none.
  [[nodiscard]] pid_t serving_pid() const {
    auto children = children_of(pid_);
    return children.empty() ? 0 : children.front();
  }
  void signal(int which) {
    if (which == SIGKILL) killed_servers_ = servers_below(pid_);
    ::kill(pid_, which);
  }
  /// Waits for the end; the exit status, or 1000 + the signal.
  int ends() {
    says("\x01 never");  // reads to the end, so that nothing blocks on a full pipe
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    wait_for_killed_servers();
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }
  [[nodiscard]] const std::string& output() const { return output_; }
  /// The port that the server says it is ready on.
  std::uint16_t port() {
    if (!says(" on 2 threads")) return 0;
    auto at = output_.find("http://");
    return static_cast<std::uint16_t>(std::stoi(output_.substr(output_.find(':', at + 7) + 1)));
  }

 private:
  /// The kernel ends a server a moment after its parent was killed; until then it holds its folder.
  void wait_for_killed_servers() const {
    for (pid_t server : killed_servers_) eventually([&] { return !lives(server); });
  }
  static std::vector<pid_t> servers_below(pid_t parent) {
    auto children = children_of(parent);
    std::erase_if(children, [](pid_t child) {
      return text_of("/proc/" + std::to_string(child) + "/cmdline").find(std::string("\0serve\0", 7)) ==
             std::string::npos;
    });
    return children;
  }

  pid_t pid_ = -1;
  int out_ = -1;
  std::string output_;
  std::vector<pid_t> killed_servers_;
};

}  // namespace parlor::testing
