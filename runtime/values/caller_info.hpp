#pragma once

#include <cstdint>

namespace parlor {

/// Which bound on the rooms and sessions that are stored a client has reached.
enum class store_bound : std::uint8_t { none, player, address, guests };

/// What bounds need to know of a client besides the player's name. Handlers of games do not see it.
struct caller_info {
  /// What the client makes is counted: a guest's always, a named player's unless they ask from this machine.
  bool bounded = false;
  bool guest = false;
  /// For an actor that makes rooms for its callers: they may have no further one.
  store_bound reached = store_bound::none;
  /// Of a guest: a name for the address that the request came from, which says nothing of the address; 0: it is not
  /// counted. The gateway makes it, and another process makes another.
  std::uint64_t network = 0;
};

}  // namespace parlor
