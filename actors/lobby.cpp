#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "actors/catalog.hpp"
#include "runtime/authoring/actor_of.hpp"
#include "runtime/authoring/caller.hpp"
#include "runtime/authoring/room_news.hpp"
#include "runtime/authoring/table.hpp"

// The container of rooms. `lobby/<kind>` lists the rooms of one kind that have a free seat. Actors never
// wait for each other: the lobby promises a room's seat at once, `tell`s the room to hold it, and the
// room's own news corrects the list if the lobby was wrong. A player who asks twice is sent to one room: the lobby
// remembers where it has sent whom for as long as the room holds the seat.
//
// Anybody can be a guest, so the lobby counts who made the rooms that wait: see bounds.hpp. When it is full, rooms in
// which nobody sits go first, those of guests before all others.
namespace parlor::actors {
namespace {

constexpr std::size_t page_max = 100;
/// Whoever clicks twice does so at once, and each commit writes all promises: the latest are enough.
constexpr std::size_t promises_max = 200;
constexpr duration promise_time = table_rules::hold_time;

bool is_among(const std::vector<std::string>& players, std::string_view player) {
  return std::find(players.begin(), players.end(), player) != players.end();
}

/// A room that waits for players, and its maker.
struct waiting_room {
  std::string id;
  std::vector<std::string> players;
  int free = 0;                  // 0: every seat that nobody has is held for somebody
  std::string made_by{};         // empty: not counted
  bool guest = false;            // made by one
  std::int64_t network = 0;      // of that guest; 0: not counted
  std::int64_t empty_since = 0;  // in ms; meaningless while somebody sits there
  static constexpr auto fields =
      describe(field("id", &waiting_room::id), field("players", &waiting_room::players),
               field("free", &waiting_room::free), field("made_by", &waiting_room::made_by, or_default),
               field("guest", &waiting_room::guest, or_default), field("network", &waiting_room::network, or_default),
               field("empty_since", &waiting_room::empty_since, or_default));
};

/// A player who was sent to a room.
struct promise {
  std::string player;
  std::string id;
  std::int64_t until_ms = 0;
  bool seated = false;  // the room has said so
  static constexpr auto fields = describe(field("player", &promise::player), field("id", &promise::id),
                                          field("until_ms", &promise::until_ms), field("seated", &promise::seated));
};

struct listing {
  std::vector<waiting_room> rooms;  // the longest listed first
  std::vector<promise> promises;    // the latest last
  static constexpr auto fields =
      describe(field("rooms", &listing::rooms), field("promises", &listing::promises, or_default));

