// A handler that answers a value says so in its type: clients are told what they will get.
// says: could not convert
#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

verdict on_place(board& b, context&) { return accept(b); }  // here

}  // namespace

kind game() { return room_of<board>{.name = "game", .commands = {{"place", on_place}}}; }

}  // namespace parlor
