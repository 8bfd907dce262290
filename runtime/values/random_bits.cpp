#include "runtime/values/random_bits.hpp"

#include <random>

namespace parlor {

std::uint64_t random_bits() {
  std::random_device machine;
  return std::uint64_t{machine()} << 32 | machine();
}

}  // namespace parlor
