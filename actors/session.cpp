#include <algorithm>

#include "actors/catalogue.hpp"
#include "runtime/authoring/actor_of.hpp"
#include "runtime/authoring/room_news.hpp"

// The player's own actor: the rooms they sit in, and when they last took or left a seat. Rooms tell it;
// only the player sees it.
namespace parlor::actors {
namespace {

constexpr std::size_t rooms_max = 100;

struct profile {
  std::vector<room_ref> rooms;  // the latest last
  std::int64_t last_active_ms = 0;
  static constexpr auto fields = describe(field("rooms", &profile::rooms, at_most(rooms_max)),
                                          field("last_active_ms", &profile::last_active_ms));
};

void forget(profile& p, const room_ref& room) {
  std::erase_if(p.rooms, [&](const room_ref& r) { return r.kind == room.kind && r.id == room.id; });
}

verdict on_entered(profile& p, const room_ref& room, turn& now) {
  forget(p, room);
  if (p.rooms.size() == rooms_max) p.rooms.erase(p.rooms.begin());
  p.rooms.push_back(room);
  p.last_active_ms = to_ms(now.time());
  return accept();
}

verdict on_departed(profile& p, const room_ref& room, turn& now) {
  forget(p, room);
  p.last_active_ms = to_ms(now.time());
  return accept();
}

struct profile_view {
  std::string player;
  std::vector<room_ref> rooms;
  std::optional<std::string> last_active;
  static constexpr auto fields =
      describe(field("player", &profile_view::player), field("rooms", &profile_view::rooms),
               field("last_active", &profile_view::last_active));
};

profile_view view(const profile& p, const viewer& who) {
  profile_view v{std::string(who.player), p.rooms, {}};
  if (p.last_active_ms > 0) v.last_active = to_text(from_ms(p.last_active_ms));
  return v;
}

}  // namespace

kind session() {
  return actor_of<profile>{.name = session_kind,
                           .reached_by = reach::session,
                           .commands = {{"entered", on_entered, open_to::actors},
                                        {"departed", on_departed, open_to::actors}},
                           .view = view};
}

}  // namespace parlor::actors
