#include "runtime/authoring/table.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "runtime/authoring/caller.hpp"
#include "runtime/authoring/room_news.hpp"

namespace parlor {
namespace {

void tell_session(context& ctx, const std::string& player, const char* news) {
  ctx.tell({session_kind, player}, news, room_ref{ctx.self().kind, ctx.self().id});
}

/// Has the room count again when the next hold ends.
void remind_of_holds(const table& t, context& ctx) {
  if (t.holds.empty()) return;
  auto next = std::min_element(t.holds.begin(), t.holds.end(),
                               [](const hold& a, const hold& b) { return a.until_ms < b.until_ms; });
  ctx.remind("recount", from_ms(next->until_ms) - ctx.time(), "recount");
}

void drop_hold(table& t, std::string_view player) {
  std::erase_if(t.holds, [&](const hold& h) { return h.player == player; });
}

}  // namespace

int table::seat_of(std::string_view player) const {
  if (player.empty()) return -1;
  for (std::size_t i = 0; i < seats.size(); ++i)
    if (seats[i].player == player) return static_cast<int>(i);
  return -1;
}

int table::players() const {
  return static_cast<int>(std::count_if(seats.begin(), seats.end(), [](const chair& c) { return !c.player.empty(); }));
}

int table::held_from(std::string_view player, instant now) const {
  if (started) return 0;
  return static_cast<int>(std::count_if(
      holds.begin(), holds.end(), [&](const hold& h) { return h.player != player && from_ms(h.until_ms) > now; }));
}

int table::free_for(std::string_view player, instant now) const {
  if (started) return 0;
  return static_cast<int>(seats.size()) - players() - held_from(player, now);
}

void table_rules::prepare(table& t) const {
  if (!t.seats.empty()) return;
  t.seats.resize(static_cast<std::size_t>(seats_.most));
  t.guests = true;
}

duration table_rules::abandoned_after(const table& t, const context& ctx) {
  return t.guests ? std::min(bounds_of(ctx).guest_room_kept, abandoned_time) : abandoned_time;
}

// The lobby's message and a player's join may overtake each other: either may find a new room.
void table_rules::list(table& t, context& ctx) const {
  if (t.seats.empty()) ctx.remind("tidy", waiting_time, "tidy");
  prepare(t);
  t.listed = true;
}

verdict table_rules::join(table& t, context& ctx) const {
  std::string player(ctx.player());
  if (player.empty()) return reject("not_seated", "players take seats, actors do not");
  bool is_new = t.seats.empty();
  prepare(t);
  if (t.seat_of(player) >= 0) return unchanged();
  if (t.ended) return reject("game_over");
  if (t.free_for(player, ctx.time()) <= 0) return reject("room_full");
  auto chair_it = std::find_if(t.seats.begin(), t.seats.end(), [](const chair& c) { return c.player.empty(); });
  chair_it->player = player;
  t.guests = t.guests && caller_of(ctx).guest;
  drop_hold(t, player);
  std::erase(t.invited, player);
  ctx.tell({session_kind, player}, "entered", seat_news{ctx.self().kind, ctx.self().id, caller_of(ctx).guest});
  if (is_new) ctx.remind("tidy", waiting_time, "tidy");
  if (t.players() == seats_.most) begin(t, ctx);
  announce(t, ctx);
  return accept();
}

verdict table_rules::leave(table& t, context& ctx) const {
  int seat = t.seat_of(ctx.player());
  if (seat < 0) return reject("not_seated");
  if (t.playing()) {
    forfeit(t, seat, ctx);
    return accept();
  }
  t.seats[static_cast<std::size_t>(seat)] = {};
  tell_session(ctx, std::string(ctx.player()), "departed");
  announce(t, ctx);
  return accept();
}

void table_rules::forfeit(table& t, int seat, context& ctx) const {
  if (seat < 0) return finish(t, {std::nullopt, "time_up"}, ctx);
  chair& left = t.seats[static_cast<std::size_t>(seat)];
  tell_session(ctx, left.player, "departed");
  left = {};
  if (t.players() <= 1) {
    auto last = std::find_if(t.seats.begin(), t.seats.end(), [](const chair& c) { return !c.player.empty(); });
    std::optional<int> winner;
    if (last != t.seats.end()) winner = static_cast<int>(last - t.seats.begin());
    return finish(t, {winner, "forfeit"}, ctx);
  }
  announce(t, ctx);
  if (t.turn == seat) pass_turn(t, seat, ctx);
}

bool table_rules::time_is_up(table& t, context& ctx) const {
  if (!t.playing() || t.turn_ends_ms == 0) return false;
  instant ends = ctx.fair(from_ms(t.turn_ends_ms));
  if (ctx.time() >= ends) return true;
  t.turn_ends_ms = to_ms(ends);
  ctx.remind("turn_clock", ends - ctx.time(), "time_up");
  return false;
}

verdict table_rules::rematch(table& t, context& ctx) const {
  int seat = t.seat_of(ctx.player());
  if (seat < 0) return reject("not_seated");
  if (!t.ended) return reject("not_over");
  if (t.players() < static_cast<int>(t.seats.size())) return reject("opponent_left");
  chair& mine = t.seats[static_cast<std::size_t>(seat)];
  if (mine.rematch) return unchanged();
  mine.rematch = true;
  if (std::all_of(t.seats.begin(), t.seats.end(), [](const chair& c) { return c.rematch; })) {
    t.first = (t.first + 1) % static_cast<int>(t.seats.size());
    begin(t, ctx);
  }
  return accept();
}

verdict table_rules::start(table& t, context& ctx) const {
  if (t.seat_of(ctx.player()) < 0) return reject("not_seated");
  if (t.started) return unchanged();
  if (t.players() < seats_.least) return reject("not_started", "more players are needed");
  std::erase_if(t.seats, [](const chair& c) { return c.player.empty(); });
  begin(t, ctx);
  announce(t, ctx);
  return accept();
}

verdict table_rules::invite(table& t, const std::string& player, context& ctx) const {
  if (t.seat_of(ctx.player()) < 0) return reject("not_seated");
  if (t.seat_of(player) >= 0) return unchanged();
  if (std::find(t.invited.begin(), t.invited.end(), player) != t.invited.end()) return unchanged();
  if (t.free_for(player, ctx.time()) <= 0) return reject("room_full");
  if (t.invited.size() >= invited_max) return reject("room_full", "it has invited as many as it may");
  t.invited.push_back(player);
  const caller_info& caller = caller_of(ctx);
  ctx.tell({session_kind, player}, "invited",
           sent_invitation{.kind = ctx.self().kind,
                           .id = ctx.self().id,
                           .by = std::string(ctx.player()),
                           .guest = caller.guest,
                           .network = static_cast<std::int64_t>(caller.network)});
  return accept();
}

verdict table_rules::open(table& t, context& ctx) const {
  if (t.listed) return unchanged();
  list(t, ctx);
  announce(t, ctx);
  return accept();
}

verdict table_rules::reserve(table& t, const std::string& player, context& ctx) const {
  list(t, ctx);
  // Without a seat to hold, the news corrects a lobby that thought otherwise.
  if (t.seat_of(player) < 0 && t.free_for(player, ctx.time()) > 0) {
    drop_hold(t, player);
    t.holds.push_back({player, to_ms(ctx.time() + hold_time)});
  }
  remind_of_holds(t, ctx);
  announce(t, ctx);
  return accept();
}

verdict table_rules::recount(table& t, context& ctx) const {
  std::erase_if(t.holds, [&](const hold& h) { return from_ms(h.until_ms) <= ctx.time(); });
  remind_of_holds(t, ctx);
  announce(t, ctx);
  return accept();
}

verdict table_rules::unlisted(table& t, context& ctx) const {
  // Somebody came while the lobby's message was on its way: then it hears so.
  if (t.started || t.players() > 0 || t.held_from("", ctx.time()) > 0) {
    announce(t, ctx);
    return accept();
  }
  ctx.erase();
  return accept();
}

verdict table_rules::tidy(table& t, context& ctx) const {
  if (t.playing()) {
    duration rest = from_ms(t.played_ms) + abandoned_after(t, ctx) - ctx.time();
    if (rest > duration{0}) {
      ctx.remind("tidy", rest, "tidy");
      return accept();
    }
  }
  close(t, ctx);
  ctx.erase();
  return accept();
}

void table_rules::close(const table& t, context& ctx) const {
  for (const chair& c : t.seats)
    if (!c.player.empty()) tell_session(ctx, c.player, "closed");
  table last = t;
  last.started = true;  // no seat is free any more
  last.seats.clear();
  announce(last, ctx);
}

std::optional<failure> table_rules::may_play(const table& t, open_to senders, const context& ctx) const {
  if (senders == open_to::players || senders == open_to::actors) return {};
  int seat = t.seat_of(ctx.player());
  if (seat < 0) return failure{"not_seated"};
  if (!t.started) return failure{"not_started"};
  if (t.ended) return failure{"game_over"};
  if (senders == open_to::on_turn && t.turn >= 0 && t.turn != seat) return failure{"not_your_turn"};
  // A declaration that has lost its clock may meet a room that still has one.
  if (senders == open_to::on_turn && turn_time_ > duration{0} && t.turn_ends_ms > 0 &&
      ctx.time() >= ctx.fair(from_ms(t.turn_ends_ms)))
    return failure{"too_late"};
  return {};
}

void table_rules::played(table& t, open_to senders, std::optional<ending> end, context& ctx) const {
  if (!t.playing()) return;
  // A clock goes on with a game that nobody plays.
  if (!ctx.from_actor()) t.played_ms = to_ms(ctx.time());
  if (end) {
    finish(t, std::move(*end), ctx);
  } else if (auto next = ctx.next_seat()) {
    pass_turn(t, *next - 1, ctx);  // to the next player from there, if that seat was left
  } else if (senders == open_to::on_turn && t.turn >= 0 && --t.moves_left <= 0) {
    pass_turn(t, t.turn, ctx);
  } else if (senders == open_to::on_turn && t.turn < 0) {
    give_turn(t, -1, ctx);  // everyone's clock begins anew
  }
}

void table_rules::begin(table& t, context& ctx) const {
  t.started = true;
  t.ended.reset();
  t.holds.clear();
  t.invited.clear();
  for (chair& c : t.seats) c.rematch = false;
  give_turn(t, turns_.moves > 0 ? t.first : -1, ctx);
  tell_turn(t, ctx);
  t.played_ms = to_ms(ctx.time());
  ctx.remind("tidy", abandoned_after(t, ctx), "tidy");
  ctx.forget("recount");
}

void table_rules::open_with(table& t, int seat, context& ctx) const {
  // The seat that would have opened was told so.
  std::erase_if(ctx.effects().messages,
                [](const message& m) { return m.to.kind == session_kind && m.command == "turn"; });
  give_turn(t, seat, ctx);
  tell_turn(t, ctx);
}

void table_rules::finish(table& t, ending how, context& ctx) const {
  const auto seats = static_cast<int>(t.seats.size());
  if (how.winner && (*how.winner < 0 || *how.winner >= seats))
    throw std::invalid_argument("win(" + std::to_string(*how.winner) + "): the game has " + std::to_string(seats) +
                                " seats, from 0");
  t.ended = std::move(how);
  t.turn = -1;
  t.turn_ends_ms = 0;
  if (turn_time_ > duration{0}) ctx.forget("turn_clock");
  ctx.remind("tidy", ctx.linger(), "tidy");
  announce(t, ctx);
}

void table_rules::give_turn(table& t, int seat, context& ctx) const {
  t.turn = seat;
  t.moves_left = turns_.moves;
  t.turn_ends_ms = 0;
  if (turn_time_ <= duration{0}) return;
  t.turn_ends_ms = to_ms(ctx.time() + turn_time_);
  ctx.remind("turn_clock", turn_time_, "time_up");
}

void table_rules::pass_turn(table& t, int from, context& ctx) const {
  auto count = static_cast<int>(t.seats.size());
  for (int step = 1; step <= count; ++step) {
    int seat = (from + step + count) % count;
    if (t.seats[static_cast<std::size_t>(seat)].player.empty()) continue;
    give_turn(t, seat, ctx);
    return tell_turn(t, ctx);
  }
}

/// Whoever may move now hears of it, but for the player whose command it was.
void table_rules::tell_turn(const table& t, context& ctx) {
  for (std::size_t i = 0; i < t.seats.size(); ++i) {
    const std::string& player = t.seats[i].player;
    bool may = t.turn < 0 || t.turn == static_cast<int>(i);
    if (may && !player.empty() && player != ctx.player()) tell_session(ctx, player, "turn");
  }
}

void table_rules::announce(const table& t, context& ctx) const {
  if (!t.listed) return;
  room_news news{
      .id = ctx.self().id, .players = {}, .free = t.free_for("", ctx.time()), .held = t.held_from("", ctx.time())};
  // Whoever sits where a game is over may be sent elsewhere.
  if (!t.ended)
    for (const chair& c : t.seats)
      if (!c.player.empty()) news.players.push_back(c.player);
  ctx.tell({lobby_kind, ctx.self().kind}, "news", news);
}

void address_events(const table& t, effects& wanted) {
  for (event& e : wanted.events)
    if (e.to.is == audience::scope::seat) e.to = only_player(t.seats[static_cast<std::size_t>(e.to.seat)].player);
  std::erase_if(wanted.events,
                [](const event& e) { return e.to.is == audience::scope::player && e.to.player.empty(); });
}

void write_table(json_object& room, const table& t) {
  std::string& out = room.key("seats");
  for (std::size_t i = 0; i < t.seats.size(); ++i) {
    out += i ? ',' : '[';
    if (t.seats[i].player.empty()) out += "null";
    else write_json(out, t.seats[i].player);
  }
  out += t.seats.empty() ? "[]" : "]";
  if (t.turn >= 0) room.add("turn", t.turn);
  else room.add_raw("turn", "null");
  if (t.turn_ends_ms > 0) room.add("turn_ends_at", to_text(from_ms(t.turn_ends_ms)));
  if (!t.ended) {
    room.add_raw("outcome", "null");
    return;
  }
  json_object outcome(room.key("outcome"));
  if (t.ended->winner) outcome.add("winner", *t.ended->winner);
  else outcome.add_raw("winner", "null");
  outcome.add("reason", t.ended->reason);
  std::string& offers = outcome.key("rematch");
  for (std::size_t i = 0; i < t.seats.size(); ++i) {
    offers += i ? ',' : '[';
    offers += t.seats[i].rematch ? "true" : "false";
  }
  offers += ']';
}

}  // namespace parlor
