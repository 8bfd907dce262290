#pragma once

#include <atomic>
#include <cstddef>

namespace parlor {

/// A small number for each thread, in the order in which they first ask for it. What is kept by this
/// number is that thread's own, or nearly: in its core's cache, and its lock is free.
inline std::size_t thread_number() {
  static std::atomic<std::size_t> threads{0};
  thread_local const std::size_t mine = threads++;
  return mine;
}

}  // namespace parlor
