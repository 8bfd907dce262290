#include "runtime/services/child_table.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

#include "runtime/services/descriptor.hpp"

namespace parlor {

namespace {

std::string list_name() { return "/proc/self/task/" + std::to_string(::getpid()) + "/children"; }

}  // namespace

bool children_are_listed() { return ::access(list_name().c_str(), R_OK) == 0; }

std::vector<pid_t> children_of_this_process() {
  descriptor list(::open(list_name().c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  char bytes[4096];
  while (list) {
    ssize_t count = ::read(list.get(), bytes, sizeof bytes);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    text.append(bytes, static_cast<std::size_t>(count));
  }
  std::vector<pid_t> pids;
  const char* at = text.c_str();
  for (char* next = nullptr;; at = next) {
    auto child = static_cast<pid_t>(std::strtol(at, &next, 10));
    if (next == at) return pids;
    pids.push_back(child);
  }
}

void close_all_but(int fd) {
  auto kept = static_cast<unsigned>(fd);
  if (kept > 3) ::close_range(3, kept - 1, 0);
  ::close_range(kept + 1, ~0U, 0);
}

}  // namespace parlor
