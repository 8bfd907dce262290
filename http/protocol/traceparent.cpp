#include "http/protocol/traceparent.hpp"

#include "runtime/values/random.hpp"

namespace parlor::http {
namespace {

/// A number of as many lower-case hexadecimal digits as there are in the text.
std::optional<std::uint64_t> from_hex(std::string_view digits) {
  std::uint64_t number = 0;
  for (char c : digits) {
    bool is_letter = c >= 'a' && c <= 'f';
    if (!is_letter && !(c >= '0' && c <= '9')) return {};
    number = number << 4 | static_cast<std::uint64_t>(is_letter ? c - 'a' + 10 : c - '0');
  }
  return number;
}

std::uint64_t new_id() {
  for (;;)
    if (std::uint64_t id = random_number(purpose::trace_ids); id != 0) return id;
}

}  // namespace

std::optional<trace_context> parse_traceparent(std::string_view header) {
  // version-trace-parent-flags; a later version may have more behind another dash.
  constexpr std::size_t length = 55;
  if (header.size() < length || header[2] != '-' || header[35] != '-' || header[52] != '-') return {};
  auto version = from_hex(header.substr(0, 2)), high = from_hex(header.substr(3, 16)),
       low = from_hex(header.substr(19, 16)), parent = from_hex(header.substr(36, 16)),
       flags = from_hex(header.substr(53, 2));
  if (!version || !high || !low || !parent || !flags) return {};
  if (*version == 0xff || (*high | *low) == 0 || *parent == 0) return {};
  if (header.size() > length && (*version == 0 || header[length] != '-')) return {};
  return trace_context{.trace_high = *high, .trace_low = *low};
}

trace_context trace_of(std::string_view traceparent) {
  std::optional<trace_context> trace;
  if (!traceparent.empty()) trace = parse_traceparent(traceparent);
  if (!trace) trace = {.trace_high = new_id(), .trace_low = new_id()};
  trace->request = new_id();
  return *trace;
}

}  // namespace parlor::http
