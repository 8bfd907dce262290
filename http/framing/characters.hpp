#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

/// What a byte may be in HTTP: the character classes of RFC 9110, 5.5 and 5.6.2, and of RFC 3986.
namespace parlor::http {

enum character_class : std::uint8_t {
  in_token = 1,   ///< tchar: names of methods and fields
  in_value = 2,   ///< of a field's value: visible, blank, tab, or above ASCII
  in_target = 4,  ///< of a request's target
  in_host = 8,    ///< of a reg-name (RFC 3986, 3.2.2), without `%`
  is_digit = 16,
  is_hex_digit = 32,
};

constexpr auto character_classes = [] {
  std::array<std::uint8_t, 256> table{};
  auto add = [&](std::string_view characters, int classes) {
    for (char c : characters) table[static_cast<unsigned char>(c)] |= static_cast<std::uint8_t>(classes);
  };
  for (int c = '!'; c <= '~'; ++c) table[static_cast<std::size_t>(c)] = in_value | in_target;
  for (std::size_t c = 0x80; c < 256; ++c) table[c] = in_value;
  add(" \t", in_value);
  add("0123456789", is_digit | is_hex_digit);
  add("abcdefABCDEF", is_hex_digit);
  for (char c = 'a'; c <= 'z'; ++c) add({&c, 1}, in_token | in_host);
  for (char c = 'A'; c <= 'Z'; ++c) add({&c, 1}, in_token | in_host);
  add("0123456789-._~", in_token | in_host);
  add("!#$%&'*+^`|", in_token);
  add("!$&'()*+,;=", in_host);
  // Browsers send `|`, `{` and their like as they are; a fragment never, nor what delimits an address in a text.
  for (char c : std::string_view("\"#<>\\"))
    table[static_cast<unsigned char>(c)] &= static_cast<std::uint8_t>(~in_target);
  return table;
}();

constexpr bool is(char c, character_class wanted) {
  return (character_classes[static_cast<unsigned char>(c)] & wanted) != 0;
}

/// Whether all of `text` is of that class.
constexpr bool consists_of(std::string_view text, character_class wanted) {
  std::uint8_t common = 0xff;
  for (char c : text) common &= character_classes[static_cast<unsigned char>(c)];
  return (common & wanted) != 0;
}

/// The same as `consists_of(text, in_value)`, eight bytes at a time: a token has hundreds.
inline bool is_value(std::string_view text) {
  constexpr std::uint64_t each = 0x0101010101010101;
  while (text.size() >= sizeof each) {
    std::uint64_t bytes;
    std::memcpy(&bytes, text.data(), sizeof bytes);
    // The highest bit of some byte, if there is one below a blank, or one that is DEL.
    const std::uint64_t low = (bytes - each * ' ') & ~bytes;
    const std::uint64_t other = bytes ^ each * 0x7f;
    const bool suspicious = ((low | ((other - each) & ~other)) & each * 0x80) != 0;
    if (suspicious && !consists_of(text.substr(0, sizeof each), in_value)) return false;
    text.remove_prefix(sizeof each);
  }
  return consists_of(text, in_value);
}

constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// Without the blanks and tabs around it.
constexpr std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

/// Whether `text` is `word`, which is in lower case, in any case.
constexpr bool is_word(std::string_view text, std::string_view word) {
  return text.size() == word.size() &&
         std::equal(text.begin(), text.end(), word.begin(), [](char a, char b) { return lower(a) == b; });
}

}  // namespace parlor::http
