// A setup gets the seats and the dice of its game.
// says: a setup is void f(Game&, context&)
#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

void setup(board&) {}

}  // namespace

kind game() { return room_of<board>{.name = "game", .setup = setup}; }  // here

}  // namespace parlor
