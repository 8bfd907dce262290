// A struct in a state is described as the state is.
// says: a member that is a struct needs `fields` of its own
#include <vector>

#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct cell {
  int x = 0;
};
struct board {
  int n = 0;
  std::vector<cell> m;
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));
};

}  // namespace

kind game() { return room_of<board>{.name = "game"}; }  // here

}  // namespace parlor
