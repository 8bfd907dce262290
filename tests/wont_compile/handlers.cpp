// What is no handler: the command and its handler stand above the first error.
#include "runtime/authoring/room_of.hpp"

namespace parlor {

// A handler takes the state, its arguments and the context, in this order.
// says: a handler takes the state of its kind first: verdict f(State&, const Args&, context&)
// names: "place"
// names: on_place
namespace wrong_handler {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};
struct place {
  int cell = 0;
  static constexpr auto fields = describe(field("cell", &place::cell));
};

verdict on_pass(board&, context&) { return accept(); }
verdict on_place(const place&, board&, context&) { return accept(); }

kind game() {
  return room_of<board>{
      .name = "game",
      .commands = {{"pass", on_pass}, {"place", on_place}, {"resign", on_pass, open_to::seated}}};  // here
}

}  // namespace wrong_handler

// A handler that needs nothing of its context takes one all the same.
// says: a handler takes a context& last: verdict f(State&, const Args&, context&)
// names: "place"
// names: on_place
namespace handler_without_context {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};
struct place {
  int cell = 0;
  static constexpr auto fields = describe(field("cell", &place::cell));
};

verdict on_pass(board&, context&) { return accept(); }
verdict on_place(board&, const place&) { return accept(); }

kind game() {
  return room_of<board>{
      .name = "game",
      .commands = {{"pass", on_pass}, {"place", on_place}, {"resign", on_pass, open_to::seated}}};  // here
}

}  // namespace handler_without_context

// There is one context of a command: what is wished for on a copy is lost.
// says: a handler takes a context& last: verdict f(State&, const Args&, context&)
// names: "place"
// names: on_place
namespace handler_with_context_by_value {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};
struct place {
  int cell = 0;
  static constexpr auto fields = describe(field("cell", &place::cell));
};

verdict on_pass(board&, context&) { return accept(); }
verdict on_place(board&, const place&, const context&) { return accept(); }

kind game() {
  return room_of<board>{
      .name = "game",
      .commands = {{"pass", on_pass}, {"place", on_place}, {"resign", on_pass, open_to::seated}}};  // here
}

}  // namespace handler_with_context_by_value

// What a handler does to a copy of the state is lost.
// says: a handler takes the state as State&, or const State& if it changes nothing, and not by value
// names: "place"
// names: on_place
namespace handler_of_a_copy {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};
struct place {
  int cell = 0;
  static constexpr auto fields = describe(field("cell", &place::cell));
};

verdict on_pass(board&, context&) { return accept(); }
verdict on_place(board, const place&, context&) { return accept(); }

kind game() {
  return room_of<board>{
      .name = "game",
      .commands = {{"pass", on_pass}, {"place", on_place}, {"resign", on_pass, open_to::seated}}};  // here
}

}  // namespace handler_of_a_copy

// A handler works on the state of its kind.
// says: a handler takes the state of its kind first: verdict f(State&, const Args&, context&)
// names: "place"
// names: on_place
namespace handler_of_another_state {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};
struct place {
  int cell = 0;
  static constexpr auto fields = describe(field("cell", &place::cell));
};

verdict on_pass(board&, context&) { return accept(); }
verdict on_place(place&, context&) { return accept(); }

kind game() {
  return room_of<board>{
      .name = "game",
      .commands = {{"pass", on_pass}, {"place", on_place}, {"resign", on_pass, open_to::seated}}};  // here
}

}  // namespace handler_of_another_state

// Arguments are given: a handler that changes them would hope to answer with them.
// says: a handler takes its arguments as const Args&: verdict f(State&, const Args&, context&)
// names: "place"
// names: on_place
namespace changed_arguments {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};
struct place {
  int cell = 0;
  static constexpr auto fields = describe(field("cell", &place::cell));
};

verdict on_pass(board&, context&) { return accept(); }
verdict on_place(board&, place&, context&) { return accept(); }

kind game() {
  return room_of<board>{
      .name = "game",
      .commands = {{"pass", on_pass}, {"place", on_place}, {"resign", on_pass, open_to::seated}}};  // here
}

}  // namespace changed_arguments

// There is one form of a handler.
// says: a handler takes its arguments as const Args&: verdict f(State&, const Args&, context&)
// names: "place"
// names: on_place
namespace copied_arguments {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};
struct place {
  int cell = 0;
  static constexpr auto fields = describe(field("cell", &place::cell));
};

