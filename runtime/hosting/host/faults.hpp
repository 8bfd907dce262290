#pragma once

#include <cstdint>

/// Deliberate mistakes, for one test alone: it switches them on, one at a time, and must notice each.
/// Without PARLOR_FAULTS, as everywhere else, `has_fault` is false at compile time and leaves nothing behind.
namespace parlor {

enum class fault : std::uint8_t {
  none,
  replies_do_not_wait,
  reads_do_not_wait,
  no_record_of_replies,
  messages_are_not_owed,
  reminders_are_not_owed,
  deliveries_are_not_crossed_off,
  failed_commits_are_ignored,
  expired_requests_are_run,
  last_waiting_request_is_lost,
  disk_lies,  ///< the test's own store makes this one
};

#ifdef PARLOR_FAULTS
inline fault active_fault = fault::none;
inline bool has_fault(fault mistake) { return mistake == active_fault; }
#else
constexpr bool has_fault(fault) { return false; }
#endif

}  // namespace parlor
