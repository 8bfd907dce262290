// The first half of a command that asks changes nothing: after a kill it did not happen.
// says: the first half of a command that asks is result<question> f(const State&, const Args&, const context&)
// names: "say"
#include "runtime/authoring/actor_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};
struct words {
  std::string text;
  static constexpr auto fields = describe(field("text", &words::text));
};

result<question> on_say(board&, const words& said, const context&) { return ask("oracle", said); }
verdict on_told(board&, const words&, const service_answer<words>&, context&) { return accept(); }

}  // namespace

kind chat() {
  return actor_of<board>{.name = "chat", .commands = {{"say", on_say, on_told}}};  // here
}

}  // namespace parlor
