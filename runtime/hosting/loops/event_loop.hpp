#pragma once

#include <chrono>

#include "runtime/values/callback.hpp"

namespace asio {
class io_context;
}

/// One thread that serves sockets and runs actors.
///
/// A request is read, handled by its actor and answered on one thread: no hand-over between
/// threads, no wake-up. The loop goes round in four steps: it reads what the sockets have, gives
/// that to the actors (`before_runs`), runs those, and writes their answers (`after_runs`), which go
/// out together (`at_round_end`). Each step is taken for all requests before the next step begins.
/// So a step's code stays in the cache, all requests wait for memory together, and the other side of
/// the sockets is woken once for many answers. Three rules:
/// - An actor that becomes ready on a loop's thread runs there. One that is made ready elsewhere
///   (by the store, by a timer) goes to the loop that it last ran on; however many come at once,
///   the loop is woken once.
/// - No run of an actor is long (`options::messages_per_turn`), and after a millisecond of runs
///   the sockets are looked at: neither a full mailbox nor many ready actors starve anyone.
/// - Nothing here blocks. Work that blocks has threads of its own: the store, the blocking pool.
namespace parlor {

class event_loop {
 public:
  using work = callback<void(), 64>;

  virtual ~event_loop() = default;

  /// Where sockets of this loop wait. Runs on one thread.
  [[nodiscard]] virtual asio::io_context& context() = 0;

  /// Runs a task on the loop's thread, behind everything that is ready there now. Any thread.
  virtual void post(work task) = 0;

  /// The same, once `after` has passed.
  virtual void post_later(std::chrono::microseconds after, work task) = 0;

  /// The loop on whose thread the caller is, while no actor runs there; else null.
  [[nodiscard]] static event_loop* reading();

  /// Runs a task when the sockets are read, before the runs of the actors. Only where `reading()` is this loop.
  virtual void before_runs(work task) = 0;

  /// On this loop's thread: runs a task behind the actors' runs of this round or, between two rounds, of the
  /// next. From a run on another loop: the same behind that loop's runs; the tasks that they leave for this one are
  /// handed over together. From elsewhere: runs it at once. Any thread.
  virtual void after_runs(work task) = 0;

  /// Runs a task once, at the end of the round that is under way or, between two, of the next: when all answers
  /// that the runs have left are known. On the loop's thread.
  virtual void at_round_end(work task) = 0;
};

}  // namespace parlor
