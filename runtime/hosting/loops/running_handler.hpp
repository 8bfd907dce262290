#pragma once

#include <string>
#include <string_view>

#include "runtime/values/address.hpp"

namespace parlor {

/// What of a game runs on a thread: whose it is, which part, and for whom. The views live as long as it runs.
struct running_handler {
  const address& actor;
  const std::string& part;  ///< a command, or a word of the runtime's such as `view`
  std::string_view sender;  ///< the player who sent the command; empty: another actor, a reminder or nobody
};

/// What runs on the calling thread; null: nothing of a game's. A signal's handler may read it.
inline constinit thread_local const running_handler* running_here = nullptr;

}  // namespace parlor
