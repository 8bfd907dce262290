// A handler decides: a command that was neither accepted nor rejected has no reply.
// says: a handler returns a verdict, or a verdict_of<Value>
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
bool on_place(board&, context&) { return true; }

}  // namespace

kind game() {
  return room_of<board>{
      .name = "game",
      .commands = {{"pass", on_pass}, {"place", on_place}, {"resign", on_pass, open_to::seated}}};  // here
}

}  // namespace parlor
