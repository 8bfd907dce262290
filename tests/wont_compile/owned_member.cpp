// What a pointer leads to is not stored.
// says: a pointer cannot be described: use the value, or its place in a list
#include <memory>

#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  std::shared_ptr<int> m;
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));  // here
};

}  // namespace

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace parlor
