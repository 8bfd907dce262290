#pragma once

#include <sys/types.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace parlor::testing {

inline std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;  // a file of /proc may go while it is read: then this is what there was
  text << std::ifstream(file).rdbuf();
  return std::move(text).str();
}

/// Processes that live now and were given this variable, `NAME=value`. Who has ended has no
/// environment.
inline std::vector<pid_t> processes_with(const std::string& variable) {
  std::vector<pid_t> pids;
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", gone)) {
    std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::string environment = '\0' + text_of(entry.path() / "environ");
    if (environment.find('\0' + variable + '\0') == std::string::npos) continue;
    pids.push_back(std::stoi(name));
  }
  return pids;
}

/// The sockets that a process has open, each by its name in the kernel: `socket:[4711]`.
inline std::set<std::string> sockets_of(pid_t process) {
  std::set<std::string> names;
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/fd", gone)) {
    std::string name = std::filesystem::read_symlink(entry.path(), gone);
    if (name.starts_with("socket:")) names.insert(std::move(name));
  }
  return names;
}

/// Children of a process, whichever of its threads started them.
inline std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> pids;
  std::error_code gone;
  std::string tasks = "/proc/" + std::to_string(parent) + "/task";
  // A process may end while it is looked at.
  for (std::filesystem::directory_iterator task(tasks, gone), end; !gone && task != end; task.increment(gone)) {
    std::ifstream in(task->path() / "children");
    for (pid_t child = 0; in >> child;) pids.push_back(child);
  }
  return pids;
}

/// The kernel's letter for what a process does: S sleeps, T is suspended, Z has ended; 0: is gone.
inline char state_of(pid_t process) {
  std::string status = text_of("/proc/" + std::to_string(process) + "/status");
  auto at = status.find("State:\t");
  return at == std::string::npos ? '\0' : status[at + 7];
}
inline bool lives(pid_t process) {
  std::string status = text_of("/proc/" + std::to_string(process) + "/status");
  if (status.empty() || status.find("State:\tX") != std::string::npos) return false;
  // Its first thread may have ended before the others.
  return status.find("State:\tZ") == std::string::npos || status.find("Threads:\t1\n") == std::string::npos;
}

}  // namespace parlor::testing
