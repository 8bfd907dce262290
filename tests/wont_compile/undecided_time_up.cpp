// Who was idle forfeits, unless the game accepts.
// says: a time_up is verdict f(Game&, context&)
#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

void time_up(board&, context&) {}

}  // namespace

kind game() { return room_of<board>{.name = "game", .time_up = time_up}; }  // here

}  // namespace parlor
