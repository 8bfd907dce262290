#include "runtime/values/blank_text.hpp"

#include <algorithm>

#include "runtime/values/utf8.hpp"

namespace parlor {
namespace {

struct range {
  char32_t first, last;
};

/// Unicode's Cc, Cf, Zs, Zl and Zp, with what has the property Default_Ignorable_Code_Point, and U+2800, a pattern of
/// no dots. In order.
constexpr range unseen[] = {
    {0x0, 0x20},        {0x7f, 0xa0},       {0xad, 0xad},       {0x34f, 0x34f},     {0x600, 0x605},
    {0x61c, 0x61c},     {0x6dd, 0x6dd},     {0x70f, 0x70f},     {0x890, 0x891},     {0x8e2, 0x8e2},
    {0x115f, 0x1160},   {0x1680, 0x1680},   {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x2000, 0x200f},
    {0x2028, 0x202f},   {0x205f, 0x206f},   {0x2800, 0x2800},   {0x3000, 0x3000},   {0x3164, 0x3164},
    {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0},   {0xfff0, 0xfffb},   {0x110bd, 0x110bd},
    {0x110cd, 0x110cd}, {0x13430, 0x1343f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
};

bool is_unseen(char32_t c) {
  auto found = std::lower_bound(std::begin(unseen), std::end(unseen), c,
                                [](const range& r, char32_t wanted) { return r.last < wanted; });
  return found != std::end(unseen) && c >= found->first;
}

/// Of a well-formed letter.
char32_t code_of(std::string_view letter) {
  auto first = static_cast<unsigned char>(letter.front());
  if (letter.size() == 1) return first;
  // The first byte has as many bits less as the letter has bytes, and one.
  char32_t code = first & (0x7fU >> letter.size());
  for (char byte : letter.substr(1)) code = code << 6U | (static_cast<unsigned char>(byte) & 0x3fU);
  return code;
}

}  // namespace

bool is_blank(std::string_view text) {
  while (!text.empty()) {
    utf8_letter letter = first_letter(text);
    // What is broken is shown, as a mark.
    if (!letter.well_formed || !is_unseen(code_of(text.substr(0, letter.bytes)))) return false;
    text.remove_prefix(letter.bytes);
  }
  return true;
}

}  // namespace parlor
