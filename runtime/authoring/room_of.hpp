#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/authoring/actor_of.hpp"
#include "runtime/authoring/room_news.hpp"
#include "runtime/authoring/table.hpp"

/// Rooms: actors with seats around a game. A library over `actor_of`.
///
///     kind tictactoe() {
///       return room_of<board>{.name = "tictactoe", .seats = exactly(2), .turns = round_robin(1),
///                             .commands = {{"place", on_place}}, .view = view, .over = over};
///     }
///
/// The runtime sees to seats, turns, the start, the end, leaving and rematches; the game has a state, its
/// commands, a view of the state for each viewer, and says when it is over. A command that is
/// not marked otherwise is for the seat whose turn it is, and passes the turn on.
namespace parlor {

/// Declares a kind of room. The fields stand in this order.
template <described Game>
struct room_of {
  std::string name;
  seat_rule seats = exactly(2);
  turn_rule turns = round_robin(1);
  duration turn_time{0};                               ///< for each turn; 0: as long as it takes
  duration idle_after{0};                              ///< 0: the configuration's default
  duration finished_after = std::chrono::minutes(10);  ///< a finished room is deleted then
  bool durable = true;
  bool blocking = false;
  /// How games that earlier versions of this declaration saved become today's, oldest first.
  std::vector<upgrade> upgrades{};
  /// Makes the first position when a game starts: deals cards, draws lots. By default `Game{}`.
  void (*setup)(Game&, context&) = nullptr;
  std::vector<command_of<Game>> commands{};
  view_of<Game> view{};
  /// The ending that a position means, if it means one.
  std::optional<ending> (*over)(const Game&) = nullptr;
  /// The consequence of a turn that was not taken in time, with the idle seat as `ctx.seat()`; by default that
  /// seat forfeits. Rejecting means the default, too.
  verdict (*time_up)(Game&, context&) = nullptr;

