#include <algorithm>

#include "actors/catalog.hpp"
#include "runtime/authoring/actor_of.hpp"
#include "runtime/authoring/room_news.hpp"

// The player's own actor: the rooms they sit in, those they are invited to, and when they last took or left a
// seat. Rooms tell it; only the player sees it, and its feed tells of all the rooms in which they play.
namespace parlor::actors {
namespace {

constexpr std::size_t rooms_max = 100;
constexpr std::size_t invitations_max = 20;
/// Of a player who was never seen only invitations are known, and a room waits for an hour.
constexpr duration unseen_time = std::chrono::hours(24);

struct profile {
  std::vector<room_ref> rooms;  // the latest last
  std::int64_t last_active_ms = 0;
  std::vector<invitation> invitations;  // the latest last
  static constexpr auto fields =
      describe(field("rooms", &profile::rooms, at_most(rooms_max)), field("last_active_ms", &profile::last_active_ms),
               field("invitations", &profile::invitations, at_most(invitations_max), or_default));
};

void forget(profile& p, const room_ref& room) {
  auto same = [&](const auto& r) { return r.kind == room.kind && r.id == room.id; };
  std::erase_if(p.rooms, same);
  std::erase_if(p.invitations, same);
}

verdict on_entered(profile& p, const room_ref& room, context& ctx) {
  forget(p, room);
  if (p.rooms.size() == rooms_max) p.rooms.erase(p.rooms.begin());
  p.rooms.push_back(room);
  p.last_active_ms = to_ms(ctx.time());
  ctx.emit("entered", room);
  return accept();
}

verdict on_departed(profile& p, const room_ref& room, context& ctx) {
  forget(p, room);
  p.last_active_ms = to_ms(ctx.time());
  ctx.emit("departed", room);
  return accept();
}

verdict on_closed(profile& p, const room_ref& room, context& ctx) {
  forget(p, room);
  ctx.emit("room_closed", room);
  return accept();
}

verdict on_turn(profile&, const room_ref& room, context& ctx) {
  ctx.emit("your_turn", room);
  return accept();
}

verdict on_invited(profile& p, const invitation& to, context& ctx) {
  std::erase_if(p.invitations, [&](const invitation& i) { return i.kind == to.kind && i.id == to.id; });
  if (p.invitations.size() == invitations_max) p.invitations.erase(p.invitations.begin());
  p.invitations.push_back(to);
  if (p.last_active_ms == 0) ctx.remind("tidy", unseen_time, "tidy");
  ctx.emit("invited", to);
  return accept();
}

verdict on_tidy(profile& p, context& ctx) {
  if (p.last_active_ms > 0) return unchanged();
  ctx.erase();
  return accept();
}

struct profile_view {
  std::string player;
  std::vector<room_ref> rooms;
  std::vector<invitation> invitations;
  std::optional<std::string> last_active;
  static constexpr auto fields =
      describe(field("player", &profile_view::player), field("rooms", &profile_view::rooms),
               field("invitations", &profile_view::invitations), field("last_active", &profile_view::last_active));
};

profile_view view(const profile& p, const viewer& viewer) {
  profile_view v{std::string(viewer.player), p.rooms, p.invitations, {}};
  if (p.last_active_ms > 0) v.last_active = to_text(from_ms(p.last_active_ms));
  return v;
}

}  // namespace

kind session() {
  return actor_of<profile>{.name = session_kind,
                           .reached_by = reach::session,
                           .commands = {{"entered", on_entered, open_to::actors},
                                        {"departed", on_departed, open_to::actors},
                                        {"closed", on_closed, open_to::actors},
                                        {"turn", on_turn, open_to::actors},
                                        {"invited", on_invited, open_to::actors},
                                        {"tidy", on_tidy, open_to::actors}},
                           .view = view};
}

}  // namespace parlor::actors
