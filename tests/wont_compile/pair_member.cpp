// The parts of a pair have no names in JSON.
// says: a pair or a tuple cannot be described: use a struct, whose members have names
#include <tuple>
#include <vector>

#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  std::vector<std::tuple<int, int>> m;
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));  // here
};

}  // namespace

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace parlor
