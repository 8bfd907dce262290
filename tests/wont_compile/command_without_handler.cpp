// A command has a name and a handler.
// says: a command is {\"name\", handler}, and a raw handler verdict f(State&, const raw_request&, context&)
// names: "resign"
#include "runtime/authoring/actor_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

verdict on_place(board&, context&) { return accept(); }
verdict on_text(board&, const std::string&, context&) { return accept(); }

}  // namespace

kind game() { return actor_of<board>{.name = "game", .commands = {{"place", on_place}, {"resign"}}}; }  // here

}  // namespace parlor
