#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "runtime/hosting/containers/slab.hpp"
#include "runtime/values/instant.hpp"

/// One reminder in the books of the reminders.
///
/// Every room that waits or is played has one or two for as long as it lives, asleep or awake: of
/// all that is kept for a sleeping room this is the only part in memory. So it is one block: a few
/// numbers, and behind them the texts, each after its length. The common one takes 64 bytes.
namespace parlor {

struct reminder {
  struct texts {
    std::string_view id, name, command, args;
  };

  static reminder& make(slab& from, std::uint32_t hash, std::uint16_t kind, const texts& t);
  static void end(slab& to, reminder& r);
  /// What is written behind it.
  [[nodiscard]] texts text() const;

  reminder* chain = nullptr;
  instant due{};
  /// Counts the settings: of reminders due at one time the one that was set first comes first.
  std::uint64_t number : 48;
  const std::uint64_t kind : 16;  ///< of its actor, by the reminders's own number
  const std::uint32_t hash;
  std::uint32_t place = 0;  ///< in the heap
};

static_assert(sizeof(reminder) == 32, "with a room's usual texts it is one block of 64 bytes");

/// How a table finds its way along reminders.
struct reminder_hooks {
  static reminder*& next(reminder& r) { return r.chain; }
  static std::uint32_t hash(const reminder& r) { return r.hash; }
};

}  // namespace parlor
