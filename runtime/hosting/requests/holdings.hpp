#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "runtime/authoring/kind.hpp"
#include "runtime/values/address.hpp"
#include "runtime/values/bounds.hpp"
#include "runtime/values/caller_info.hpp"
#include "runtime/values/failure.hpp"
#include "runtime/values/reloadable.hpp"

/// Who made the rooms and sessions that are stored, and how many each has.
///
/// A room counts for its maker until it is erased, whoever plays there, once for each KiB of its state. It is looked
/// at when something is made or erased, or has grown by a KiB, and by no command in between. All of it is in memory: a
/// restart forgets it, and what was made before counts for nobody then. Any thread.
namespace parlor {

class holdings {
 public:
  /// The bounds must outlive it.
  explicit holdings(const reloadable<bounds>& limits) : limits_(limits) {}

  /// Whether the actors of a kind count for their makers: those that are stored, and that clients make.
  static bool counts(const kind& actor_kind) { return actor_kind.durable && actor_kind.reached_by != reach::internal; }

  /// The bound that a caller has reached.
  [[nodiscard]] store_bound reached(const caller_info& caller, std::string_view player) const;
  /// Why a caller may have no further one: `too_many_rooms` or `guests_full`; nothing if they may.
  [[nodiscard]] std::optional<failure> refuse(const caller_info& caller, std::string_view player) const;
  /// Counts an actor for its maker, unless it counts for somebody already.
  void add(const address& actor, const caller_info& caller, std::string_view player);
  /// The actor's state has so many KiB now, at least 1.
  void weigh(const address& actor, std::uint32_t kib);
  /// The actor is erased.
  void remove(const address& actor);
  /// How many are counted.
  [[nodiscard]] std::size_t size() const;

 private:
  struct maker {
    std::uint64_t player = 0;
    std::uint64_t network = 0;
    bool guest = false;
    std::uint32_t kib = 0;
  };
  using tallies = std::unordered_map<std::uint64_t, std::uint64_t>;

  static std::uint64_t count_in(const tallies& in, std::uint64_t name);
  static void change(tallies& in, std::uint64_t name, std::uint64_t from, std::uint64_t to);
  void set_weight(maker& owner, std::uint32_t kib);

  const reloadable<bounds>& limits_;
  mutable std::mutex mutex_;
  std::unordered_map<std::uint64_t, maker> made_;  // by the hash of the actor's address
  tallies by_player_, by_network_;
  std::uint64_t of_guests_ = 0;
};

}  // namespace parlor
