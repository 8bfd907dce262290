#pragma once

/// Relief: while a handler holds up a thread, another thread serves in its place.
///
/// A loop has one thread at a time, and a handler of a game runs there. One that does not end would hold up every
/// connection and every other actor of that loop. So the watchdog has the loop relieved: another thread takes its
/// turn, with all that is the loop's but the actor that is stuck. When the handler ends after all, its thread waits
/// until the other has come to the end of what it is at, and goes on where it was.
namespace parlor {

/// What a thread serves beside the handler that runs on it.
class relievable {
 public:
  /// Gives the turn to another thread, if that can be. While a handler runs on the thread that has it; any other
  /// thread.
  virtual bool relieve() = 0;
  /// Takes the turn back, and waits for that. On a thread that was relieved, at the end of its handler.
  virtual void take_back() = 0;

 protected:
  ~relievable() = default;
};

/// What the calling thread serves; null: nothing that another could.
inline constinit thread_local relievable* served_here = nullptr;

}  // namespace parlor
