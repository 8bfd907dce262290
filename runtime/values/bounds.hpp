#pragma once

#include <cstddef>

#include "runtime/values/instant.hpp"

namespace parlor {

/// What one player, one guest, and the guests of one address may take from the others.
///
/// Anybody can be a guest, and an address may make many: so guests have less, their address has a bound, too, and
/// named players keep a share for themselves. Named players are counted by their names alone: the operator gave
/// them.
struct bounds {
  /// Rooms that wait for players and that one lobby keeps. It writes all of them with each change: 100 KiB.
  std::size_t waiting_rooms_max = 1000;
  /// Those of them that guests' rooms never take.
  std::size_t waiting_rooms_reserved = 250;
  /// Rooms of one kind that a player may have waiting; a club that opens a tournament has some dozens.
  std::size_t waiting_rooms_per_player = 50;
  /// The same for a guest, who waits in one, and has perhaps sent a friend the link of another.
  std::size_t waiting_rooms_per_guest = 5;
  /// The same for all guests of one address: a school that starts a lesson has a room for every two.
  std::size_t waiting_rooms_per_address = 100;
  /// A room in which nobody has sat for so long makes room when the lobby is full: until then its maker is
  /// on the way.
  duration waiting_room_empty = std::chrono::minutes(1);
};

}  // namespace parlor
