#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "http/framing/refusal.hpp"

/// A line of a request's head or of a chunked body's trailers (RFC 9112, 5).
namespace parlor::http {

/// What a field is to the framer.
enum class field_role : std::uint8_t {
  kept,       ///< passed on, however often it comes: its value is a list
  kept_once,  ///< passed on; twice in a request it would mean one thing to one reader and another to the next
  origin,     ///< the same; who is refused gets an answer for that page, too
  host,
  content_length,
  transfer_encoding,
  connection,
  expect,
};

/// Whether two lines of that field are one too many.
constexpr bool is_single(field_role role) {
  return role == field_role::kept_once || role == field_role::origin || role == field_role::host ||
         role == field_role::content_length;
}

struct known_field {
  std::string_view name;  ///< in lower case
  field_role role;
};

struct field_line {
  std::string_view name{};
  std::string_view value{};            ///< without the blanks around it
  const known_field* known = nullptr;  ///< null: nobody here reads it
};

/// Reads a line without its CRLF, or says why it is none. The views are into `line`.
refusal read_field_line(std::string_view line, field_line& to);

/// The place of a field among those that are known: below 32.
std::size_t place_of(const known_field& field);

/// The number that a Content-Length has (RFC 9110, 8.6); nothing if it is none. One that no machine could hold is
/// the largest.
std::optional<std::uint64_t> read_length(std::string_view value);

}  // namespace parlor::http
