#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/authoring/service.hpp"
#include "runtime/values/journal.hpp"

/// Game services that are programs of their own: an HTTP server on this machine for each player.
///
///     programs programs(supervisor, folder, log);
///     .services = {raw_service("program", programs.service_of(options))}
///
/// A player's program is started when its session first needs it or is opened, gets every request that the
/// session passes on, several at once if they come so, and is stopped with the session. Each has a port or a Unix
/// socket of its own, an environment of its own and limits; whatever one does, the others answer.
///
/// Five rules:
/// - At most `programs_max` programs run at once; then the program that was idle for longest makes room, guests'
///   before all others. Nobody's program ends for a guest while it is in use, and a named player's never does.
/// - At most `start_limits::at_once` start at once, of all kinds. The others wait for their turn, and their time to
///   be ready begins with it.
/// - The next request starts a program again that ended by itself: at once, and then after 1 s, 2 s, 4 s up to a
///   minute, until it has run for a minute.
/// - A program that was late `late_max` times is asked whether it is ready, and stopped if it does not say so.
/// - A program that the server has stopped leaves no process behind.
namespace parlor {

struct program_options {
  /// The program and its arguments; `{port}`, `{socket}` and `{player}` in them are filled in.
  std::vector<std::string> command{};
  std::string directory{};  ///< where it runs; empty: where the server does
  /// A path: it is ready when a GET there answers 2xx. Empty: when it takes connections.
  std::string ready_path{};
  /// `NAME=value`, or `NAME` for the server's own value. Nothing else is passed on; PARLOR_PLAYER is added.
  std::vector<std::string> environment{"PATH"};
  duration start_within{std::chrono::seconds(30)};   ///< to be ready
  duration answer_within{std::chrono::seconds(30)};  ///< to answer a request
  duration stop_within{std::chrono::seconds(3)};     ///< from SIGTERM to SIGKILL
  std::size_t programs_max = 200;
  /// Of them guests' programs leave these per cent to named players: anybody can be a guest.
  std::size_t reserved_percent = 25;
  /// The guests of one address run at most these per cent: who makes guests without end is not alone then.
  std::size_t address_percent = 25;
  /// One that was asked something so short ago does not end for a guest: its player is about to move.
  duration in_use_for{std::chrono::minutes(1)};
  /// After so many late answers in a row it is asked whether it is ready: one may be a hard question, three are not.
  std::size_t late_max = 3;
  std::size_t answer_bytes_max = 1024 * 1024;
  std::uint64_t memory_bytes_max = 0;  ///< address space of each of its processes; 0: no limit
  std::uint64_t cpu_seconds_max = 0;   ///< processor time of each of its processes; 0: no limit
};

/// How many programs start at once, and how many may wait for their turn. The cores are the machine's, so there is one
/// line for the programs of all kinds.
struct start_limits {
  /// 0: two for each core. A start is mostly processor time: with more of them at once each takes longer, until none is
  /// ready in time. With two a core stays busy while one of them waits for the disk, or to be looked at.
  std::size_t at_once = 0;
  /// Beyond it `overloaded`: two cores start some 200 programs that take half a second each within `turn_within`.
  std::size_t waiting_max = 200;
  /// Of one player, who has one program of each kind: the places are for many players.
  std::size_t waiting_per_player_max = 4;
  /// Whoever waits longer is refused, `overloaded`: nobody looks at a page for longer.
  duration turn_within{std::chrono::minutes(1)};
};

class programs {
 public:
  struct statistics {
    std::size_t waiting = 0;     ///< for their turn to start
    std::size_t starting = 0;    ///< not ready yet
    std::size_t running = 0;     ///< ready
    std::uint64_t replaced = 0;  ///< stopped because they hung
  };

  /// `supervisor` is the command line whose main calls `supervise`. `folder`, an absolute path, is where
  /// sockets are: it is made when the first is needed, and what was in it is removed. The journal must
  /// outlive it.
  programs(std::vector<std::string> supervisor, std::string folder, journal& log, start_limits limits = {});
  /// Ends all that still run, and waits for that. The sessions must have ended.
  ~programs();

  /// Makes the services of a kind: each is one player's program. They answer raw requests; a failure is
  /// `service_failed` (it ended, it cannot be started), `service_late`, `overloaded` (all `programs_max` are busy, or
  /// too many wait for their turn to start), or `too_many_programs` (guests run as many as they may). Before the server
  /// begins, on one thread. Throws std::runtime_error if sockets cannot be in the folder.
  std::function<std::unique_ptr<service>(const service_owner& whose)> service_of(program_options options);

  [[nodiscard]] const start_limits& limits() const { return limits_; }
  /// Any thread, once the server has begun.
  [[nodiscard]] statistics stats() const;

 private:
  class table;
  std::vector<std::string> supervisor_;
  std::string folder_;
  journal& log_;
  start_limits limits_;
  std::unique_ptr<table> table_;
};

}  // namespace parlor
