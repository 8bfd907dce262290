// Arguments are checked before a handler runs, so they must be described.
#include "runtime/authoring/actor_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

verdict on_place(board&, const int&, context&) { return accept(); }

}  // namespace

command_of<board> command() { return {"place", on_place}; }

}  // namespace parlor
