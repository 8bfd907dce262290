// A number is no id.
// says: an_id for strings
#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int owner = 0;
  static constexpr auto fields = describe(field("owner", &board::owner, an_id));  // here
};

}  // namespace

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace parlor
