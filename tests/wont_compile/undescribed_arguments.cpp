// Arguments are checked before a handler runs, so they must be described.
// says: the arguments of a handler need `fields`: they are checked before it runs
// names: "place"
// names: on_place
#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

verdict on_pass(board&, context&) { return accept(); }
verdict on_place(board&, const int&, context&) { return accept(); }

}  // namespace

kind game() {
  return room_of<board>{
      .name = "game",
      .commands = {{"pass", on_pass}, {"place", on_place}, {"resign", on_pass, open_to::seated}}};  // here
}

}  // namespace parlor
