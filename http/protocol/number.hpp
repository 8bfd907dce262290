#pragma once

#include <charconv>
#include <string_view>
#include <system_error>

namespace parlor::http {

/// Reads a text that is a number and nothing else, without blanks or a plus; false, and `to` may have changed, if
/// it is none, or too large.
template <class T>
bool read_number(std::string_view text, T& to) {
  auto end = text.data() + text.size();
  auto read = std::from_chars(text.data(), end, to);
  return read.ec == std::errc{} && read.ptr == end;
}

}  // namespace parlor::http
