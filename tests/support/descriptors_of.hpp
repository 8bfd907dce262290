#pragma once

#include <sys/resource.h>
#include <sys/types.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace parlor::testing {

/// The descriptors that a process may have: it can be forbidden to open more than it had when this was made, and
/// allowed again. What it has open then stays open.
class descriptors_of {
 public:
  explicit descriptors_of(pid_t process) : process_(process) {
    if (::prlimit(process, RLIMIT_NOFILE, nullptr, &before_) != 0) throw std::runtime_error("no limit");
    std::string open = "/proc/" + std::to_string(process) + "/fd/";
    while (std::filesystem::exists(std::filesystem::symlink_status(open + std::to_string(first_free_)))) ++first_free_;
  }

  void forbid_more() const { may_have(first_free_); }
  void allow_more() const { may_have(before_.rlim_cur); }

 private:
  void may_have(rlim_t most) const {
    rlimit limit{.rlim_cur = most, .rlim_max = before_.rlim_max};
    if (::prlimit(process_, RLIMIT_NOFILE, &limit, nullptr) != 0) throw std::runtime_error("no limit");
  }

  pid_t process_;
  rlimit before_{};
  rlim_t first_free_ = 0;
};

}  // namespace parlor::testing
