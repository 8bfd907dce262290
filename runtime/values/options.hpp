#pragma once

#include <cstddef>
#include <string>

#include "runtime/values/bounds.hpp"
#include "runtime/values/instant.hpp"

namespace parlor {

/// Every limit and time of the runtime, with its unit and its reason. Constant while a system runs.
struct options {
  /// An actor that no client has posted to for this long goes to sleep. Kinds may set their own.
  duration idle_after = std::chrono::minutes(30);

  /// How often the idle are looked for: an actor sleeps between `idle_after` and `idle_after` plus this
  /// long after its last POST. A sweep touches the actors that it puts to sleep, and few others.
  duration sweep_every = std::chrono::minutes(5);

  /// An actor that was woken by a GET, a reminder or another actor, and not by a POST, stays about this
  /// long: enough for a burst, too short to pile up.
  duration short_stay = std::chrono::seconds(30);

  /// A request that is not answered by then is answered 504. Shorter than the timeouts of proxies and
  /// browsers (30 s and more), so that the client hears it from us.
  duration deadline = std::chrono::seconds(10);

  /// Actors awake at once; beyond it the least recently used sleep first. About 1 KiB each, and their
  /// state.
  std::size_t awake_max = 1'000'000;

  /// Requests that may be under way at once in the process; beyond it 503. Bounds memory: a request
  /// holds its body.
  std::size_t in_flight_max = 10'000;

  /// Requests that may wait for one actor at once; beyond it 429. A room of a few players never has
  /// more than a few; a queue this long means that the actor cannot keep up.
  std::size_t in_flight_per_actor_max = 256;

  /// A handler that runs longer is named in the log: it holds up everything else on its thread.
  duration handler_slow = std::chrono::milliseconds(100);

  /// A handler that runs longer has its thread relieved: another thread serves the sockets and the other actors of its
  /// loop meanwhile. Turns of games take far less; a change of threads costs some 20 us.
  duration handler_relief = std::chrono::milliseconds(10);

  /// A handler that has run so long is taken to be stuck for good: the process ends on account of its actor. Half of a
  /// request's deadline, so that who waits for others hears of it.
  duration handler_abort = std::chrono::seconds(5);

  /// The same for kinds whose handlers block, on threads that nobody else needs.
  duration blocking_abort = std::chrono::minutes(1);

  /// The file that names what ran when the process ended: see runtime/hosting/crashes. Empty: there is none.
  std::string crash_file{};
  /// A handler that allocates more is named in the log, if the program's allocator counts: what it gave back is in it.
  /// It is far from what a turn of a game takes, and 1,000 at once would still fit into a server's memory.
  std::size_t handler_memory = 64 * 1024 * 1024;

  /// A state that would be larger is not stored: its command is refused with `state_too_large`. Each command of a
  /// durable actor writes its state whole, and takes a millisecond for some 500 KiB. Nor is more shown of an actor,
  /// durable or not. Kinds may set their own.
  std::size_t state_bytes_max = 1024 * 1024;

  /// Threads that run actors and serve sockets; 0: one per core.
  std::size_t threads = 0;

  /// Threads of the pool for kinds that block. They sleep most of the time, so more than cores.
  std::size_t blocking_threads = 8;

  /// Messages that an actor may handle before the next actor has its turn: fairness against the cost of
  /// switching.
  std::size_t messages_per_turn = 64;

  /// Records of replies kept for each player of an actor, so that a request that is sent again counts
  /// once. A client has one or two requests under way; the rest is for clients that retry late.
  std::size_t replies_per_player_max = 8;

  /// Records of replies are kept this long.
  duration replies_kept = std::chrono::hours(24);

  /// Events of an actor kept for watchers who come back, and versions that these are told one by one;
  /// who was away for longer sees a snapshot. A minute or so of a lively game.
  std::size_t events_kept_max = 32;

  /// Bytes of an actor's kept events: each commit of an actor that has some writes them anew, and this is a page
  /// of the store.
  std::size_t events_kept_bytes_max = 4 * 1024;

  /// Watchers of one actor at once; beyond it 429. Each of its commits goes to all of them.
  std::size_t watchers_per_actor_max = 10'000;

  /// Watchers of one player at once; beyond it 429. A player has a few pages open, and one feed on each.
  std::size_t watchers_per_player_max = 32;

  /// Watchers at once in the process; beyond it 503. Each is an open connection.
  std::size_t watchers_max = 100'000;

  /// A message between actors, or a reminder, that fails is delivered again after 1 s, 2 s, 4 s, ...; after
  /// this many failures it is put among the dead letters. Eight are about two minutes.
  int deliveries_max = 8;

  /// Messages between actors that led to one another: what comes behind so many is a dead letter. A lawful chain has
  /// a few; one of two actors that tell each other would never end.
  std::size_t message_chain_max = 64;

  /// Messages that may come at once of what began a chain, with all that they lead to: an actor's command or reminder,
  /// and for a client's command the client, too. A tournament that begins tells each player; a fork is a mistake. What
  /// comes beyond it is a dead letter.
  std::size_t messages_at_once = 10'000;

  /// That many again each second.
  std::size_t messages_per_second = 1'000;

  /// Messages under way to one actor; beyond it they are dead letters. A lobby has thousands when the disk is slow.
  std::size_t messages_per_actor_max = 10'000;

  /// Messages under way in the process; beyond it they are dead letters. About 1 KiB each.
  std::size_t messages_max = 100'000;

  /// A stopping system waits this long for what it has accepted, then ends all the same.
  duration stop_within = std::chrono::seconds(10);

  parlor::bounds bounds{};
};

}  // namespace parlor
