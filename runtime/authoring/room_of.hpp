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
template <class Game>
struct room_of {
  static_assert(described<Game>, "the state of a room needs `fields`: see docs/authoring.md");

  std::string name;
  seat_rule seats = exactly(2);
  turn_rule turns = round_robin(1);
  duration turn_time{0};                               ///< for each turn; 0: as long as it takes
  duration idle_after{0};                              ///< 0: the configuration's default
  duration finished_after = std::chrono::minutes(10);  ///< a finished room is deleted then
  bool durable = true;
  bool blocking = false;
  /// What a stored game has and this declaration has not is kept, and stored again: a newer program may have added it.
  bool keeps_unknown_fields = false;
  std::size_t state_bytes_max = 0;  ///< of a stored state; 0: the configuration's default
  /// How games that earlier versions of this declaration saved become today's, oldest first.
  std::vector<upgrade> upgrades{};
  /// Makes the first position when a game starts: deals cards, draws lots. By default `Game{}`.
  setup_of<Game> setup{};
  std::vector<command_of<Game>> commands{};
  view_of<Game> view{};
  /// The ending that a position means, if it means one.
  over_of<Game> over{};
  /// The consequence of a turn that was not taken in time, with the idle seat as `ctx.seat()`; by default that
  /// seat forfeits. Rejecting means the default, too.
  time_up_of<Game> time_up{};

  operator kind() const;
};

// What every room reads and writes beside its game is compiled once: room_of.cpp.
extern template bool read_value<table>(json_value, table&, const constraint&, reading&);
extern template void write_value<table>(std::string&, const table&, const constraint&);

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

/// What a declaration of a room says of its table, to be checked.
struct declared_room {
  const std::string& name;
  const table_rules& rules;
  duration finished_after;
  bool has_time_up;
  std::vector<std::string> commands{};
};
/// Throws std::invalid_argument with the kind's name if it cannot be meant so.
void check(const declared_room& declared);

std::vector<std::string> commands_that_make_rooms();
/// The commands that every room has, but the clock's; and the latter's description.
std::vector<command_of<table>> table_commands(const table_rules& rules);
command_info time_up_info();

/// Which seats a command of a game is open to, and what its arguments must be.
struct game_entry {
  table_rules rules;
  open_to senders;
  command<table>::checker check;

  /// The refusal of the sender, or nothing. Sets the context's seat.
  std::optional<failure> refuse(const table& seated, json_value args, context& ctx) const;
};

/// Upgrades of the game's half of a room; the table's half is the runtime's own.
std::vector<upgrade> upgrades_of_rooms(const std::vector<upgrade>& of_games);

/// A command that every room has. When it starts a game, the game begins afresh.
template <class Game>
command_of<room<Game>> table_command(command_of<table>&& command, const room_of<Game>& declaration) {
  command_of<room<Game>> in_room(std::move(command->info), command->check);
  in_room->change = [change = std::move(command->change), setup = declaration.setup, rules = rules_of(declaration)](
                        room<Game>& r, json_value json, context& ctx) {
    bool was_playing = r.table.playing();
    verdict decided = change(r.table, json, ctx);
    if (!was_playing && r.table.playing()) {
      r.game = Game{};
      ctx.set_seat(r.table.seat_of(ctx.player()), static_cast<int>(r.table.seats.size()));
      if (setup) setup(r.game, ctx);
      if (auto first = ctx.next_seat()) rules.open_with(r.table, *first, ctx);
      address_events(r.table, ctx.effects());
    }
    return decided;
  };
  return in_room;
}

/// The clock's reminder.
template <class Game>
command_of<room<Game>> time_up_command(const room_of<Game>& declaration) {
  command_of<room<Game>> in_room(time_up_info());
  in_room->change = [rules = rules_of(declaration), time_up = declaration.time_up, over = declaration.over](
                        room<Game>& r, json_value, context& ctx) {
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
  return in_room;
}

/// A command of the game, inside the rules of the table.
template <class Game>
command_of<room<Game>> game_command(const command_of<Game>& command, const room_of<Game>& declaration) {
  command_of<room<Game>> in_room(command->info, command->check);
  open_to& senders = in_room->info.senders;
  if (senders == open_to::standard) senders = open_to::on_turn;
  game_entry entry{rules_of(declaration), senders, command->check};
  if (command->read) {
    in_room->read = [entry, read = command->read](const room<Game>& r, json_value json, context& ctx) {
      if (auto refused = entry.refuse(r.table, json, ctx)) return reject(*refused);
      return read(r.game, json, ctx);
    };
  } else {
    in_room->change = [entry, change = command->change, over = declaration.over](room<Game>& r, json_value json,
                                                                                 context& ctx) {
      if (auto refused = entry.refuse(r.table, json, ctx)) return reject(*refused);
      verdict decided = change(r.game, json, ctx);
      address_events(r.table, ctx.effects());
      if (decided.accepted() && decided.changed())
        entry.rules.played(r.table, entry.senders, over ? over(r.game) : std::nullopt, ctx);
      return decided;
    };
  }
  return in_room;
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

/// The kind of a declaration of a room.
template <described Game>
kind kind_of_room(const room_of<Game>& d) {
  using room = detail::room<Game>;
  const table_rules rules = rules_of(d);
  declared_room declared{d.name, rules, d.finished_after, static_cast<bool>(d.time_up)};
  for (const auto& command : d.commands) declared.commands.push_back(command->info.name);
  check(declared);
  check_functions(d.name, d.view.is_null, d.upgrades, typeid(Game));
  auto shared = std::make_shared<actor_of<room>>();
  actor_of<room>& lowered = *shared;
  lowered.name = d.name;
  lowered.reached_by = reach::room;
  lowered.idle_after = d.idle_after;
  lowered.linger = d.finished_after;
  lowered.durable = d.durable;
  lowered.blocking = d.blocking;
  lowered.keeps_unknown_fields = d.keeps_unknown_fields;
  lowered.state_bytes_max = d.state_bytes_max;
  lowered.upgrades = upgrades_of_rooms(d.upgrades);
  lowered.created_by = commands_that_make_rooms();
  for (const auto& command : d.commands) lowered.commands.push_back(game_command<Game>(command, d));
  for (auto& command : table_commands(rules)) lowered.commands.push_back(table_command<Game>(std::move(command), d));
  if (d.turn_time > duration{0}) lowered.commands.push_back(time_up_command<Game>(d));
  lowered.view.schema = d.view.schema;
  lowered.reply = [view = d.view](std::string& out, const room& r, const viewer& viewer, std::uint64_t version,
                                  std::string_view result) { write_room(out, r, viewer, version, result, view); };
  lowered.closing = [rules](const room& r, context& ctx) { rules.close(r.table, ctx); };
  kind k = kind_of(std::move(shared));
  k.seats_max = d.seats.most;
  return k;
}

}  // namespace detail

template <class Game>
room_of<Game>::operator kind() const {
  if constexpr (detail::is_stored<Game>()) return detail::kind_of_room(*this);
  else return {};
}

}  // namespace parlor
