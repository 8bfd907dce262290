#include "http/protocol/weights.hpp"

#include <algorithm>

#include "http/framing/characters.hpp"

namespace parlor::http {
namespace {

constexpr int most = 1000;

/// Takes what stands before the next `end` off `text`; within quotes there is none.
std::string_view take_part(std::string_view& text, char end) {
  bool quoted = false;
  std::size_t i = 0;
  for (; i < text.size() && (quoted || text[i] != end); ++i) {
    if (text[i] == '"') quoted = !quoted;
    else if (quoted && text[i] == '\\') ++i;
  }
  i = std::min(i, text.size());
  std::string_view part = text.substr(0, i);
  text.remove_prefix(std::min(i + 1, text.size()));
  return trimmed(part);
}

/// `0`, `0.5`, `1.000`: at most three digits behind the point, and nothing beyond 1.
std::optional<int> read_weight(std::string_view text) {
  constexpr std::size_t size_max = 5;
  if (text.empty() || text.size() > size_max || (text[0] != '0' && text[0] != '1')) return {};
  if (text.size() > 1 && text[1] != '.') return {};
  int weight = (text[0] - '0') * most, unit = most;
  for (char digit : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (digit < '0' || digit > '9') return {};
    weight += (digit - '0') * (unit /= 10);
  }
  if (weight > most) return {};
  return weight;
}

/// Of the parameters behind a name.
std::optional<int> weight_in(std::string_view parameters) {
  while (!parameters.empty()) {
    std::string_view item = take_part(parameters, ';');
    // No blanks may stand around the sign.
    if (is_word(item.substr(0, 2), "q=")) return read_weight(item.substr(2));
    if (is_word(item, "q")) return {};
  }
  return most;
}

}  // namespace

std::optional<int> weight_of(std::string_view list, std::string_view name) {
  std::optional<int> found;
  while (!list.empty()) {
    std::string_view parameters = take_part(list, ',');
    if (!is_word(take_part(parameters, ';'), name)) continue;
    if (auto weight = weight_in(parameters)) found = std::max(found.value_or(0), *weight);
  }
  return found;
}

bool is_of_type(std::string_view content_type, std::string_view name) {
  return is_word(take_part(content_type, ';'), name);
}

}  // namespace parlor::http
