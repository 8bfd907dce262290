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
  while (!query.empty()) {
    std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (pair.empty()) continue;
    auto equals = std::min(pair.find('='), pair.size());
    auto name = decode(pair.substr(0, equals));
    auto value = decode(pair.substr(std::min(equals + 1, pair.size())));
    if (!name || !value) return {};
    found.emplace(std::move(*name), std::move(*value));
  }
  return found;
}

}  // namespace parlor::http
