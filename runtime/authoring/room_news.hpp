#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/values/fields.hpp"

/// The messages of rooms: the words between rooms, the lobby and the players' own actors.
///
/// A listed room tells `lobby/<kind>` whenever its free seats change; the lobby forgets a room that has started, and
/// tells one that nobody sits in that it is `unlisted` when there are too many.
/// Every room tells `session/<player>` when the player takes or leaves a seat, when it is their turn and they
/// did not bring that about, when they are invited, and when the room is no more. The lobby has a room
/// `open` itself, or `reserve` a seat for a player whose join is on its way.
namespace parlor {

inline constexpr const char* lobby_kind = "lobby";
inline constexpr const char* session_kind = "session";

/// `news` to the lobby: the players of a room, how many more may sit down, and how many seats are held for players
/// on their way. A room with neither has started, or is no more.
struct room_news {
  std::string id;
  std::vector<std::string> players;
  int free = 0;
  int held = 0;
  static constexpr auto fields = describe(field("id", &room_news::id), field("players", &room_news::players),
                                          field("free", &room_news::free), field("held", &room_news::held, or_default));
};

/// `departed`, `turn` and `closed` to a player's own actor.
struct room_ref {
  std::string kind;
  std::string id;
  static constexpr auto fields = describe(field("kind", &room_ref::kind), field("id", &room_ref::id));
};

/// `entered` to a player's own actor.
struct seat_news {
  std::string kind;
  std::string id;
  bool guest = false;  ///< the player is one
  static constexpr auto fields = describe(field("kind", &seat_news::kind), field("id", &seat_news::id),
                                          field("guest", &seat_news::guest, or_default));
};

/// `invited` to a player's own actor.
struct invitation {
  std::string kind;
  std::string id;
  std::string by;  ///< the player who invites
  static constexpr auto fields =
      describe(field("kind", &invitation::kind), field("id", &invitation::id), field("by", &invitation::by));
};

/// The same with what bounds know of the player who invites: only the session sees it.
struct sent_invitation {
  std::string kind;
  std::string id;
  std::string by;
  bool guest = false;
  std::int64_t network = 0;  ///< see caller_info
  static constexpr auto fields = describe(
      field("kind", &sent_invitation::kind), field("id", &sent_invitation::id), field("by", &sent_invitation::by),
      field("guest", &sent_invitation::guest, or_default), field("network", &sent_invitation::network, or_default));
};

/// `invite` to a room.
struct invited_player {
  std::string player;
  static constexpr auto fields = describe(field("player", &invited_player::player, an_id));
};

/// `reserve` to a room.
struct reservation {
  std::string player;
  static constexpr auto fields = describe(field("player", &reservation::player));
};

}  // namespace parlor