verdict on_pass(board&, context&) { return accept(); }
verdict on_place(board&, place, context&) { return accept(); }

kind game() {
  return room_of<board>{
      .name = "game",
      .commands = {{"pass", on_pass}, {"place", on_place}, {"resign", on_pass, open_to::seated}}};  // here
}

}  // namespace copied_arguments

// Arguments are one struct.
// says: a handler takes the state, its arguments if there are any, and the context: verdict f(
// names: "place"
// names: on_place
namespace too_many_arguments {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};
struct place {
  int cell = 0;
  static constexpr auto fields = describe(field("cell", &place::cell));
};

verdict on_pass(board&, context&) { return accept(); }
verdict on_place(board&, const place&, const place&, context&) { return accept(); }

kind game() {
  return room_of<board>{
      .name = "game",
      .commands = {{"pass", on_pass}, {"place", on_place}, {"resign", on_pass, open_to::seated}}};  // here
}

}  // namespace too_many_arguments

// A handler decides: a command that was neither accepted nor rejected has no reply.
// says: a handler returns a verdict, or a verdict_of<Value>
// names: "place"
// names: on_place
namespace undecided_handler {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

verdict on_pass(board&, context&) { return accept(); }
bool on_place(board&, context&) { return true; }

kind game() {
  return room_of<board>{
      .name = "game",
      .commands = {{"pass", on_pass}, {"place", on_place}, {"resign", on_pass, open_to::seated}}};  // here
}

}  // namespace undecided_handler

// A handler decides: a command that was neither accepted nor rejected has no reply.
// says: a handler returns a verdict, or a verdict_of<Value>
// names: "place"
// names: on_place
namespace silent_handler {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

verdict on_pass(board&, context&) { return accept(); }
void on_place(board&, context&) {}

kind game() {
  return room_of<board>{
      .name = "game",
      .commands = {{"pass", on_pass}, {"place", on_place}, {"resign", on_pass, open_to::seated}}};  // here
}

}  // namespace silent_handler

// Arguments are checked before a handler runs, so they must be described.
// says: the arguments of a handler need `fields`: they are checked before it runs
// names: "place"
// names: on_place
namespace undescribed_arguments {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

verdict on_pass(board&, context&) { return accept(); }
verdict on_place(board&, const int&, context&) { return accept(); }

kind game() {
  return room_of<board>{
      .name = "game",
      .commands = {{"pass", on_pass}, {"place", on_place}, {"resign", on_pass, open_to::seated}}};  // here
}

}  // namespace undescribed_arguments

// A command has a handler.
// says: a handler is a function: there is none
// names: "place"
namespace no_handler {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

verdict on_pass(board&, context&) { return accept(); }

kind game() {
  return room_of<board>{
      .name = "game",
      .commands = {{"pass", on_pass}, {"place", nullptr}, {"resign", on_pass, open_to::seated}}};  // here
}

}  // namespace no_handler

// A handler is named, not called.
// says: a handler is verdict f(State&, const Args&, context&), or without Args; a lambda names these types
// names: "place"
// names: on_place
namespace called_handler {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

verdict on_pass(board&, context&) { return accept(); }
int on_place = 3;

kind game() {
  return room_of<board>{
      .name = "game",
      .commands = {{"pass", on_pass}, {"place", on_place}, {"resign", on_pass, open_to::seated}}};  // here
}

}  // namespace called_handler

// The arguments of a command are read off the types of its handler.
// says: a handler is verdict f(State&, const Args&, context&), or without Args; a lambda names these types
// names: "place"
namespace nameless_types {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

verdict on_pass(board&, context&) { return accept(); }

kind game() {
  return room_of<board>{.name = "game",
                        .commands = {{"pass", on_pass},
                                     {"place", [](auto& b, auto&) { return b.n > 0 ? accept() : reject("empty"); }},
                                     {"resign", on_pass, open_to::seated}}};  // here
}

}  // namespace nameless_types

// All actors of a kind share a handler's object, on all threads: it may not change itself.
// says: a handler does not change itself, for all actors share it: a lambda is not mutable
// names: "place"
namespace changing_handler {
struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

verdict on_pass(board&, context&) { return accept(); }

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

}  // namespace changing_handler

}  // namespace parlor
