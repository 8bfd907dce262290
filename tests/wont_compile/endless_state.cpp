// A state that contains itself has no end, and its schema none either.
// says: a described struct cannot hold others of its own type
#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int cell = 0;
  std::vector<board> next;
  static constexpr auto fields = describe(field("cell", &board::cell), field("next", &board::next));
};

}  // namespace

kind game() { return room_of<board>{.name = "game"}; }  // here

}  // namespace parlor
