#pragma once

#include <cstdint>

namespace parlor {

/// Draws 64 bits from the machine's source of randomness, which costs a system call or an instruction made for
/// it: for seeds and names, not for a handler's dice. Any thread may ask.
[[nodiscard]] std::uint64_t random_bits();

}  // namespace parlor
