#pragma once

#include <cstdint>

namespace parlor {

/// What bounds need to know of a client besides the player's name. Handlers of games do not see it.
struct caller_info {
  /// What the client makes is counted: a guest's always, a named player's unless they ask from this machine.
  bool bounded = false;
  bool guest = false;
  /// Of a guest: a name for the address that the request came from, which says nothing of the address; 0: it is not
  /// counted. The gateway makes it, and another process makes another.
  std::uint64_t network = 0;
};

}  // namespace parlor
