#pragma once

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <type_traits>

#include "runtime/authoring/kind.hpp"

/// What a handler's type says; and of a type that is no handler's, the sentence that the compiler shows its author.
///
/// The sentence is an argument of a template, `wrong_handler`, that a constructor calls which only the compiler can
/// run (command_of.hpp). So its first error has the sentence, and the line above it the command's name and handler.
namespace parlor {

/// Arguments of a command that takes none.
struct no_args {
  static constexpr auto fields = describe();
};

namespace detail {

/// A sentence known while compiling. Empty: nothing is wrong.
struct words {
  char text[192]{};

  consteval words() = default;
  template <std::size_t N>
  consteval words(const char (&sentence)[N]) {
    std::copy_n(sentence, N, text);
  }
  [[nodiscard]] consteval bool empty() const { return text[0] == '\0'; }
};

/// Declared only: a call of it is what the compiler refuses.
template <words expected>
void wrong_handler();

/// What a function decides and takes.
template <class Decision, bool ChangesItself, class... Takes>
struct shape {
  using decision = Decision;
  static constexpr bool changes_itself = ChangesItself;
  static constexpr std::size_t count = sizeof...(Takes);
  template <std::size_t I>
  using takes = std::tuple_element_t<I, std::tuple<Takes...>>;
};
struct no_shape {};

// These have types only. The last one takes whatever has no call, or several.
template <class Decision, class... Takes>
shape<Decision, false, Takes...> read_shape(Decision (*)(Takes...));
template <class Decision, class Object, class... Takes>
shape<Decision, false, Takes...> read_shape(Decision (Object::*)(Takes...) const);
template <class Decision, class Object, class... Takes>
shape<Decision, true, Takes...> read_shape(Decision (Object::*)(Takes...));
no_shape read_shape(...);

template <class Function>
auto read_shape_of(Function* handle) -> decltype(read_shape(handle));
template <class Object>
auto read_shape_of(const Object&) -> decltype(read_shape(&Object::operator()));
no_shape read_shape_of(...);

template <class Handler>
using shape_of = decltype(read_shape_of(std::declval<const std::decay_t<Handler>&>()));

/// Whether a function is one of exactly this type.
template <class Handler, class Decision, class... Takes>
inline constexpr bool is_a = std::is_same_v<shape_of<Handler>, shape<Decision, false, Takes...>>;

/// The schema of what a handler answers beside its decision; none for anything that is no decision.
template <class>
struct decision;
template <>
struct decision<verdict> {
  static std::string answer_schema() { return {}; }
};
template <class Value>
struct decision<verdict_of<Value>> {
  static std::string answer_schema() { return written_schema_of<Value>(); }
};
template <class T>
concept decides = requires {
  decision<T>::answer_schema();
};

template <class T>
inline constexpr bool is_const_reference = std::is_lvalue_reference_v<T>&& std::is_const_v<std::remove_reference_t<T>>;

/// What is wrong with a parameter for the arguments of a command.
template <class Args>
consteval words mistake_in_args() {
  if constexpr (!is_const_reference<Args>)
    return "a handler takes its arguments as const Args&: verdict f(State&, const Args&, context&)";
  else if constexpr (!described<std::remove_cvref_t<Args>>)
    return "the arguments of a handler need `fields`: they are checked before it runs";
  else return {};
}

/// What is wrong with a handler's state, which stands first.
template <class State, class First>
consteval words mistake_in_state() {
  if constexpr (!std::is_same_v<std::remove_cvref_t<First>, State>)
    return "a handler takes the state of its kind first: verdict f(State&, const Args&, context&)";
  else if constexpr (!std::is_lvalue_reference_v<First>)
    return "a handler takes the state as State&, or const State& if it changes nothing, and not by value";
  else return {};
}

/// What is wrong with a handler; nothing of one that is fine.
template <class State, class Handler>
consteval words mistake_in() {
  using shape = shape_of<Handler>;
  if constexpr (std::is_null_pointer_v<std::decay_t<Handler>>) return "a handler is a function: there is none";
  else if constexpr (std::is_same_v<shape, no_shape>)
    return "a handler is verdict f(State&, const Args&, context&), or without Args; a lambda names these types";
  else if constexpr (shape::changes_itself)
    return "a handler does not change itself, for all actors share it: a lambda is not mutable";
  else if constexpr (shape::count == 0 || shape::count > 3)
    return "a handler takes the state, its arguments if there are any, and the context: "
           "verdict f(State&, const Args&, context&)";
  else if constexpr (!std::is_same_v<typename shape::template takes<shape::count - 1>, context&>)
    return "a handler takes a context& last: verdict f(State&, const Args&, context&)";
  else if constexpr (shape::count == 1)
    return "a handler takes the state of its kind first: verdict f(State&, context&)";
  else if constexpr (constexpr words wrong = mistake_in_state<State, typename shape::template takes<0>>();
                     !wrong.empty())
    return wrong;
  else if constexpr (!decides<typename shape::decision>) return "a handler returns a verdict, or a verdict_of<Value>";
  else if constexpr (shape::count == 3) return mistake_in_args<typename shape::template takes<1>>();
  else return {};
}

template <class Handler, class State>
concept handler_for = mistake_in<State, Handler>()
.empty();

/// The type of the arguments that a handler takes.
template <class Handler, std::size_t Count = shape_of<Handler>::count>
struct args_of_handler {
  using type = no_args;
};
template <class Handler>
struct args_of_handler<Handler, 3> {
  using type = std::remove_cvref_t<typename shape_of<Handler>::template takes<1>>;
};
template <class Handler>
using args_of = typename args_of_handler<Handler>::type;

inline constexpr words raw_handlers =
    "a raw handler is verdict f(State&, const raw_request&, context&); with a service it has two halves: see raw.hpp";

inline constexpr words one_part =
    "a command is {\"name\", handler}, and a raw handler verdict f(State&, const raw_request&, context&)";

template <class>
inline constexpr bool is_service_answer = false;
template <class Answer>
inline constexpr bool is_service_answer<service_answer<Answer>> = described<Answer>;

/// What is wrong with the halves of a command that asks a service.
template <class State, class First, class Then>
consteval words mistake_in_halves() {
  using first = shape_of<First>;
  using then = shape_of<Then>;
  constexpr words wanted_first =
      "the first half of a command that asks is result<question> f(const State&, const Args&, const context&)";
  constexpr words wanted_then =
      "the second half of a command that asks is "
      "verdict f(State&, const Args&, const service_answer<Answer>&, context&)";
  if constexpr (std::is_same_v<first, no_shape>) return wanted_first;
  else if constexpr (first::changes_itself || first::count != 3) return wanted_first;
  else {
    using args = typename first::template takes<1>;
    if constexpr (!is_a<First, result<question>, const State&, args, const context&>) return wanted_first;
    else if constexpr (constexpr words wrong = mistake_in_args<args>(); !wrong.empty()) return wrong;
    else if constexpr (std::is_same_v<then, no_shape>) return wanted_then;
    else if constexpr (then::changes_itself || then::count != 4) return wanted_then;
    else {
      using answer = typename then::template takes<2>;
      if constexpr (!decides<typename then::decision> || !is_const_reference<answer> ||
                    !is_service_answer<std::remove_cvref_t<answer>>)
        return wanted_then;
      else if constexpr (!is_a<Then, typename then::decision, State&, typename then::template takes<1>, answer,
                               context&>)
        return wanted_then;
      else if constexpr (!std::is_same_v<typename then::template takes<1>, args>)
        return "the two halves of a command that asks take the same Args";
      else return {};
    }
  }
}

template <class Then, class State, class First>
concept half_behind = mistake_in_halves<State, First, Then>()
.empty();

/// Whether there is nothing to call: a null pointer, or an object that says so.
template <class Handler>
bool is_null(const Handler& handle) {
  if constexpr (std::is_pointer_v<Handler>) return handle == nullptr;
  else if constexpr (requires { handle.operator bool(); }) return !handle.operator bool();
  else return false;
}

}  // namespace detail
}  // namespace parlor