  std::vector<waiting_room>::iterator find(const std::string& id) {
    return std::find_if(rooms.begin(), rooms.end(), [&](const waiting_room& r) { return r.id == id; });
  }
  [[nodiscard]] bool is_promised(const std::string& id, instant now) const {
    return std::any_of(promises.begin(), promises.end(),
                       [&](const promise& p) { return p.id == id && from_ms(p.until_ms) > now; });
  }
  /// The room in which a player waits, or to which they are on their way; null if there is none.
  [[nodiscard]] const std::string* place_of(std::string_view player) const {
    for (const promise& p : promises)
      if (p.player == player) return &p.id;
    for (const waiting_room& r : rooms)
      if (is_among(r.players, player)) return &r.id;
    return nullptr;
  }
};

struct opened {
  std::string kind;
  std::string id;
  static constexpr auto fields = describe(field("kind", &opened::kind), field("id", &opened::id));
};

/// Why the caller may have no further room; nothing if they may.
std::optional<failure> refuse_maker(const listing& l, const context& ctx) {
  const bounds& limits = bounds_of(ctx);
  const caller_info& caller = caller_of(ctx);
  if (!caller.bounded) return {};
  if (auto refused = refusal_at(caller.reached, caller.guest, limits)) return refused;
  auto too_many = [&](const char* whose, std::size_t most, auto is_theirs) -> std::optional<failure> {
    if (std::cmp_less(std::count_if(l.rooms.begin(), l.rooms.end(), is_theirs), most)) return {};
    return failure{"too_many_rooms",
                   std::string(whose) + std::to_string(most) + " rooms of a kind that wait for players"};
  };
  auto own = [&](const waiting_room& r) { return r.made_by == ctx.player(); };
  auto refused = caller.guest ? too_many("a guest may have ", limits.waiting_rooms_per_guest, own)
                              : too_many("a player may have ", limits.waiting_rooms_per_player, own);
  if (refused || caller.network == 0) return refused;
  return too_many("the guests of an address may have ", limits.waiting_rooms_per_address,
                  [&](const waiting_room& r) { return r.network == static_cast<std::int64_t>(caller.network); });
}

/// The room that leaves the list so that another can be listed: one in which nobody sits, of guests before all others;
/// for a named player then one in which guests wait. The end if there is none.
std::vector<waiting_room>::iterator room_to_drop(listing& l, const context& ctx) {
  std::int64_t empty_before = to_ms(ctx.time() - bounds_of(ctx).waiting_room_empty);
  auto first = [&](auto goes) {
    return std::find_if(l.rooms.begin(), l.rooms.end(),
                        [&](const waiting_room& r) { return !l.is_promised(r.id, ctx.time()) && goes(r); });
  };
  auto deserted = [&](const waiting_room& r) { return r.players.empty() && r.empty_since <= empty_before; };
  auto found = first([&](const waiting_room& r) { return r.guest && deserted(r); });
  if (caller_of(ctx).guest) return found;
  if (found == l.rooms.end()) found = first(deserted);
  if (found == l.rooms.end()) found = first([](const waiting_room& r) { return r.guest; });
  return found;
}

std::size_t share_of_guests(const bounds& limits) {
  return limits.waiting_rooms_max - std::min(limits.waiting_rooms_max, limits.waiting_rooms_reserved);
}

/// Sees to it that another room can be listed; or says that it cannot.
std::optional<failure> make_place(listing& l, context& ctx) {
  const bounds& limits = bounds_of(ctx);
  auto of_guests = std::count_if(l.rooms.begin(), l.rooms.end(), [](const waiting_room& r) { return r.guest; });
  bool share_is_full = caller_of(ctx).guest && std::cmp_greater_equal(of_guests, share_of_guests(limits));
  if (!share_is_full && l.rooms.size() < limits.waiting_rooms_max) return {};
  auto dropped = room_to_drop(l, ctx);
  if (dropped == l.rooms.end()) {
    std::string detail = std::to_string(share_of_guests(limits)) + " rooms of guests wait for players";
    return failure{"lobby_full", share_is_full ? detail : ""};
  }
  ctx.tell({ctx.self().id, dropped->id}, "unlisted");
  l.rooms.erase(dropped);
  return {};
}

/// Lists a new room of the kind, with all of its seats free.
result<opened> list_new(listing& l, context& ctx, int seats) {
  const caller_info& caller = caller_of(ctx);
  if (auto refused = refuse_maker(l, ctx)) return *refused;
  if (auto full = make_place(l, ctx)) return *full;
  opened room{ctx.self().id, ctx.fresh_id()};
  l.rooms.push_back({.id = room.id,
                     .players = {},
                     .free = seats,
                     .made_by = std::string(caller.bounded ? ctx.player() : ""),
                     .guest = caller.guest,
                     .network = static_cast<std::int64_t>(caller.network),
                     .empty_since = to_ms(ctx.time())});
  return room;
}

// A player makes a room.
verdict_of<opened> on_create(listing& l, context& ctx, int seats) {
  auto room = list_new(l, ctx, seats);
  if (!room) return reject(room.why());
  ctx.tell({room.value().kind, room.value().id}, "open");
  return accept(room.value());
}

struct wish {
  std::string instead_of;  // a room that had no seat for the player
  static constexpr auto fields = describe(field("instead_of", &wish::instead_of, or_default));
};

// A player wants a seat: in the room where they wait already, in the one that waits longest, or in a new one.
verdict_of<opened> on_quick_join(listing& l, context& ctx, int seats, const wish& wanted) {
  std::string player(ctx.player());
  std::erase_if(l.promises, [&](const promise& p) {
    return from_ms(p.until_ms) <= ctx.time() || (p.player == player && p.id == wanted.instead_of);
  });
  opened room{ctx.self().id, {}};
  if (auto place = l.place_of(player); place && *place != wanted.instead_of) {
    room.id = *place;
  } else {
    auto chosen = std::find_if(l.rooms.begin(), l.rooms.end(),
                               [&](const waiting_room& r) { return r.free > 0 && r.id != wanted.instead_of; });
    if (chosen == l.rooms.end()) {
      auto made = list_new(l, ctx, seats);
      if (!made) return reject(made.why());
      chosen = std::prev(l.rooms.end());
    }
    room.id = chosen->id;
    --chosen->free;
  }
  std::erase_if(l.promises, [&](const promise& p) { return p.player == player; });
  if (l.promises.size() == promises_max) l.promises.erase(l.promises.begin());
  l.promises.push_back({player, room.id, to_ms(ctx.time() + promise_time)});
  ctx.tell({room.kind, room.id}, "reserve", reservation{player});
  return accept(room);
}

/// Takes in what a room's news say of the players who were sent there: one who sat there and does not any more, or
/// whose seat somebody else has, may be sent elsewhere. True if that changes anything.
bool update_promises(listing& l, const room_news& news, int seats) {
  bool changed = false;
  for (promise& p : l.promises) {
    if (p.id != news.id || p.seated || !is_among(news.players, p.player)) continue;
    p.seated = changed = true;
  }
  bool full = std::cmp_greater_equal(news.players.size(), seats);
  auto gone = std::erase_if(l.promises, [&](const promise& p) {
    return p.id == news.id && !is_among(news.players, p.player) && (p.seated || full);
  });
  return changed || gone > 0;
}

// A room says who sits in it.
verdict on_news(listing& l, context& ctx, int seats, const room_news& news) {
  bool changed = update_promises(l, news, seats);
  auto known = l.find(news.id);
  bool waits = news.free > 0 || news.held > 0;
  if (known == l.rooms.end()) {
    // It was dropped, and somebody has come all the same: it is listed again if there is a place for a guest's.
    if (!waits || l.rooms.size() >= share_of_guests(bounds_of(ctx))) return changed ? accept() : unchanged();
    known = l.rooms.insert(known, {.id = news.id, .players = {}, .guest = true});
  } else if (!waits) {
    l.rooms.erase(known);
    return accept();
  }
  if (!known->players.empty() && news.players.empty()) known->empty_since = to_ms(ctx.time());
  known->players = news.players;
  known->free = news.free;
  return accept();
}

using seats_by_kind = std::map<std::string, int>;

/// A handler that is told how many seats a room has. The lobby's id is the kind of its rooms.
template <class Decision, class... Args>
auto with_seats(const seats_by_kind& seats, Decision (*handle)(listing&, context&, int, const Args&...)) {
  return [seats, handle](listing& l, const Args&... args, context& ctx) -> Decision {
    auto game = seats.find(ctx.self().id);
    if (game == seats.end()) return reject("unknown_kind");
    return handle(l, ctx, game->second, args...);
  };
}

struct page_args {
  std::string after;
  int limit = 50;
  static constexpr auto fields = describe(field("after", &page_args::after, or_default),
                                          field("limit", &page_args::limit, between(1, int{page_max}), or_default));
};

struct listed_room {
  std::string id;
  std::vector<std::string> players;
  int free = 0;
  static constexpr auto fields = describe(field("id", &listed_room::id), field("players", &listed_room::players),
                                          field("free", &listed_room::free));
};

struct page {
  std::vector<listed_room> rooms;
  std::optional<std::string> next;
  static constexpr auto fields = describe(field("rooms", &page::rooms), field("next", &page::next));
};

verdict_of<page> on_list(const listing& l, const page_args& args, context&) {
  auto from = l.rooms.begin();
  if (!args.after.empty()) {
    from = std::find_if(from, l.rooms.end(), [&](const waiting_room& r) { return r.id == args.after; });
    // A room that is full by now has left the list: begin again rather than miss the others.
    from = from == l.rooms.end() ? l.rooms.begin() : from + 1;
  }
  page p;
  for (; from != l.rooms.end(); ++from) {
    if (from->free <= 0) continue;
    if (std::cmp_equal(p.rooms.size(), args.limit)) {
      p.next = p.rooms.back().id;
      break;
    }
    p.rooms.push_back({from->id, from->players, from->free});
  }
  return accept(p);
}

}  // namespace

kind lobby(const std::vector<kind>& games) {
  seats_by_kind seats;
  for (const kind& game : games)
    if (game.seats_max > 0) seats[game.name] = game.seats_max;
  return actor_of<listing>{.name = lobby_kind,
                           .reached_by = reach::internal,
                           .state_bytes_max = 16 * 1024 * 1024,  // ten thousand rooms, and who sits there
                           .commands = {{"create", with_seats(seats, on_create)},
                                        {"quick_join", with_seats(seats, on_quick_join)},
                                        {"list", on_list},
                                        {"news", with_seats(seats, on_news), open_to::actors}}};
}

}  // namespace parlor::actors
