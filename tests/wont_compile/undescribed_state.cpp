// A state is stored, so it is described.
// says: the state of a room needs `fields`
#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
};

}  // namespace

kind game() { return room_of<board>{.name = "game"}; }  // here

}  // namespace parlor
