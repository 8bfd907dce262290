// JSON has lists and names.
// says: a set cannot be described: use std::vector
#include <set>

#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  std::set<int> m;
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));  // here
};

}  // namespace

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace parlor
