// An empty optional is null, and so is an optional that holds an empty one.
// says: an optional of an optional cannot be told from an empty one in JSON: use one
#include <optional>

#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  std::optional<std::optional<int>> m;
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));  // here
};

}  // namespace

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace parlor
