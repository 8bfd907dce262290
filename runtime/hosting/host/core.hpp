#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include "runtime/authoring/catalog.hpp"
#include "runtime/hosting/crashes/quarantine.hpp"
#include "runtime/hosting/directory/directory.hpp"
#include "runtime/hosting/feeds/feeds.hpp"
#include "runtime/hosting/loops/blocking_pool.hpp"
#include "runtime/hosting/loops/event_loop.hpp"
#include "runtime/hosting/loops/watchdog.hpp"
#include "runtime/hosting/reminders/held_deletions.hpp"
#include "runtime/hosting/reminders/reminders.hpp"
#include "runtime/hosting/reminders/timers.hpp"
#include "runtime/hosting/reminders/unreadable_actors.hpp"
#include "runtime/hosting/requests/holdings.hpp"
#include "runtime/hosting/requests/in_flight_requests.hpp"
#include "runtime/hosting/traffic/message_traffic.hpp"
#include "runtime/storage/store.hpp"
#include "runtime/values/journal.hpp"
#include "runtime/values/options.hpp"
#include "runtime/values/random.hpp"
#include "runtime/values/reloadable.hpp"

namespace parlor {

/// How loud the life of such an actor is noted: an actor that has services elsewhere concerns the operator.
inline journal::level life_level(const kind& actor_kind) {
  for (const service_info& s : actor_kind.services)
    if (s.make) return journal::level::info;
  return journal::level::debug;
}

/// What the actors of one runtime share. Each part is for any thread; none knows CAF.
struct core {
  core(const catalog& the_kinds, const options& the_limits, store& the_store, const clock& the_time, journal& the_log,
       std::uint64_t seed, std::size_t pool_threads, directory::drained_function drained,
       watchdog::stuck_function the_stuck)
      : kinds(the_kinds),
        limits(the_limits),
        bounds(limits.bounds),
        store(the_store),
        era(the_store.era()),
        time(the_time),
        log(the_log),
        in_flight(limits.in_flight_max),
        holdings(bounds),
        directory(kinds.kinds(), limits.short_stay, limits.in_flight_per_actor_max, std::move(drained)),
        quarantine(limits.crash_file, kinds.kinds(), log),
        watchdog(time, log,
                 {.slow = limits.handler_slow,
                  .relief = limits.handler_relief,
                  .abort = limits.handler_abort,
                  .blocking_abort = limits.blocking_abort,
                  .memory = limits.handler_memory},
                 the_stuck),
        pool(pool_threads),
        random(seed) {}

  const catalog& kinds;
  const options limits;
  reloadable<parlor::bounds> bounds;  ///< those of now; in `limits` are the first
  parlor::store& store;
  const std::uint64_t era;  ///< of the store
  const clock& time;
  journal& log;
  in_flight_requests in_flight;
  parlor::holdings holdings;
  message_traffic traffic{limits};
  parlor::directory directory;
  parlor::reminders reminders;
  parlor::held_deletions held_deletions;
  unreadable_actors unreadable;
  parlor::timers timers;  // of services, and of http
  parlor::quarantine quarantine;
  const std::shared_ptr<parlor::feeds> feeds = std::make_shared<parlor::feeds>(limits);
  parlor::watchdog watchdog;
  blocking_pool pool;
  random_source random;

  /// Bytes that the stored state of an actor may have, and what is shown of it.
  [[nodiscard]] std::size_t state_bytes_max(const kind& actor_kind) const {
    return actor_kind.state_bytes_max > 0 ? actor_kind.state_bytes_max : limits.state_bytes_max;
  }

  /// Sends a message to an actor, and sees to it that what the store owes for it is paid.
  std::function<void(parcel)> deliver;

  /// Tells the registry that an actor has ended, or that its state is not to be trusted.
  std::function<void(directory_entry&)> ended, failed;

  /// Has `next` run in a loop's next round, or a little later: long work goes on in small steps, and the sockets
  /// have theirs between them. For the registry.
  std::function<void(event_loop::work next)> step;

  /// While the server drains no room is made for a client any more.
  std::atomic<bool> draining{false};

  const instant ready_at = time.now();
};

}  // namespace parlor
