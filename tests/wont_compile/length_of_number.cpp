// A number has no length.
// says: at_most for strings and lists
#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int cell = 0;
  static constexpr auto fields = describe(field("cell", &board::cell, at_most(9)));  // here
};

}  // namespace

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace parlor
