// A command has a handler.
// says: a handler is a function: there is none
// names: "place"
#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

verdict on_pass(board&, context&) { return accept(); }

}  // namespace

kind game() {
  return room_of<board>{
      .name = "game",
      .commands = {{"pass", on_pass}, {"place", nullptr}, {"resign", on_pass, open_to::seated}}};  // here
}

}  // namespace parlor
