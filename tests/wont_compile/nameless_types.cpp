// The arguments of a command are read off the types of its handler.
// says: a handler is verdict f(State&, const Args&, context&), or without Args; a lambda names these types
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
  return room_of<board>{.name = "game",
                        .commands = {{"pass", on_pass},
                                     {"place", [](auto& b, auto&) { return b.n > 0 ? accept() : reject("empty"); }},
                                     {"resign", on_pass, open_to::seated}}};  // here
}

}  // namespace parlor
