// A generator of the standard library is no state: its course would be known to who knows it.
// says: a function or a generator cannot be described; dice come from context::roll
#include <random>

#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  std::mt19937 m;
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));  // here
};

}  // namespace

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace parlor
