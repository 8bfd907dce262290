#pragma once

#include <chrono>
#include <thread>

namespace parlor::testing {

/// Asks until `fits` does, at most for so long: for what another process does in its own time.
template <class Fits>
bool eventually(Fits fits, std::chrono::seconds within = std::chrono::seconds(20)) {
  auto until = std::chrono::steady_clock::now() + within;
  while (!fits()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

}  // namespace parlor::testing
