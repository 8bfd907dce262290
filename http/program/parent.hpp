#pragma once

#include "http/settings/settings.hpp"

/// The parent of a server: a small process with one thread, which starts the server and starts it again.
///
///     parlor serve (the parent) ── parlor serve (the server) ── parlor supervise ── ...
///
/// It opens the sockets that listen and hands them down (handed_down.hpp), so they outlive a server that crashes: who
/// comes meanwhile waits and is not refused. The rules:
///
/// - What operators tell the parent, it hands on. A server that was asked to stop, or that ended with status 0, is not
///   started again, and its status is the parent's.
/// - A server that ends otherwise is started again: at once, then with a pause that doubles. But if no server was ever
///   ready, something is wrong that another try will not mend: the parent ends, too.
/// - If the parent ends, however that is, the kernel ends the server.
namespace parlor::http {

/// Whether a server in this process should have a parent: the setting says so, and it was not started by systemd, which
/// does the same.
bool wants_parent(const settings& s);

/// Stands over a server that is started with these arguments, until it is not to be started again. Returns the
/// program's exit status, 128 and the signal if the server died by one. Throws std::runtime_error with one sentence if
/// the port cannot be had. For a process with one thread.
int stand_over(const settings& s, char** argv);

}  // namespace parlor::http
