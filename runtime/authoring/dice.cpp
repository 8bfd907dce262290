#include "runtime/authoring/dice.hpp"

#include <cstring>
#include <stdexcept>
#include <string>

namespace parlor {

dice::dice(std::uint64_t seed) : seed_{} { std::memcpy(seed_.data(), &seed, sizeof seed); }

int dice::roll(int sides) {
  if (sides < 1) throw std::invalid_argument("roll(" + std::to_string(sides) + "): dice have at least one side");
  auto n = static_cast<std::uint32_t>(sides);
  // Numbers beyond the last whole multiple of n would favour the low sides: draw again.
  std::uint32_t limit = UINT32_MAX - UINT32_MAX % n;
  for (;;) {
    if (left_ == 0) refill();
    std::uint32_t drawn = drawn_[drawn_.size() - left_--];
    if (drawn < limit) return static_cast<int>(drawn % n);
  }
}

void dice::refill() {
  if (from_) from_->draw(purpose::dice, seed_);
  from_ = nullptr;
  std::array<unsigned char, sizeof drawn_> bytes;
  expand(seed_, next_block_, bytes);
  std::memcpy(drawn_.data(), bytes.data(), bytes.size());
  next_block_ += bytes.size() / 64;
  left_ = static_cast<std::uint32_t>(drawn_.size());
}

}  // namespace parlor
