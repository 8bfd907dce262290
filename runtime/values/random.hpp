#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

/// Random numbers that nobody can foretell: ChaCha20, under keys of the machine's.
namespace parlor {

/// What random numbers are drawn for. Each purpose has keys of its own: numbers of one, which clients may see, tell
/// nothing of another's.
enum class purpose : std::uint8_t {
  dice,          ///< seeds of commands that roll
  incarnations,  ///< of actors; every ETag shows one
  trace_ids,     ///< of requests and traces
  names,         ///< of guests, programs' sockets, ids that nobody else has
  secrets,       ///< keys
};
inline constexpr std::size_t purpose_count = 5;

/// The key of a ChaCha20 stream: 256 bits.
using random_key = std::array<unsigned char, 32>;

/// Writes a part of the stream of a key, from its block of that number on; a block has 64 bytes. Any thread.
void expand(const random_key& key, std::uint64_t block, std::span<unsigned char> into);

/// Draws bytes from the machine. Each thread has some in stock for each purpose, so this costs no system call and no
/// lock but now and then; and what was given out is gone from memory. Throws std::runtime_error if the system has no
/// randomness to give. Any thread.
void draw_random(purpose reason, std::span<unsigned char> into);
/// The same as a number.
[[nodiscard]] std::uint64_t random_number(purpose reason);

/// Where a runtime draws from: the machine, or, for a simulation, a seed, whose numbers are the same each time.
class random_source {
 public:
  /// `seed` 0: the machine.
  explicit random_source(std::uint64_t seed) : seed_(seed) {}

  /// Any thread. What a seed gives is the same in the same order; other purposes' draws between do not matter.
  void draw(purpose reason, std::span<unsigned char> into);
  [[nodiscard]] std::uint64_t number(purpose reason);

 private:
  const std::uint64_t seed_;
  std::array<std::atomic<std::uint64_t>, purpose_count> drawn_{};  // blocks, by purpose
};

}  // namespace parlor
