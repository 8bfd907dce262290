// Commands that ask, raw handlers, and what is no command at all.
#include "runtime/authoring/room_of.hpp"

namespace parlor {

// The first half of a command that asks says what to ask, and decides nothing.
// says: the first half of a command that asks is result<question> f(const State&, const Args&, const context&)
// names: "say"
namespace deciding_first_half {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};
struct words {
  std::string text;
  static constexpr auto fields = describe(field("text", &words::text));
};

verdict on_say(const board&, const words&, const context&) { return accept(); }
verdict on_told(board&, const words&, const service_answer<words>&, context&) { return accept(); }

kind chat() {
  return actor_of<board>{.name = "chat", .commands = {{"say", on_say, on_told}}};  // here
}

}  // namespace deciding_first_half

// The first half of a command that asks changes nothing: after a kill it did not happen.
// says: the first half of a command that asks is result<question> f(const State&, const Args&, const context&)
// names: "say"
namespace changing_first_half {
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

kind chat() {
  return actor_of<board>{.name = "chat", .commands = {{"say", on_say, on_told}}};  // here
}

}  // namespace changing_first_half

// The second half of a command that asks gets what the service answered.
// says: is verdict f(State&, const Args&, const service_answer<Answer>&, context&)
// names: "say"
namespace second_half_without_answer {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};
struct words {
  std::string text;
  static constexpr auto fields = describe(field("text", &words::text));
};

result<question> on_say(const board&, const words& said, const context&) { return ask("oracle", said); }
verdict on_told(board&, const words&, context&) { return accept(); }

kind chat() {
  return actor_of<board>{.name = "chat", .commands = {{"say", on_say, on_told}}};  // here
}

}  // namespace second_half_without_answer

// Both halves of a command get what the client sent.
// says: the two halves of a command that asks take the same Args
// names: "say"
namespace halves_that_differ {
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

kind chat() {
  return actor_of<board>{.name = "chat", .commands = {{"say", on_say, on_told}}};  // here
}

}  // namespace halves_that_differ

// A raw handler takes bytes.
// says: a raw handler is verdict f(State&, const raw_request&, context&)
// names: on_call
namespace wrong_raw_handler {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

result<question> on_call(const board&, const raw_request& request, const context&) { return ask("line", request); }
verdict on_called(board&, const raw_request&, const std::string&, context&) { return accept(); }

command_of<board> raw() { return {on_call, on_called}; }  // here

}  // namespace wrong_raw_handler

// Commands are a list, of one command, too.
// says: a command is {\"name\", handler}, and a raw handler verdict f(State&, const raw_request&, context&)
// names: "place"
namespace unnested_command {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

verdict on_place(board&, context&) { return accept(); }
verdict on_text(board&, const std::string&, context&) { return accept(); }

kind game() { return actor_of<board>{.name = "game", .commands = {"place", on_place}}; }  // here

}  // namespace unnested_command

// A command has a name and a handler.
// says: a command is {\"name\", handler}, and a raw handler verdict f(State&, const raw_request&, context&)
// names: "resign"
namespace command_without_handler {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

verdict on_place(board&, context&) { return accept(); }
verdict on_text(board&, const std::string&, context&) { return accept(); }

kind game() { return actor_of<board>{.name = "game", .commands = {{"place", on_place}, {"resign"}}}; }  // here

}  // namespace command_without_handler

// A raw handler takes the whole request.
// says: a command is {\"name\", handler}, and a raw handler verdict f(State&, const raw_request&, context&)
// names: on_text
namespace raw_handler_of_text {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

verdict on_place(board&, context&) { return accept(); }
verdict on_text(board&, const std::string&, context&) { return accept(); }

kind game() { return actor_of<board>{.name = "game", .raw = {{on_text}}}; }  // here

}  // namespace raw_handler_of_text

}  // namespace parlor
