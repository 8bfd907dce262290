#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace parlor {

/// What ties together all that one request brings about: the trace that it is part of, which may go on across
/// several servers, and the request itself. It goes with the request to its actor, with the messages that the
/// actor sends for it, and into every line of the log that is written meanwhile.
struct trace_context {
  std::uint64_t trace_high = 0;  ///< the trace's id, 16 bytes in all; zero: none
  std::uint64_t trace_low = 0;
  std::uint64_t request = 0;  ///< the request's id, which is also its span's

  [[nodiscard]] bool known() const { return (trace_high | trace_low) != 0; }
  friend bool operator==(const trace_context&, const trace_context&) = default;
};

/// A number in 16 hexadecimal digits.
class hex_text {
 public:
  explicit hex_text(std::uint64_t number) {
    for (auto digit = digits_.rbegin(); digit != digits_.rend(); ++digit, number >>= 4)
      *digit = "0123456789abcdef"[number & 15];
  }
  operator std::string_view() const { return {digits_.data(), digits_.size()}; }

 private:
  std::array<char, 16> digits_;
};

}  // namespace parlor
