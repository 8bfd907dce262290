#pragma once

#include <sys/types.h>

#include <string>

#include "runtime/services/child.hpp"

namespace parlor {

struct launched {
  pid_t pid = -1;     ///< the program's, its session's and its process group's; -1: it does not run
  std::string why{};  ///< why it does not
};

/// Starts a program in a session of its own: with its own environment, directory and limits,
/// default signals, nothing on stdin, `output` as stdout and stderr, and no way to gain rights. It
/// is killed when the caller ends. The caller has one thread, and 0, 1 and 2 are open in it.
[[nodiscard]] launched launch(const child_options& program, int output);

}  // namespace parlor
