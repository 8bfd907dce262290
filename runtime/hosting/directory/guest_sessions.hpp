#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>

#include "runtime/authoring/kind.hpp"
#include "runtime/hosting/directory/entry.hpp"
#include "runtime/values/bounds.hpp"
#include "runtime/values/caller_info.hpp"
#include "runtime/values/failure.hpp"
#include "runtime/values/reloadable.hpp"

/// The sessions of guests that are awake and not stored, and how many of them an address has.
///
/// Sleep ends such a session, and until then it takes memory. An address makes guests without end, and each may have
/// one. A session counts for the address whose request woke it, until it has ended. The registry's own.
namespace parlor {

class guest_sessions {
 public:
  /// The bounds must outlive it. Of `awake_max` actors guests' sessions leave a share to others.
  guest_sessions(const reloadable<bounds>& limits, std::size_t awake_max) : limits_(limits), awake_max_(awake_max) {}

  /// Why a caller wakes no further one of that kind: `too_many_sessions` or `sessions_full`; nothing if they may.
  [[nodiscard]] std::optional<failure> refuse(const kind& actor_kind, const caller_info& caller) const;
  /// Counts a session that a caller has woken.
  void add(const directory_entry& session, const caller_info& caller);
  /// The session has ended, or whatever it was.
  void remove(const directory_entry& session);

 private:
  static bool counts(const kind& actor_kind, const caller_info& caller) {
    return caller.guest && actor_kind.reached_by == reach::session && !actor_kind.durable;
  }

  const reloadable<bounds>& limits_;
  const std::size_t awake_max_;
  std::unordered_map<const directory_entry*, std::uint64_t> networks_;  // 0: of an address that is not counted
  std::unordered_map<std::uint64_t, std::size_t> by_network_;
};

}  // namespace parlor
