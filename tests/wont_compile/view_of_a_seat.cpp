// A view is told who looks.
// says: a view is V f(const State&), or V f(const State&, const viewer&)
#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

board view(const board& b, int) { return b; }

}  // namespace

kind game() { return room_of<board>{.name = "game", .view = view}; }  // here

}  // namespace parlor
