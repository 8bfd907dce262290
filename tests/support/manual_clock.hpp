#pragma once

#include <atomic>

#include "runtime/values/instant.hpp"

namespace parlor::testing {

/// A clock that stands still until it is moved. Any thread.
class manual_clock final : public clock {
 public:
  [[nodiscard]] instant now() const override { return instant{duration{ms_}}; }
  void advance(duration by) { ms_ += by.count(); }

 private:
  std::atomic<std::int64_t> ms_{1'700'000'000'000};
};

}  // namespace parlor::testing
