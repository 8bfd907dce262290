// A kind without a view does not name one.
// says: a view is V f(const State&), or V f(const State&, const viewer&)
#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

}  // namespace

kind game() { return room_of<board>{.name = "game", .view = nullptr}; }  // here

}  // namespace parlor
