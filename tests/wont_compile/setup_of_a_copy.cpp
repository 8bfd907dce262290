// What a setup deals to a copy is lost.
// says: a setup is void f(Game&, context&)
#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

void setup(board, context&) {}

}  // namespace

kind game() { return room_of<board>{.name = "game", .setup = setup}; }  // here

}  // namespace parlor
