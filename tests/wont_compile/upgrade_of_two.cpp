// An upgrade makes the next state out of the one before.
// says: an upgrade is New f(const Old&), a function from one described state to the next
#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};
struct old_board {
  int m = 0;
  static constexpr auto fields = describe(field("m", &old_board::m));
};

void to_board(const old_board&, board&) {}

}  // namespace

kind game() { return room_of<board>{.name = "game", .upgrades = {upgrade_with(to_board)}}; }  // here

}  // namespace parlor
