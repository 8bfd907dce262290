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

  /// Rooms and sessions that a guest has made and that are stored, each once for every KiB of its state. A room that
  /// has started is kept for `guest_room_kept` after its last move: this is a day of games that somebody left.
  std::size_t open_per_guest = 30;
  /// The same for a named player, who may arrange a season.
  std::size_t open_per_player = 1000;
  /// The same for all guests of one address, 2 MB in all: a school's.
  std::size_t open_per_address = 2000;
  /// The same for all guests together; named players have no such bound. 100 MB.
  std::size_t open_of_guests = 100'000;
  /// How long a started game is kept in which nobody moves, if guests alone play there: over a long weekend. A guest
  /// whose token is lost cannot come back, and an address makes many. With a named player it is kept for 30 days.
  duration guest_room_kept = std::chrono::hours(72);

  /// Sessions that are not stored and that the guests of one address have awake: as many as it may have connections.
  std::size_t awake_per_address = 2000;
  /// The per cent of all actors that may be awake which such sessions of guests never take.
  std::size_t awake_reserved_percent = 25;

  /// Invitations that a player's session keeps: a page of them.
  std::size_t invitations_max = 20;
  /// Those of them that guests' invitations never take.
  std::size_t invitations_reserved = 5;
  /// Players whom a player may block: guests come and go, and a blocked one is not worth more.
  std::size_t blocked_max = 100;
};

inline constexpr bounds default_bounds{};

}  // namespace parlor
