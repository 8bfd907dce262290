// A handler is named, not called.
// says: a handler is verdict f(State&, const Args&, context&), or without Args; a lambda names these types
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
int on_place = 3;

}  // namespace

kind game() {
  return room_of<board>{
      .name = "game",
      .commands = {{"pass", on_pass}, {"place", on_place}, {"resign", on_pass, open_to::seated}}};  // here
}

}  // namespace parlor
