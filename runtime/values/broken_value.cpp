#include "runtime/values/broken_value.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "runtime/values/address.hpp"
#include "runtime/values/constraint_text.hpp"
#include "runtime/values/utf8.hpp"

namespace parlor {
namespace {

/// A list or an object that has not ended yet, and where in it the text is.
struct open_part {
  bool is_list;
  std::size_t index = 0;
  std::string_view key{};
};

/// The string that begins at the quote, without its quotes.
std::string_view quoted_at(std::string_view text, std::size_t quote) {
  std::size_t end = quote + 1;
  while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
  return text.substr(quote + 1, std::min(end, text.size()) - quote - 1);
}

std::vector<open_part> open_parts_of(std::string_view text) {
  std::vector<open_part> open;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '{' || c == '[') open.push_back({.is_list = c == '['});
    else if ((c == '}' || c == ']') && !open.empty()) open.pop_back();
    else if (c == ',' && !open.empty()) ++open.back().index;
    if (c != '"') continue;
    std::string_view string = quoted_at(text, i);
    i += string.size() + 1;
    if (i + 1 < text.size() && text[i + 1] == ':' && !open.empty()) open.back().key = string;
  }
  return open;
}

/// The bytes of a string as it is written, where what is not UTF-8 becomes three.
std::size_t written_bytes(std::string_view text) {
  std::size_t bytes = 0;
  while (!text.empty()) {
    utf8_letter letter = first_letter(text);
    bytes += letter.well_formed ? letter.bytes : 3;
    text.remove_prefix(letter.bytes);
  }
  return bytes;
}

}  // namespace

void broken_value::place_behind(std::string_view text) {
  std::string path;
  for (const open_part& part : open_parts_of(text)) {
    if (part.is_list) path += '[' + std::to_string(part.index) + ']';
    else path.append(path.empty() ? "" : ".").append(part.key);
  }
  if (!path.empty()) words_ = path + " " + sentence_;
}

void refuse_number(std::int64_t value, const constraint& rule) {
  throw broken_value("must be between " + std::to_string(rule.low) + " and " + std::to_string(rule.high) + ", and is " +
                     std::to_string(value));
}

void check_number(double value, const constraint& rule) {
  if (!std::isfinite(value)) throw broken_value("must be a finite number, and is " + number_text(value));
  if (rule.has_range && !(value >= rule.low_number && value <= rule.high_number))
    throw broken_value("must be between " + number_text(rule.low_number) + " and " + number_text(rule.high_number) +
                       ", and is " + number_text(value));
}

void check_ruled_text(std::string_view value, const constraint& rule) {
  auto end = rule.names.begin() + static_cast<std::ptrdiff_t>(rule.names_count);
  if (rule.names_count > 0) {
    if (std::find(rule.names.begin(), end, value) != end) return;
    throw broken_value("must be one of " + listed_names(rule) + ", and is \"" + std::string(whole_letters(value, 64)) +
                       "\"");
  }
  if (rule.must_be_id && !is_id(value)) throw broken_value("must match [A-Za-z0-9_-]{1,64}");
  if (written_bytes(value) > rule.length_max)
    throw broken_value("must have at most " + std::to_string(rule.length_max) + " bytes, and has " +
                       std::to_string(written_bytes(value)));
}

void check_key(std::string_view key) {
  if (!is_utf8(key)) throw broken_value("has a key that is not UTF-8");
}

void check_length(std::size_t items, const constraint& rule) {
  if (items > rule.length_max)
    throw broken_value("must have at most " + std::to_string(rule.length_max) + " items, and has " +
                       std::to_string(items));
}

std::string_view name_in(std::size_t index, const constraint& rule) {
  if (index < rule.names_count) return rule.names[index];
  throw broken_value("must be one of " + listed_names(rule) + ", and is the value " + std::to_string(index) +
                     " of an enum, which has no name");
}

}  // namespace parlor