  operator kind() const;
};

// What every room reads and writes beside its game is compiled once: room_of.cpp.
extern template bool read_value<table>(json_value, table&, const constraint&, reading&);
extern template void write_value<table>(std::string&, const table&, const constraint&);
extern template std::optional<failure> read_fields<no_args>(json_value, no_args&);
extern template std::optional<failure> read_fields<reservation>(json_value, reservation&);
extern template std::optional<failure> read_fields<invited_player>(json_value, invited_player&);
extern template std::string schema_of<no_args>();
extern template std::string schema_of<reservation>();
extern template std::string schema_of<invited_player>();

namespace detail {

/// The state of a room: the runtime's half and the author's.
template <described Game>
struct room {
  parlor::table table;
  Game game;
  static constexpr auto fields = describe(field("table", &room::table), field("game", &room::game));
};

template <class Game>
table_rules rules_of(const room_of<Game>& declaration) {
  return {declaration.seats, declaration.turns, declaration.turn_time};
}

/// A command that every room has. When it starts a game, the game begins afresh.
template <class Game>
command_of<room<Game>> table_command(std::string name, const room_of<Game>& declaration, open_to senders,
                                     verdict (table_rules::*rule)(table&, context&) const) {
  auto handle = [rules = rules_of(declaration), rule, setup = declaration.setup](room<Game>& r, context& ctx) {
    bool was_playing = r.table.playing();
    verdict decided = (rules.*rule)(r.table, ctx);
    if (!was_playing && r.table.playing()) {
      r.game = Game{};
      ctx.set_seat(r.table.seat_of(ctx.player()), static_cast<int>(r.table.seats.size()));
      if (setup) setup(r.game, ctx);
      address_events(r.table, ctx.effects());
    }
    return decided;
  };
  return {std::move(name), std::move(handle), senders};
}

/// A command that seats a player, or asks one to take a seat: the rule gets the name that stands in the arguments.
template <class Args, class Game>
command_of<room<Game>> seat_command(std::string name, const room_of<Game>& declaration, open_to senders,
                                    verdict (table_rules::*rule)(table&, const std::string&, context&) const) {
  auto handle = [rules = rules_of(declaration), rule](room<Game>& r, const Args& args, context& ctx) {
    return (rules.*rule)(r.table, args.player, ctx);
  };
  return {std::move(name), std::move(handle), senders};
}

/// The clock's reminder.
template <class Game>
command_of<room<Game>> time_up_command(const room_of<Game>& declaration) {
  auto handle = [rules = rules_of(declaration), time_up = declaration.time_up, over = declaration.over](room<Game>& r,
                                                                                                        context& ctx) {
    if (!rules.time_is_up(r.table, ctx)) return accept();
    ctx.set_seat(r.table.turn, static_cast<int>(r.table.seats.size()));
    Game before = r.game;
    if (time_up && time_up(r.game, ctx).accepted()) {
      address_events(r.table, ctx.effects());
      r.table.moves_left = 1;  // the turn is over, however many moves it had left
      rules.played(r.table, open_to::on_turn, over ? over(r.game) : std::nullopt, ctx);
    } else {
      r.game = std::move(before);
      ctx.effects() = {};
      rules.forfeit(r.table, r.table.turn, ctx);
    }
    return accept();
  };
  return {"time_up", std::move(handle), open_to::actors};
}

/// A command of the game, inside the rules of the table.
template <class Game>
command_of<room<Game>> game_command(const command_of<Game>& command, const room_of<Game>& declaration) {
  command_of<room<Game>> in_room(command.info, command.check);
  open_to& senders = in_room.info.senders;
  if (senders == open_to::standard) senders = open_to::on_turn;
  auto enter = [rules = rules_of(declaration), senders, check = command.check](const table& seated, json_value json,
                                                                               context& ctx) {
    ctx.set_seat(seated.seat_of(ctx.player()), static_cast<int>(seated.seats.size()));
    auto refused = rules.may_play(seated, senders, ctx);
    // Wrong arguments are wrong in every seat's turn.
    if (auto wrong = refused ? check(json) : std::nullopt) refused = wrong;
    return refused;
  };
  if (command.read) {
    in_room.read = [enter, read = command.read](const room<Game>& r, json_value json, context& ctx) {
      if (auto refused = enter(r.table, json, ctx)) return reject(*refused);
      return read(r.game, json, ctx);
    };
  } else {
    in_room.change = [enter, rules = rules_of(declaration), senders, change = command.change, over = declaration.over](
                         room<Game>& r, json_value json, context& ctx) {
      if (auto refused = enter(r.table, json, ctx)) return reject(*refused);
      verdict decided = change(r.game, json, ctx);
      address_events(r.table, ctx.effects());
      if (decided.accepted() && decided.changed())
        rules.played(r.table, senders, over ? over(r.game) : std::nullopt, ctx);
      return decided;
    };
  }
  return in_room;
}

/// An upgrade of the game's half of a room; the table's half is the runtime's own.
inline upgrade upgrade_of_room(const upgrade& of_game) {
  return [of_game](json_value saved) -> result<std::string> {
    auto table = saved.find("table"), game = saved.find("game");
    if (!table || !game) return failure{"state_unreadable", "the state is not a room's"};
    auto next = of_game(*game);
    if (!next) return next;
    std::string whole;
    json_object(whole).add_raw("table", table->text()).add_raw("game", next.value());
    return whole;
  };
}

template <class Game>
void write_room(std::string& out, const room<Game>& r, const viewer& viewer, std::uint64_t version,
                std::string_view result, const view_of<Game>& view) {
  json_object body(out);
  body.add("version", version);
  write_table(body, r.table);
  std::string& shown = body.key("view");
  if (view.write) view.write(shown, r.game, {.player = viewer.player, .seat = r.table.seat_of(viewer.player)});
  else shown += "{}";
  if (!result.empty()) body.add_raw("result", result);
}

}  // namespace detail

template <described Game>
room_of<Game>::operator kind() const {
  using room = detail::room<Game>;
  actor_of<room> lowered{.name = name,
                         .reached_by = reach::room,
                         .idle_after = idle_after,
                         .linger = finished_after,
                         .durable = durable,
                         .blocking = blocking,
                         .created_by = {"join", "open", "reserve"}};
  auto built_in = [&](const char* command, open_to senders, verdict (table_rules::*rule)(table&, context&) const) {
    lowered.commands.push_back(detail::table_command<Game>(command, *this, senders, rule));
  };
  for (const auto& command : commands) lowered.commands.push_back(detail::game_command<Game>(command, *this));
  built_in("join", open_to::players, &table_rules::join);
  built_in("leave", open_to::players, &table_rules::leave);
  built_in("rematch", open_to::players, &table_rules::rematch);
  if (seats.least < seats.most) built_in("start", open_to::players, &table_rules::start);
  lowered.commands.push_back(
      detail::seat_command<invited_player>("invite", *this, open_to::players, &table_rules::invite));
  built_in("open", open_to::actors, &table_rules::open);
  built_in("recount", open_to::actors, &table_rules::recount);
  built_in("tidy", open_to::actors, &table_rules::tidy);
  if (turn_time > duration{0}) lowered.commands.push_back(detail::time_up_command<Game>(*this));
  lowered.commands.push_back(
      detail::seat_command<reservation>("reserve", *this, open_to::actors, &table_rules::reserve));
  for (const upgrade& step : upgrades) lowered.upgrades.push_back(detail::upgrade_of_room(step));
  lowered.reply = [view = view](std::string& out, const room& r, const viewer& viewer, std::uint64_t version,
                                std::string_view result) { detail::write_room(out, r, viewer, version, result, view); };
  lowered.closing = [rules = detail::rules_of(*this)](const room& r, context& ctx) { rules.close(r.table, ctx); };
  kind k = lowered;
  k.seats_max = seats.most;
  k.view_schema = view.schema;
  return k;
}

}  // namespace parlor
