#pragma once

#include <cstddef>
#include <string_view>

/// The one walk through UTF-8: letter by letter, each from its first byte.
///
/// A letter is well-formed if Unicode's table 3-7 allows its bytes: it has one spelling, the shortest, it is no half
/// of a surrogate pair, and it lies within U+10FFFF. Of broken text the walk tells how many bytes a
/// reader takes for one broken letter: up to the first byte that cannot belong to it.
namespace parlor {

/// The bytes at the start of a text that are read together.
struct utf8_letter {
  std::size_t bytes;
  bool well_formed;
};

/// Reads the letter at the start of `text`, which is not empty.
[[nodiscard]] inline utf8_letter first_letter(std::string_view text) {
  auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return {1, true};
  if (first < 0xc2 || first > 0xf4) return {1, false};
  std::size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  // The second byte shuts out long forms, halves of surrogate pairs, and letters beyond U+10FFFF.
  unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  for (std::size_t i = 1; i < length; ++i) {
    if (i == text.size()) return {i, false};
    auto next = static_cast<unsigned char>(text[i]);
    if (next < low || next > high) return {i, false};
    low = 0x80;
    high = 0xbf;
  }
  return {length, true};
}

/// Tells whether all of `text` is well-formed.
[[nodiscard]] inline bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    utf8_letter letter = first_letter(text);
    if (!letter.well_formed) return false;
    text.remove_prefix(letter.bytes);
  }
  return true;
}

/// The longest beginning of `text` that has at most so many bytes and ends in no half of a letter.
[[nodiscard]] inline std::string_view whole_letters(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  auto continues = [&](std::size_t i) { return (static_cast<unsigned char>(text[i]) & 0xc0U) == 0x80U; };
  while (bytes_max > 0 && continues(bytes_max)) --bytes_max;
  return text.substr(0, bytes_max);
}

}  // namespace parlor
