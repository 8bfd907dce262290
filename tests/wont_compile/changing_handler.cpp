// All actors of a kind share a handler's object, on all threads: it may not change itself.
// says: a handler does not change itself, for all actors share it: a lambda is not mutable
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
                                     {"place",
                                      [calls = 0](board& b, context&) mutable {
                                        b.n = ++calls;
                                        return accept();
                                      }},
                                     {"resign", on_pass, open_to::seated}}};  // here
}

}  // namespace parlor
