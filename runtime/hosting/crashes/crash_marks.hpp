#pragma once

#include <pthread.h>

#include <string>

#include "runtime/hosting/loops/running_handler.hpp"
#include "runtime/values/instant.hpp"

/// Marks what ran on a thread when that ended the process, where the next start finds it.
///
/// Nothing is written before: a handler that runs stands in its thread's `running_here`, and the signal that ends the
/// process is taken on that very thread. Then one line goes to a file, a `crash_mark` as JSON. The name of the actor,
/// the command and the stack go to standard error. What leaves no mark counts for nobody: SIGKILL, the kernel when
/// memory runs out, a power cut, a signal from another process.
namespace parlor {

/// Has crashes marked in a file from now on, which is made if need be. Once in a process, before handlers run. Throws
/// std::runtime_error if the file cannot be opened.
void mark_crashes_in(const std::string& path);

/// Ends the process on account of a handler that has run on a thread for so long, as SIGABRT does: the mark and the
/// stack are that thread's.
[[noreturn]] void end_process_stuck_on(pthread_t thread, duration ran);

}  // namespace parlor
