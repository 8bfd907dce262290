#include <algorithm>
#include <utility>

#include "actors/catalog.hpp"
#include "runtime/authoring/actor_of.hpp"
#include "runtime/authoring/caller.hpp"
#include "runtime/authoring/room_news.hpp"

// The player's own actor: the rooms they sit in, those they are invited to, and when they last took or left a
// seat. Rooms tell it; only the player sees it, and its feed tells of all the rooms in which they play.
//
// Anybody may invite anybody, so a list that is full is shared fairly: whoever has sent the most loses the oldest, the
// guests of one address count as one sender, and guests lose before named players. A player declines what they do not
// want and blocks whom they do not know.
namespace parlor::actors {
namespace {

constexpr std::size_t rooms_max = 100;
/// Of a player who was never seen only invitations are known, and a room waits for an hour.
constexpr duration unseen_time = std::chrono::hours(24);
/// The session of a guest who plays nowhere any more says nothing, and an address makes many guests.
constexpr duration idle_guest_time = std::chrono::hours(24);

struct profile {
  std::vector<room_ref> rooms;  // the latest last
  std::int64_t last_active_ms = 0;
  std::vector<sent_invitation> invitations;  // the latest last
  std::vector<std::string> blocked;          // the latest last
  bool guest = false;
  static constexpr auto fields =
      describe(field("rooms", &profile::rooms, at_most(rooms_max)), field("last_active_ms", &profile::last_active_ms),
               field("invitations", &profile::invitations, or_default), field("blocked", &profile::blocked, or_default),
               field("guest", &profile::guest, or_default));
};

void forget(profile& p, const room_ref& room) {
  auto same = [&](const auto& r) { return r.kind == room.kind && r.id == room.id; };
  std::erase_if(p.rooms, same);
  std::erase_if(p.invitations, same);
}

void remind_of_end(const profile& p, context& ctx) {
  if (p.guest && p.rooms.empty()) ctx.remind("tidy", idle_guest_time, "tidy");
}

verdict on_entered(profile& p, const seat_news& news, context& ctx) {
  room_ref room{news.kind, news.id};
  p.guest = news.guest;
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
  remind_of_end(p, ctx);
  ctx.emit("departed", room);
  return accept();
}

verdict on_closed(profile& p, const room_ref& room, context& ctx) {
  forget(p, room);
  remind_of_end(p, ctx);
  ctx.emit("room_closed", room);
  return accept();
}

verdict on_turn(profile&, const room_ref& room, context& ctx) {
  ctx.emit("your_turn", room);
  return accept();
}

/// Whether two invitations are of one sender, as far as sharing goes.
bool share_sender(const sent_invitation& a, const sent_invitation& b) {
  return a.by == b.by || (a.network != 0 && a.network == b.network);
}

/// Drops the oldest invitation of whoever has sent the most; of guests alone, or of all.
void drop_one(std::vector<sent_invitation>& list, bool of_guests) {
  auto most = list.end();
  std::ptrdiff_t sent = 0;
  for (auto i = list.begin(); i != list.end(); ++i) {
    if (of_guests && !i->guest) continue;
    auto count = std::count_if(i, list.end(), [&](const sent_invitation& other) { return share_sender(*i, other); });
    if (count <= sent) continue;
    most = i;
    sent = count;
  }
  list.erase(most);
}

/// Keeps a player's invitations within their bounds.
void share_out(std::vector<sent_invitation>& list, const bounds& limits) {
  auto of_guests = [&] {
    return std::count_if(list.begin(), list.end(), [](const sent_invitation& i) { return i.guest; });
  };
  std::size_t share = limits.invitations_max - std::min(limits.invitations_max, limits.invitations_reserved);
  while (std::cmp_greater(of_guests(), share)) drop_one(list, true);
  while (list.size() > limits.invitations_max) drop_one(list, of_guests() > 0);
}

verdict on_invited(profile& p, const sent_invitation& to, context& ctx) {
  if (std::find(p.blocked.begin(), p.blocked.end(), to.by) != p.blocked.end()) return reject("blocked");
  std::erase_if(p.invitations, [&](const sent_invitation& i) { return i.kind == to.kind && i.id == to.id; });
  p.invitations.push_back(to);
  share_out(p.invitations, bounds_of(ctx));
  if (p.last_active_ms == 0) ctx.remind("tidy", unseen_time, "tidy");
  ctx.emit("invited", invitation{to.kind, to.id, to.by});
  return accept();
}

verdict on_tidy(profile& p, context& ctx) {
  if (!p.blocked.empty()) return unchanged();
  bool idle_guest = p.guest && p.rooms.empty() && from_ms(p.last_active_ms) + idle_guest_time <= ctx.time();
  if (p.last_active_ms > 0 && !idle_guest) return unchanged();
  ctx.erase();
  return accept();
}

// What the player says.

struct someone {
  std::string player;
  static constexpr auto fields = describe(field("player", &someone::player, an_id));
};

struct blocked_players {
  std::vector<std::string> blocked;
  static constexpr auto fields = describe(field("blocked", &blocked_players::blocked));
};

verdict on_decline(profile& p, const room_ref& room, context&) {
  auto declined =
      std::erase_if(p.invitations, [&](const sent_invitation& i) { return i.kind == room.kind && i.id == room.id; });
  return declined > 0 ? accept() : unchanged();
}

verdict_of<blocked_players> on_block(profile& p, const someone& other, context& ctx) {
  const std::size_t most = bounds_of(ctx).blocked_max;
  std::erase(p.blocked, other.player);
  if (p.blocked.size() >= most) return reject("too_many_blocked", "at most " + std::to_string(most) + " players");
  p.blocked.push_back(other.player);
  std::erase_if(p.invitations, [&](const sent_invitation& i) { return i.by == other.player; });
  return accept(blocked_players{p.blocked});
}

verdict_of<blocked_players> on_unblock(profile& p, const someone& other, context&) {
  std::erase(p.blocked, other.player);
  return accept(blocked_players{p.blocked});
}

verdict_of<blocked_players> on_blocked(const profile& p, context&) { return accept(blocked_players{p.blocked}); }

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
  profile_view v{std::string(viewer.player), p.rooms, {}, {}};
  for (const sent_invitation& i : p.invitations) v.invitations.push_back({i.kind, i.id, i.by});
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
                                        {"tidy", on_tidy, open_to::actors},
                                        {"decline", on_decline},
                                        {"block", on_block},
                                        {"unblock", on_unblock},
                                        {"blocked", on_blocked}},
                           .view = view};
}

}  // namespace parlor::actors
