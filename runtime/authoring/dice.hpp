#pragma once

#include <array>
#include <cstdint>

#include "runtime/values/random.hpp"

namespace parlor {

/// The dice of one command. They draw a secret seed of 256 bits when they are first rolled; ChaCha20 makes the rolls
/// of it. So rolls that players see tell nothing of others, and the seed alone repeats them.
class dice {
 public:
  /// `from` must outlive them.
  explicit dice(random_source& from) : from_(&from) {}
  /// Dice that roll once more what dice of this seed rolled.
  explicit dice(const random_key& seed) : seed_(seed) {}
  /// The same with a short seed, which can be guessed: for tests.
  explicit dice(std::uint64_t seed);

  /// A number in [0, sides), each equally likely. `sides` is at least 1.
  int roll(int sides);

  /// The seed; null while none was drawn.
  [[nodiscard]] const random_key* seed() const { return from_ ? nullptr : &seed_; }

 private:
  void refill();

  random_source* from_ = nullptr;  // null once there is a seed
  random_key seed_;
  std::uint64_t next_block_ = 0;
  std::uint32_t left_ = 0;
  std::array<std::uint32_t, 64> drawn_;  // the last `left_` are still to be used
};

}  // namespace parlor
