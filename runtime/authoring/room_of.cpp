#include "runtime/authoring/room_of.hpp"

#include <stdexcept>

namespace parlor {

template bool read_value<table>(json_value, table&, const constraint&, reading&);
template void write_value<table>(std::string&, const table&, const constraint&);

namespace detail {
namespace {

/// Each seat is written into every reply.
constexpr int seats_max = 1000;

command_of<table> plain_command(const char* name, const table_rules& rules, open_to senders,
                                verdict (table_rules::*rule)(table&, context&) const) {
  return {name, [rules, rule](table& t, context& ctx) { return (rules.*rule)(t, ctx); }, senders};
}

/// A command that seats a player, or asks one to take a seat: the rule gets the name that stands in the arguments.
template <class Args>
command_of<table> player_command(const char* name, const table_rules& rules, open_to senders,
                                 verdict (table_rules::*rule)(table&, const std::string&, context&) const) {
  auto handle = [rules, rule](table& t, const Args& args, context& ctx) { return (rules.*rule)(t, args.player, ctx); };
  return {name, handle, senders};
}

/// An upgrade of the game's half of a room.
result<std::string> upgrade_room(const upgrade& of_game, json_value saved) {
  auto table = saved.find("table"), game = saved.find("game");
  if (!table || !game) return failure{"state_unreadable", "the state is not a room's"};
  auto next = of_game.step(*game);
  if (!next) return next;
  std::string whole;
  json_object(whole).add_raw("table", table->text()).add_raw("game", next.value());
  return whole;
}

}  // namespace

void check(const declared_room& declared) {
  const table_rules& rules = declared.rules;
  auto refuse = [&](const std::string& why) {
    throw std::invalid_argument("the kind \"" + declared.name + "\" " + why);
  };
  auto [least, most] = rules.seats();
  std::string seats = least == most ? "exactly(" + std::to_string(least) + ")"
                                    : "from_to(" + std::to_string(least) + ", " + std::to_string(most) + ")";
  if (least < 1 || most < least || most > seats_max)
    refuse("has the seats " + seats + ": there are 1 to " + std::to_string(seats_max) + ", the lower number first");
  if (rules.turns().moves < 0) refuse("has turns of " + std::to_string(rules.turns().moves) + " moves");
  if (rules.turn_time() < duration{0}) refuse("has a negative turn_time");
  if (declared.finished_after < duration{0}) refuse("has a negative finished_after");
  if (declared.has_time_up && rules.turn_time() == duration{0}) refuse("has a time_up, but no turn_time before it");
  for (const std::string& command : declared.commands)
    if (command == "start" || command == "time_up")
      refuse("declares the command \"" + command + "\", which rooms bring themselves");
}

std::vector<std::string> commands_that_make_rooms() { return {"join", "open", "reserve"}; }

std::vector<command_of<table>> table_commands(const table_rules& rules) {
  std::vector<command_of<table>> made;
  made.push_back(plain_command("join", rules, open_to::players, &table_rules::join));
  made.push_back(plain_command("leave", rules, open_to::players, &table_rules::leave));
  made.push_back(plain_command("rematch", rules, open_to::players, &table_rules::rematch));
  if (rules.seats().least < rules.seats().most)
    made.push_back(plain_command("start", rules, open_to::players, &table_rules::start));
  made.push_back(player_command<invited_player>("invite", rules, open_to::players, &table_rules::invite));
  made.back()->info.invites = true;
  made.push_back(plain_command("open", rules, open_to::actors, &table_rules::open));
  made.push_back(plain_command("recount", rules, open_to::actors, &table_rules::recount));
  made.push_back(plain_command("unlisted", rules, open_to::actors, &table_rules::unlisted));
  made.push_back(plain_command("tidy", rules, open_to::actors, &table_rules::tidy));
  made.push_back(player_command<reservation>("reserve", rules, open_to::actors, &table_rules::reserve));
  return made;
}

command_info time_up_info() {
  return {.name = "time_up", .args_schema = schema_of<no_args>(), .senders = open_to::actors};
}

std::optional<failure> game_entry::refuse(const table& seated, json_value args, context& ctx) const {
  ctx.set_seat(seated.seat_of(ctx.player()), static_cast<int>(seated.seats.size()));
  if (auto refused = rules.may_play(seated, senders, ctx)) {
    // Wrong arguments are wrong in every seat's turn.
    auto wrong = check(args);
    return wrong ? wrong : refused;
  }
  return {};
}

std::vector<upgrade> upgrades_of_rooms(const std::vector<upgrade>& of_games) {
  std::vector<upgrade> made;
  made.reserve(of_games.size());
  for (const upgrade& of_game : of_games)
    made.push_back({.step = [of_game](json_value saved) { return upgrade_room(of_game, saved); }});
  return made;
}

}  // namespace detail
}  // namespace parlor
