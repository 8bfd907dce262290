#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "runtime/services/descriptor.hpp"
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
  bool overloaded = false;   ///< true: it never ran, because the server has no descriptor left
  std::string last_lines{};  ///< of what it wrote to stdout and stderr: at most 20 lines, 4 KiB
};

/// The end of one that never ran; why, as a part of a sentence.
inline child_end not_started(const std::string& why) { return {.how = "cannot be started: " + why, .started = false}; }

/// The same by an error number of the server's own.
inline child_end not_started(int error) {
  child_end end = not_started(std::strerror(error));
  end.overloaded = lacks_descriptors(error);
  return end;
}

}  // namespace parlor
