// The member that was forgotten would silently not be saved.
// says: one member stands twice in `fields`
#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int first = 0;
  int second = 0;
  static constexpr auto fields = describe(field("first", &board::first), field("second", &board::first));
};

}  // namespace

kind game() { return room_of<board>{.name = "game"}; }  // here

}  // namespace parlor
