// A handler takes the state, its arguments and the context, in this order.
#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};
struct place {
  int cell = 0;
  static constexpr auto fields = describe(field("cell", &place::cell));
};

verdict on_place(const place&, board&, context&) { return accept(); }

}  // namespace

kind game() { return room_of<board>{.name = "game", .commands = {{"place", on_place}}}; }

}  // namespace parlor
