// There is one form of a handler.
// says: a handler takes its arguments as const Args&: verdict f(State&, const Args&, context&)
// names: "place"
// names: on_place
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

verdict on_pass(board&, context&) { return accept(); }
verdict on_place(board&, place, context&) { return accept(); }

}  // namespace

kind game() {
  return room_of<board>{
      .name = "game",
      .commands = {{"pass", on_pass}, {"place", on_place}, {"resign", on_pass, open_to::seated}}};  // here
}

}  // namespace parlor
