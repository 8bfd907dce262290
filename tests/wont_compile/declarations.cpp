// The functions of a declaration that are no commands.
#include "runtime/authoring/room_of.hpp"

namespace parlor {

// A view changes nothing: it stands on every way out.
// says: a view is V f(const State&), or V f(const State&, const viewer&)
namespace changing_view {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

board view(board& b) { return b; }

kind game() { return room_of<board>{.name = "game", .view = view}; }  // here

}  // namespace changing_view

// A view is told who looks.
// says: a view is V f(const State&), or V f(const State&, const viewer&)
namespace view_of_a_seat {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

board view(const board& b, int) { return b; }

kind game() { return room_of<board>{.name = "game", .view = view}; }  // here

}  // namespace view_of_a_seat

// A kind without a view does not name one.
// says: a view is V f(const State&), or V f(const State&, const viewer&)
namespace no_view {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

kind game() { return room_of<board>{.name = "game", .view = nullptr}; }  // here

}  // namespace no_view

// What a view returns goes out as JSON: it must be described.
// says: what a view returns needs `fields`: it goes out as JSON
namespace undescribed_view {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};
struct picture {
  int n = 0;
};

picture view(const board& b) { return {b.n}; }

view_of<board> shown() { return view; }  // here

}  // namespace undescribed_view

// A setup gets the seats and the dice of its game.
// says: a setup is void f(Game&, context&)
namespace setup_without_context {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

void setup(board&) {}

kind game() { return room_of<board>{.name = "game", .setup = setup}; }  // here

}  // namespace setup_without_context

// What a setup deals to a copy is lost.
// says: a setup is void f(Game&, context&)
namespace setup_of_a_copy {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

void setup(board, context&) {}

kind game() { return room_of<board>{.name = "game", .setup = setup}; }  // here

}  // namespace setup_of_a_copy

// An ending has a winner, or none, and a word.
// says: over is std::optional<ending> f(const Game&)
namespace over_without_reason {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

bool over(const board& b) { return b.n > 0; }

kind game() { return room_of<board>{.name = "game", .over = over}; }  // here

}  // namespace over_without_reason

// Who was idle forfeits, unless the game accepts.
// says: a time_up is verdict f(Game&, context&)
namespace undecided_time_up {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

void time_up(board&, context&) {}

kind game() { return room_of<board>{.name = "game", .time_up = time_up}; }  // here

}  // namespace undecided_time_up

// An upgrade makes the next state out of the one before.
// says: an upgrade is New f(const Old&), a function from one described state to the next
namespace upgrade_of_two {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};
struct old_board {
  int m = 0;
  static constexpr auto fields = describe(field("m", &old_board::m));
};

void to_board(const old_board&, board&) {}

kind game() { return room_of<board>{.name = "game", .upgrades = {upgrade_with(to_board)}}; }  // here

}  // namespace upgrade_of_two

}  // namespace parlor
