#include "runtime/hosting/directory/guest_sessions.hpp"

#include <string>

namespace parlor {

std::optional<failure> guest_sessions::refuse(const kind& actor_kind, const caller_info& caller) const {
  if (!counts(actor_kind, caller)) return {};
  const bounds& limits = limits_.now();
  if (auto found = by_network_.find(caller.network);
      found != by_network_.end() && found->second >= limits.awake_per_address)
    return failure{"too_many_sessions", "the guests of an address may have " +
                                            std::to_string(limits.awake_per_address) +
                                            " sessions awake that are not stored"};
  std::size_t share = awake_max_ - awake_max_ * limits.awake_reserved_percent / 100;
  if (networks_.size() < share) return {};
  return failure{"sessions_full", std::to_string(share) + " sessions of guests are awake that are not stored"};
}

void guest_sessions::add(const directory_entry& session, const caller_info& caller) {
  if (!counts(session.actor_kind(), caller)) return;
  networks_.emplace(&session, caller.network);
  if (caller.network != 0) ++by_network_[caller.network];
}

void guest_sessions::remove(const directory_entry& session) {
  auto known = networks_.extract(&session);
  if (!known || known.mapped() == 0) return;
  auto found = by_network_.find(known.mapped());
  if (--found->second == 0) by_network_.erase(found);
}

}  // namespace parlor
