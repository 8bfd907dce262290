#include <algorithm>
#include <map>

#include "actors/catalog.hpp"
#include "runtime/authoring/actor_of.hpp"
#include "runtime/authoring/room_news.hpp"

// The container of rooms. `lobby/<kind>` lists the rooms of one kind that have a free seat. Actors never
// wait for each other: the lobby promises a room's seat at once, `tell`s the room to hold it, and the
// room's own news corrects the list if the lobby was wrong.
namespace parlor::actors {
namespace {

constexpr std::size_t rooms_max = 1000;
constexpr std::size_t page_max = 100;

struct listing {
  std::vector<room_news> rooms;  // the longest listed first
  static constexpr auto fields = describe(field("rooms", &listing::rooms));

  std::vector<room_news>::iterator find(const std::string& id) {
    return std::find_if(rooms.begin(), rooms.end(), [&](const room_news& r) { return r.id == id; });
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

// A player wants a seat, in the room that waits longest or in a new one.
verdict_of<opened> on_quick_join(listing& l, context& ctx, int seats) {
  opened room;
  if (l.rooms.empty()) {
    if (verdict full = list_new(l, ctx, seats, room); !full.accepted()) return full;
  } else {
    room = {ctx.self().id, l.rooms.front().id};
  }
  auto chosen = l.find(room.id);
  if (--chosen->free <= 0) l.rooms.erase(chosen);
  ctx.tell({room.kind, room.id}, "reserve", reservation{std::string(ctx.player())});
  return accept(room);
}

using seats_by_kind = std::map<std::string, int>;

/// A handler that is told how many seats the rooms of its lobby have. The lobby's id is the kind of its rooms.
auto with_seats(const seats_by_kind& seats, verdict_of<opened> (*handle)(listing&, context&, int)) {
  return [seats, handle](listing& l, context& ctx) -> verdict_of<opened> {
    auto game = seats.find(ctx.self().id);
    if (game == seats.end()) return reject("unknown_kind");
    return handle(l, ctx, game->second);
  };
}

// A room says who sits in it.
verdict on_news(listing& l, const room_news& news, context&) {
  auto known = l.find(news.id);
  if (news.free <= 0) {
    if (known == l.rooms.end()) return unchanged();
    l.rooms.erase(known);
  } else if (known != l.rooms.end()) {
    *known = news;
  } else {
    if (l.rooms.size() >= rooms_max) return unchanged();  // a room too many is not listed
    l.rooms.push_back(news);
  }
  return accept();
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
                                        {"news", on_news, open_to::actors}}};
}

}  // namespace parlor::actors
