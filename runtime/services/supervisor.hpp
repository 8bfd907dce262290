#pragma once

/// Game services that are programs of their own: who stands over whom, so that none is left behind.
///
///     server ── supervisor ─┬─ guardian ── program ── whatever it starts
///                           └─ guardian ── program
///
/// A server has many threads, and a signal at a parent's death follows the thread that forked, and
/// reaches no grandchildren. So the server forks nothing but one small process with one thread:
/// `parlor supervise`. For each child that forks a guardian (guardian.hpp), hands it the child's
/// socket, and has no more to do with it. The rules:
///
/// - A socket that says no more means: stop. Nothing has to be sent, so a server that is killed
///   says it too.
/// - Supervisor and guardians are subreapers: a process that loses its parent goes to its guardian. If
///   a guardian is killed, they go to the supervisor, which kills what is not a guardian.
/// - Without the supervisor guardians go on: their sockets are their own.
namespace parlor {

/// The number that the supervisor finds its socket to the server at.
inline constexpr int supervisor_link = 3;

/// The main of `parlor supervise`: starts what the server at the other end of `link` asks for.
/// Returns the process's exit status when the link is closed and all guardians have ended. For a
/// process with one thread.
int supervise(int link);

}  // namespace parlor
