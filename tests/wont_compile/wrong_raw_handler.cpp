// A raw handler takes bytes.
// says: a raw handler is verdict f(State&, const raw_request&, context&)
// names: on_call
#include "runtime/authoring/actor_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

result<question> on_call(const board&, const raw_request& request, const context&) { return ask("line", request); }
verdict on_called(board&, const raw_request&, const std::string&, context&) { return accept(); }

}  // namespace

command_of<board> raw() { return {on_call, on_called}; }  // here

}  // namespace parlor
