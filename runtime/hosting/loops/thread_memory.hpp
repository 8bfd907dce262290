#pragma once

#include <cstdint>

namespace parlor {

/// Finds where the allocator counts the bytes that it has given to the calling thread; null if it does not count them.
using allocation_counter = const std::uint64_t* (*)();

/// The program's, if its allocator counts. Set before any thread asks.
inline allocation_counter find_allocation_counter = nullptr;

/// Bytes that the calling thread has allocated until now, what it gave back included; 0 if nobody counts them.
inline std::uint64_t allocated_here() {
  static constexpr std::uint64_t nothing = 0;
  static thread_local const std::uint64_t* counter = nullptr;
  if (!counter && find_allocation_counter) counter = find_allocation_counter();
  if (!counter) counter = &nothing;
  return *counter;
}

}  // namespace parlor
