#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/hosting/host/reply_memory.hpp"
#include "runtime/hosting/host/service_questions.hpp"
#include "runtime/hosting/output_gate/output_gate.hpp"
#include "runtime/storage/kept_events.hpp"

namespace parlor {

/// What waits at an actor, and what is remembered of it. An actor has a ledger once it needs one: in most volatile
/// rooms nothing waits, and there may be a million of them.
struct actor_ledger {
  std::vector<request_ptr> waiting;  ///< for a load, the blocking pool, or a service
  output_gate gate;
  reply_memory replies;
  kept_events events;
  std::uint64_t row = 0;
  std::uint32_t kib = 1;        ///< of the state that was saved last, rounded up
  instant readable_from{};      ///< if it could not be read before: since then
  std::uint64_t erased_by = 0;  ///< the last commit that erased: receipts up to it tell of an old row
  std::unique_ptr<service_questions> questions;
};

/// Since when an actor could be played: before that no time counts against a player.
inline instant ready_at(const core& core, const actor_ledger* ledger) {
  return ledger ? std::max(core.ready_at, ledger->readable_from) : core.ready_at;
}

/// Opens a ledger if need be.
inline actor_ledger& opened(std::unique_ptr<actor_ledger>& ledger) {
  if (!ledger) ledger = std::make_unique<actor_ledger>();
  return *ledger;
}

}  // namespace parlor
