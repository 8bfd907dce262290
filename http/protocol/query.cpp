#include "http/protocol/query.hpp"

#include <algorithm>
#include <utility>

#include "runtime/values/utf8.hpp"

namespace parlor::http {
namespace {

bool stands_for_itself(char c) {
  constexpr std::string_view marks = " -._~:/?#[]@!$&'()*,;=";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         marks.find(c) != std::string_view::npos;
}

/// The value of a hexadecimal digit, or -1.
int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// A name or value without its percent signs; empty if it is not well-formed.
std::optional<std::string> decode(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      int high = i + 2 < text.size() ? digit(text[i + 1]) : -1;
      int low = i + 2 < text.size() ? digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return {};
      plain += static_cast<char>(high << 4 | low);
      i += 2;
    } else if (text[i] == '+') {
      plain += ' ';
    } else if (stands_for_itself(text[i])) {
      plain += text[i];
    } else {
      return {};
    }
  }
  // Only percent signs bring bytes beyond ASCII, so this judges what they spelt.
  if (!is_utf8(plain)) return {};
  return plain;
}

}  // namespace

bool is_visible(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

std::optional<parameters> parse_query(std::string_view query) {
  parameters found;
  if (query.find('=') == std::string_view::npos) {
    if (!decode(query)) return {};
    return found;
  }
  while (!query.empty()) {
    // An ampersand in a name is the name's own: pairs end at the first one after their `=`.
    auto equals = query.find('=');
    if (equals == std::string_view::npos) return {};
    auto end = std::min(query.find('&', equals), query.size());
    auto name = decode(query.substr(0, equals));
    auto value = decode(query.substr(equals + 1, end - equals - 1));
    if (!name || !value) return {};
    found.emplace(std::move(*name), std::move(*value));
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return found;
}

}  // namespace parlor::http
