#pragma once

#include <algorithm>
#include <caf/actor_system_config.hpp>
#include <cstddef>
#include <thread>

#include "runtime/hosting/scheduler/loop_scheduler.hpp"

namespace parlor {

/// CAF on event loops; simulated, on CAF's own scheduler for tests.
struct loop_config : caf::actor_system_config {
  loop_config(bool simulated, std::size_t threads, std::size_t messages_per_turn) {
    if (simulated) set("scheduler.policy", caf::atom("testing"));
    else
      module_factories.push_back(
          [](caf::actor_system& system) -> caf::actor_system::module* { return new loop_scheduler(system); });
    if (threads == 0) threads = std::thread::hardware_concurrency();
    set("scheduler.max-threads", std::max<std::size_t>(threads, 1));
    set("scheduler.max-throughput", messages_per_turn);
    set("logger.verbosity", caf::atom("quiet"));
  }
};

}  // namespace parlor
