#pragma once

#include <string_view>

/// Deliberate mistakes, for one test alone: it switches them on, one at a time, and must notice each.
/// Without PARLOR_FAULTS, as everywhere else, `has_fault` is false at compile time and leaves nothing behind.
namespace parlor {

#ifdef PARLOR_FAULTS
inline std::string_view active_fault;
inline bool has_fault(std::string_view name) { return name == active_fault; }
#else
constexpr bool has_fault(std::string_view) { return false; }
#endif

}  // namespace parlor
