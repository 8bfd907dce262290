#pragma once

#include <sys/types.h>

#include <vector>

namespace parlor {

/// Lists the children of this process, which must have one thread; ended ones too until they are
/// reaped. One may be missing when another ends meanwhile: list them again then. Empty if the
/// kernel does not say.
[[nodiscard]] std::vector<pid_t> children_of_this_process();

/// Whether this kernel lists a process's children.
[[nodiscard]] bool children_are_listed();

/// Closes all files from 3 on but this one.
void close_all_but(int fd);

}  // namespace parlor
