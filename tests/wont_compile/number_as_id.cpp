// A number is no id.
#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int owner = 0;
  static constexpr auto fields = describe(field("owner", &board::owner, an_id));
};

}  // namespace

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace parlor
