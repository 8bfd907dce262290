// A handler decides: a command that was neither accepted nor rejected has no reply.
#include "runtime/authoring/actor_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

bool on_place(board&, context&) { return true; }

}  // namespace

command_of<board> command() { return {"place", on_place}; }

}  // namespace parlor
