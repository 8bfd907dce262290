// A raw handler takes the whole request.
// says: a command is {\"name\", handler}, and a raw handler verdict f(State&, const raw_request&, context&)
// names: on_text
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

kind game() { return actor_of<board>{.name = "game", .raw = {{on_text}}}; }  // here

}  // namespace parlor
