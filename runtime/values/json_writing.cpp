#include "runtime/values/json_writing.hpp"

#include <charconv>
#include <cmath>
#include <cstring>

#include "runtime/values/utf8.hpp"

namespace parlor {
namespace {

/// Skips bytes that are written as they are: eight at a time, then one by one.
const char* after_plain(const char* p, const char* end) {
  constexpr std::uint64_t ones = 0x0101010101010101, high_bits = ones * 0x80;
  for (; end - p >= 8; p += 8) {
    std::uint64_t eight;
    std::memcpy(&eight, p, 8);
    // A byte that is less than what is taken from it borrows, which shows in its high bit. A borrow
    // goes on into other bytes only from one that is not plain itself.
    std::uint64_t control = eight - ones * 0x20;
    std::uint64_t quote = (eight ^ ones * '"') - ones;
    std::uint64_t backslash = (eight ^ ones * '\\') - ones;
    if (((eight | control | quote | backslash) & high_bits) != 0) break;
  }
  while (p != end && is_plain_in_json(*p)) ++p;
  return p;
}

void write_escape(std::string& out, char c) {
  constexpr char digits[] = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; break;
    case '\\': out += "\\\\"; break;
    case '\b': out += "\\b"; break;
    case '\f': out += "\\f"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    default:
      out += "\\u00";
      out += digits[c >> 4];
      out += digits[c & 15];
  }
}

}  // namespace

void write_json(std::string& out, std::string_view text) {
  const char* end = text.data() + text.size();
  const char* written = text.data();
  out += '"';
  // What needs no change is appended in one piece, as far as it goes.
  for (const char* p = after_plain(written, end); p != end; p = after_plain(p, end)) {
    if (utf8_letter letter = first_letter({p, end}); letter.well_formed && letter.bytes > 1) {
      p += letter.bytes;
    } else {
      out.append(written, p);
      if (letter.well_formed) write_escape(out, *p);
      else out += "\xef\xbf\xbd";
      written = p += letter.bytes;
    }
  }
  out.append(written, end);
  out += '"';
}

void write_json(std::string& out, bool value) { out += value ? std::string_view("true") : std::string_view("false"); }

void write_json(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  char digits[32];
  auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
  // A number stays a number: 2.0 is not written as the integer 2.
  if (std::string_view(digits, end).find_first_not_of("-0123456789") == std::string_view::npos) out += ".0";
}

void write_json(std::string& out, std::int64_t value) {
  // Most numbers of a game are cells, seats and cards.
  if (value >= 0 && value <= 9) {
    out += static_cast<char>('0' + value);
    return;
  }
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

void write_json(std::string& out, std::uint64_t value) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

}  // namespace parlor
