// All actors of a kind share a handler's object, on all threads: it may not change itself.
#include "runtime/authoring/actor_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

}  // namespace

command_of<board> command() {
  return {"place", [calls = 0](board& b, context&) mutable {
            b.n = ++calls;
            return accept();
          }};
}

}  // namespace parlor
