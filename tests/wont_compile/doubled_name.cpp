// The second member would be read into the first.
// says: two members have one name in `fields`
#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int first = 0;
  int second = 0;
  static constexpr auto fields = describe(field("first", &board::first), field("first", &board::second));
};

}  // namespace

kind game() { return room_of<board>{.name = "game"}; }  // here

}  // namespace parlor
