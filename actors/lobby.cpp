#include <algorithm>
#include <map>
#include <utility>

#include "actors/catalog.hpp"
#include "runtime/authoring/actor_of.hpp"
#include "runtime/authoring/room_news.hpp"
#include "runtime/authoring/table.hpp"

// The container of rooms. `lobby/<kind>` lists the rooms of one kind that have a free seat. Actors never
// wait for each other: the lobby promises a room's seat at once, `tell`s the room to hold it, and the
// room's own news corrects the list if the lobby was wrong. A player who asks twice is sent to one room: the lobby
// remembers where it has sent whom for as long as the room holds the seat.
namespace parlor::actors {
namespace {

constexpr std::size_t rooms_max = 1000;
constexpr std::size_t page_max = 100;
/// Whoever clicks twice does so at once, and each commit writes all promises: the latest are enough.
constexpr std::size_t promises_max = 200;
constexpr duration promise_time = table_rules::hold_time;

bool sits_in(const room_news& room, std::string_view player) {
  return std::find(room.players.begin(), room.players.end(), player) != room.players.end();
}

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
  std::vector<room_news> rooms;   // the longest listed first
  std::vector<promise> promises;  // the latest last
  static constexpr auto fields =
      describe(field("rooms", &listing::rooms), field("promises", &listing::promises, or_default));

  std::vector<room_news>::iterator find(const std::string& id) {
    return std::find_if(rooms.begin(), rooms.end(), [&](const room_news& r) { return r.id == id; });
  }
  /// The room in which a player waits, or to which they are on their way; null if there is none.
  [[nodiscard]] const std::string* place_of(std::string_view player) const {
    for (const promise& p : promises)
      if (p.player == player) return &p.id;
    for (const room_news& r : rooms)
      if (sits_in(r, player)) return &r.id;
    return nullptr;
  }
};

struct opened {
  std::string kind;
  std::string id;
  static constexpr auto fields = describe(field("kind", &opened::kind), field("id", &opened::id));
};

/// Lists a new room of the kind, with all of its seats free.
verdict list_new(listing& l, context& ctx, int seats, opened& room) {
  if (l.rooms.size() >= rooms_max) return reject("lobby_full");
  room = {ctx.self().id, ctx.fresh_id()};
  l.rooms.push_back({.id = room.id, .players = {}, .free = seats});
  return accept();
}

// A player makes a room.
verdict_of<opened> on_create(listing& l, context& ctx, int seats) {
  opened room;
  if (verdict full = list_new(l, ctx, seats, room); !full.accepted()) return full;
  ctx.tell({room.kind, room.id}, "open");
  return accept(room);
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
    if (!l.rooms.empty()) room.id = l.rooms.front().id;
    else if (verdict full = list_new(l, ctx, seats, room); !full.accepted()) return full;
    auto chosen = l.find(room.id);
    if (--chosen->free <= 0) l.rooms.erase(chosen);
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
    if (p.id != news.id || p.seated || !sits_in(news, p.player)) continue;
    p.seated = changed = true;
  }
  bool full = std::cmp_greater_equal(news.players.size(), seats);
  auto gone = std::erase_if(
      l.promises, [&](const promise& p) { return p.id == news.id && !sits_in(news, p.player) && (p.seated || full); });
  return changed || gone > 0;
}

// A room says who sits in it.
verdict on_news(listing& l, context&, int seats, const room_news& news) {
  bool changed = update_promises(l, news, seats);
  auto known = l.find(news.id);
  if (news.free <= 0) {
    if (known == l.rooms.end()) return changed ? accept() : unchanged();
    l.rooms.erase(known);
  } else if (known != l.rooms.end()) {
    *known = news;
  } else {
    if (l.rooms.size() >= rooms_max) return changed ? accept() : unchanged();  // a room too many is not listed
    l.rooms.push_back(news);
  }
  return accept();
}

using seats_by_kind = std::map<std::string, int>;

/// A handler that is told how many seats the rooms of its lobby have. The lobby's id is the kind of its rooms.
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

struct page {
  std::vector<room_news> rooms;
  std::optional<std::string> next;
  static constexpr auto fields = describe(field("rooms", &page::rooms), field("next", &page::next));
};

verdict_of<page> on_list(const listing& l, const page_args& args, context&) {
  auto from = l.rooms.begin();
  if (!args.after.empty()) {
    from = std::find_if(from, l.rooms.end(), [&](const room_news& r) { return r.id == args.after; });
    // A room that is full by now has left the list: begin again rather than miss the others.
    from = from == l.rooms.end() ? l.rooms.begin() : from + 1;
  }
  auto count = std::min<std::ptrdiff_t>(args.limit, l.rooms.end() - from);
  page p{.rooms = {from, from + count}, .next = {}};
  if (from + count != l.rooms.end()) p.next = p.rooms.back().id;
  return accept(p);
}

}  // namespace

kind lobby(const std::vector<kind>& games) {
  seats_by_kind seats;
  for (const kind& game : games)
    if (game.seats_max > 0) seats[game.name] = game.seats_max;
  return actor_of<listing>{.name = lobby_kind,
                           .reached_by = reach::internal,
                           .commands = {{"create", with_seats(seats, on_create)},
                                        {"quick_join", with_seats(seats, on_quick_join)},
                                        {"list", on_list},
                                        {"news", with_seats(seats, on_news), open_to::actors}}};
}

}  // namespace parlor::actors
