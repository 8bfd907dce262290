// Both halves of a command get what the client sent.
// says: the two halves of a command that asks take the same Args
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

result<question> on_say(const board&, const words& said, const context&) { return ask("oracle", said); }
verdict on_told(board&, const board&, const service_answer<words>&, context&) { return accept(); }

}  // namespace

kind chat() {
  return actor_of<board>{.name = "chat", .commands = {{"say", on_say, on_told}}};  // here
}

}  // namespace parlor
