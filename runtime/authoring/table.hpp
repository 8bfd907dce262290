#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/authoring/kind.hpp"

/// The part of a room that is the same in every game: seats, turns, the end.
///
/// The table is the runtime's half of a room's state and the game is the author's; they are saved
/// together. The rules here (who may sit, who may move, what leaving means) are the same for every game
/// and know nothing of the game.
namespace parlor {

/// How many players a game takes.
struct seat_rule {
  int least = 2;
  int most = 2;
};
constexpr seat_rule exactly(int seats) { return {seats, seats}; }
constexpr seat_rule from_to(int least, int most) { return {least, most}; }

/// The order of moves: one seat after the other, `moves` commands each; or everyone at once (0).
struct turn_rule {
  int moves = 1;
};
constexpr turn_rule round_robin(int moves) { return {moves}; }
constexpr turn_rule simultaneous() { return {0}; }

/// How a game ended: a winning seat or none, and why, as a stable word.
struct ending {
  std::optional<int> winner;
  std::string reason;
  static constexpr auto fields = describe(field("winner", &ending::winner), field("reason", &ending::reason));
};
inline std::optional<ending> win(int seat, std::string reason) { return ending{seat, std::move(reason)}; }
inline std::optional<ending> draw(std::string reason) { return ending{std::nullopt, std::move(reason)}; }

struct chair {
  std::string player;    ///< empty: free, or left in mid-game
  bool rematch = false;  ///< offered one
  static constexpr auto fields = describe(field("player", &chair::player), field("rematch", &chair::rematch));
};

/// A seat kept free for a player who is about to join.
struct hold {
  std::string player;
  std::int64_t until_ms = 0;
  static constexpr auto fields = describe(field("player", &hold::player), field("until_ms", &hold::until_ms));
};

struct table {
  std::vector<chair> seats;
  std::vector<hold> holds;
  bool listed = false;  ///< the lobby knows the room
  bool started = false;
  int first = 0;                  ///< who opens this game; rotates with each rematch
  int turn = -1;                  ///< the seat to move, or -1
  int moves_left = 0;             ///< of that seat's turn
  std::int64_t turn_ends_ms = 0;  ///< 0: no clock runs
  std::int64_t played_ms = 0;     ///< when the game last went on
  std::optional<ending> ended;
  std::vector<std::string> invited;  ///< who was told of a free seat and has not taken one
  bool guests = false;               ///< whoever has sat down was a guest

  static constexpr auto fields =
      describe(field("seats", &table::seats), field("holds", &table::holds), field("listed", &table::listed),
               field("started", &table::started), field("first", &table::first), field("turn", &table::turn),
               field("moves_left", &table::moves_left), field("turn_ends_ms", &table::turn_ends_ms),
               field("played_ms", &table::played_ms), field("ended", &table::ended),
               field("invited", &table::invited, or_default), field("guests", &table::guests, or_default));

  [[nodiscard]] bool playing() const { return started && !ended; }
  /// The seat of a player, or -1.
  [[nodiscard]] int seat_of(std::string_view player) const;
  [[nodiscard]] int players() const;
  /// Seats that are held for anybody but `player`.
  [[nodiscard]] int held_from(std::string_view player, instant now) const;
  /// Seats that `player` could take now: free, and not held for somebody else.
  [[nodiscard]] int free_for(std::string_view player, instant now) const;
};

/// The commands that every room understands. Handlers of the room: each leaves the table as it was
/// unless it accepts.
class table_rules {
 public:
  /// How long a quick join keeps a seat, and how long a room that has not started is kept.
  static constexpr duration hold_time = std::chrono::seconds(15);
  static constexpr duration waiting_time = std::chrono::hours(1);
  /// How long a game that nobody goes on with is kept, if a named player has sat there.
  static constexpr duration abandoned_time = std::chrono::hours(24 * 30);
  /// Whom a room invites at once, for one game: each invitation is stored with somebody who did not ask for it.
  static constexpr std::size_t invited_max = 32;

  table_rules(seat_rule seats, turn_rule turns, duration turn_time = {})
      : seats_(seats), turns_(turns), turn_time_(turn_time) {}

  // From players.
  verdict join(table& t, context& ctx) const;
  verdict leave(table& t, context& ctx) const;
  verdict rematch(table& t, context& ctx) const;
  verdict start(table& t, context& ctx) const;
  verdict invite(table& t, const std::string& player, context& ctx) const;
  // From the lobby, and from the room's own reminders.
  verdict open(table& t, context& ctx) const;
  verdict reserve(table& t, const std::string& player, context& ctx) const;
  verdict recount(table& t, context& ctx) const;
  verdict unlisted(table& t, context& ctx) const;
  verdict tidy(table& t, context& ctx) const;

  /// Tells the players and the lobby that the room is no more.
  void close(const table& t, context& ctx) const;
  /// The refusal of a game's command, or nothing if it may go on.
  [[nodiscard]] std::optional<failure> may_play(const table& t, open_to senders, const context& ctx) const;
  /// When the clock's reminder comes: whether the turn is over. If it is not yet, the reminder is set
  /// again.
  bool time_is_up(table& t, context& ctx) const;
  /// The seat gives up, as if the player had left in mid-game; -1: nobody wins.
  void forfeit(table& t, int seat, context& ctx) const;
  /// A game that has just begun begins with that seat.
  void open_with(table& t, int seat, context& ctx) const;
  /// After a command of the game was accepted: ends the game, or moves the turn on.
  void played(table& t, open_to senders, std::optional<ending> end, context& ctx) const;

  [[nodiscard]] seat_rule seats() const { return seats_; }
  [[nodiscard]] turn_rule turns() const { return turns_; }
  [[nodiscard]] duration turn_time() const { return turn_time_; }

 private:
  void prepare(table& t) const;
  static duration abandoned_after(const table& t, const context& ctx);
  void list(table& t, context& ctx) const;
  void begin(table& t, context& ctx) const;
  void finish(table& t, ending how, context& ctx) const;
  void give_turn(table& t, int seat, context& ctx) const;
  void pass_turn(table& t, int from, context& ctx) const;
  static void tell_turn(const table& t, context& ctx);
  void announce(const table& t, context& ctx) const;

  seat_rule seats_;
  turn_rule turns_;
  duration turn_time_;
};

/// Turns the seats that events are for into the players who sit there; an event for an empty seat goes.
void address_events(const table& t, effects& wanted);

/// Appends a room's members `"seats"`, `"turn"` and `"outcome"`.
void write_table(json_object& room, const table& t);

}  // namespace parlor
