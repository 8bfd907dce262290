#include "http/framing/field_line.hpp"

#include <array>
#include <iterator>
#include <limits>

#include "http/framing/characters.hpp"

namespace parlor::http {
namespace {

constexpr std::size_t name_bytes_max = 256;
constexpr std::size_t value_bytes_max = 8192;

// What the routes read (http/protocol/message.hpp), and what frames a message; by the length of the name.
constexpr known_field known_fields[] = {
    {"via", field_role::kept},
    {"host", field_role::host},
    {"accept", field_role::kept},
    {"expect", field_role::expect},
    {"origin", field_role::origin},
    {"prefer", field_role::kept},
    {"if-match", field_role::kept},
    {"forwarded", field_role::kept},
    {"x-real-ip", field_role::kept},
    {"connection", field_role::connection},
    {"traceparent", field_role::kept},
    {"content-type", field_role::kept_once},
    {"authorization", field_role::kept_once},
    {"if-none-match", field_role::kept},
    {"last-event-id", field_role::kept_once},
    {"content-length", field_role::content_length},
    {"accept-encoding", field_role::kept},
    {"idempotency-key", field_role::kept_once},
    {"x-forwarded-for", field_role::kept},
    {"transfer-encoding", field_role::transfer_encoding},
};
constexpr std::size_t known_count = std::size(known_fields);
static_assert(known_count <= 32);

/// Where the names of each length begin.
constexpr auto first_of_length = [] {
  std::array<std::uint8_t, 33> first{};
  for (std::size_t length = 0; length < first.size(); ++length)
    while (first[length] < known_count && known_fields[first[length]].name.size() < length) ++first[length];
  return first;
}();

const known_field* find_field(std::string_view name) {
  if (name.size() + 1 >= first_of_length.size()) return nullptr;
  for (std::size_t i = first_of_length[name.size()]; i < first_of_length[name.size() + 1]; ++i)
    if (is_word(name, known_fields[i].name)) return &known_fields[i];
  return nullptr;
}

}  // namespace

refusal read_field_line(std::string_view line, field_line& to) {
  auto colon = line.find(':');
  to.name = line.substr(0, colon);
  // A line that begins with a blank goes on with the value of the line before, in HTTP of long ago (RFC 9112, 5.2).
  if (colon == line.npos || to.name.empty() || !consists_of(to.name, in_token))
    return {"bad_request", "a line of the head is not NAME: VALUE"};
  to.value = trimmed(line.substr(colon + 1));
  if (!is_value(to.value)) return {"bad_request", "the value of a header has a character that none may have"};
  if (to.name.size() > name_bytes_max) return {"head_too_large", "the name of a header has at most 256 bytes"};
  if (to.value.size() > value_bytes_max) return {"head_too_large", "the value of a header has at most 8192 bytes"};
  to.known = find_field(to.name);
  return {};
}

std::size_t place_of(const known_field& field) { return static_cast<std::size_t>(&field - known_fields); }

std::optional<std::uint64_t> read_length(std::string_view value) {
  if (value.empty() || !consists_of(value, is_digit)) return {};
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t length = 0;
  for (char c : value) {
    auto digit = static_cast<std::uint64_t>(c - '0');
    if (length > (most - digit) / 10) return most;
    length = length * 10 + digit;
  }
  return length;
}

}  // namespace parlor::http
