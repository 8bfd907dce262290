#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/values/instant.hpp"

namespace parlor {

/// What a program is started with.
struct child_options {
  /// The program and its arguments. A name without `/` is looked up in the PATH of `environment`;
  /// one with `/` is seen from `directory`.
  std::vector<std::string> command;
  std::string directory{};                        ///< where it runs; empty: where the server does
  std::vector<std::string> environment{};         ///< NAME=value; all that it gets
  std::uint64_t memory_bytes_max = 0;             ///< address space of each of its processes; 0: no limit
  std::uint64_t cpu_seconds_max = 0;              ///< processor time of each of its processes; 0: no limit
  duration stop_within{std::chrono::seconds(5)};  ///< from SIGTERM to SIGKILL
};

/// How a program ended.
struct child_end {
  /// A part of a sentence for people: "exit status 3", "signal 9 (Killed)", "cannot be started: No
  /// such file or directory".
  std::string how;
  bool started = true;       ///< false: it never ran
  std::string last_lines{};  ///< of what it wrote to stdout and stderr: at most 20 lines, 4 KiB
};

}  // namespace parlor
