#include "http/framing/chunk_line.hpp"

#include <charconv>
#include <limits>

#include "http/framing/characters.hpp"

namespace parlor::http {
namespace {

void skip_blanks(std::string_view& rest) {
  while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
}

bool skip_token(std::string_view& rest) {
  std::size_t size = 0;
  while (size < rest.size() && is(rest[size], in_token)) ++size;
  rest.remove_prefix(size);
  return size > 0;
}

/// A quoted-string (RFC 9110, 5.6.4).
bool skip_quoted(std::string_view& rest) {
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (!is(rest[i], in_value)) return false;
    if (rest[i] == '"') {
      rest.remove_prefix(i + 1);
      return true;
    }
    if (rest[i] == '\\' && (++i == rest.size() || !is(rest[i], in_value))) return false;
  }
  return false;
}

/// `;name` or `;name=value`, with blanks wherever some could be.
bool skip_extension(std::string_view& rest) {
  skip_blanks(rest);
  if (rest.empty() || rest.front() != ';') return false;
  rest.remove_prefix(1);
  skip_blanks(rest);
  if (!skip_token(rest)) return false;
  std::string_view value = rest;
  skip_blanks(value);
  if (value.empty() || value.front() != '=') return true;
  value.remove_prefix(1);
  skip_blanks(value);
  rest = value;
  return rest.starts_with('"') ? skip_quoted(rest) : skip_token(rest);
}

}  // namespace

refusal read_chunk_line(std::string_view line, std::uint64_t& size) {
  constexpr refusal no_size{"bad_request", "a chunk of the body does not begin with its size"};
  if (line.empty() || !is(line.front(), is_hex_digit)) return no_size;
  auto [end, failed] = std::from_chars(line.data(), line.data() + line.size(), size, 16);
  if (failed == std::errc::result_out_of_range) size = std::numeric_limits<std::uint64_t>::max();
  std::string_view rest = line.substr(static_cast<std::size_t>(end - line.data()));
  while (!rest.empty())
    if (!skip_extension(rest)) return {"bad_request", "what follows a chunk's size is no chunk extension"};
  return {};
}

}  // namespace parlor::http
