#include "http/settings/text_of_values.hpp"

#include <charconv>
#include <string_view>
#include <utility>

#include "runtime/values/json_text.hpp"

namespace parlor::http {
namespace {

constexpr std::pair<std::string_view, std::int64_t> units[] = {
    {"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}};

}  // namespace

std::string in_quotes(const std::string& text) {
  std::string out;
  write_json(out, text);
  return out;
}

std::optional<duration> parse_duration(const std::string& text) {
  std::int64_t count = 0;
  auto end = text.data() + text.size();
  auto parsed = std::from_chars(text.data(), end, count);
  if (parsed.ec != std::errc{} || count <= 0 || count > 1'000'000'000) return {};
  for (auto [name, ms] : units)
    if (std::string_view(parsed.ptr, end) == name) return duration{count * ms};
  return {};
}

std::string print_duration(duration d) {
  for (auto [name, ms] : units)
    if (d.count() % ms == 0) return std::to_string(d.count() / ms) + std::string(name);
  return "0ms";
}

}  // namespace parlor::http
