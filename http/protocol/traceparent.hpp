#pragma once

#include <optional>
#include <string_view>

#include "runtime/values/trace.hpp"

namespace parlor::http {

/// Reads a `traceparent` header as https://www.w3.org/TR/trace-context/ has it; its version, digits and lengths
/// are checked, for what it says ends up in the log. The caller's own span is not kept. Nothing if it is
/// malformed.
[[nodiscard]] std::optional<trace_context> parse_traceparent(std::string_view header);

/// The trace of a request: the one that its header names, or a new one. The request's id is always new: it is
/// ours to tell requests apart by, whatever clients send twice. Any thread.
[[nodiscard]] trace_context trace_of(std::string_view traceparent);

}  // namespace parlor::http
