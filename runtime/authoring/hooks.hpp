#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "runtime/authoring/handler.hpp"
#include "runtime/authoring/table.hpp"

/// The functions of a declaration that are no commands: how an actor is seen, how a game begins and ends.
///
/// Each is a plain function or a lambda, which may capture by value. What is neither does not compile, in a sentence.
namespace parlor {

namespace detail {

/// How many parameters a view has; 0 if it is none.
template <class State, class Show>
consteval std::size_t parameters_of_view() {
  using shape = shape_of<Show>;
  if constexpr (std::is_same_v<shape, no_shape>) return 0;
  else if constexpr (is_a<Show, typename shape::decision, const State&>) return 1;
  else if constexpr (is_a<Show, typename shape::decision, const State&, const viewer&>) return 2;
  else return 0;
}

/// A function of exactly this type; empty if there is none.
template <class Signature>
class hook;
template <class Result, class... Takes>
class hook<Result(Takes...)> {
 public:
  hook() = default;
  hook(std::nullptr_t) {}
  hook(Result (*function)(Takes...)) : function_(function) {}

  explicit operator bool() const { return function_ != nullptr; }
  Result operator()(Takes... with) const { return function_(std::forward<Takes>(with)...); }

 protected:
  template <class Function>
  static constexpr bool takes = is_a<Function, Result, Takes...>;
  template <class Function>
  void take(Function function) {
    if constexpr (takes<Function>) function_ = std::move(function);
  }

 private:
  std::function<Result(Takes...)> function_;
};

}  // namespace detail

/// Makes the first position of a game: `void setup(Game&, context&)`.
template <class Game>
class setup_of : public detail::hook<void(Game&, context&)> {
 public:
  using detail::hook<void(Game&, context&)>::hook;
  template <class Function>
  setup_of(Function function) {
    static_assert(setup_of::template takes<Function>, "a setup is void f(Game&, context&)");
    this->take(std::move(function));
  }
};

/// The ending that a position means: `std::optional<ending> over(const Game&)`.
template <class Game>
class over_of : public detail::hook<std::optional<ending>(const Game&)> {
 public:
  using detail::hook<std::optional<ending>(const Game&)>::hook;
  template <class Function>
  over_of(Function function) {
    static_assert(over_of::template takes<Function>, "over is std::optional<ending> f(const Game&)");
    this->take(std::move(function));
  }
};

/// The consequence of a turn that was not taken in time: `verdict time_up(Game&, context&)`.
template <class Game>
class time_up_of : public detail::hook<verdict(Game&, context&)> {
 public:
  using detail::hook<verdict(Game&, context&)>::hook;
  template <class Function>
  time_up_of(Function function) {
    static_assert(time_up_of::template takes<Function>, "a time_up is verdict f(Game&, context&)");
    this->take(std::move(function));
  }
};

/// How an actor is seen: a function to a described struct, `V view(const State&)` or
/// `V view(const State&, const viewer&)`. It stands on every way out, so that what it leaves out for a
/// viewer is hidden from that viewer everywhere.
template <class State>
class view_of {
 public:
  view_of() = default;
  template <class View>
  view_of(View (*show)(const State&, const viewer&)) : is_null(!show) {
    take<View>([show](const State& state, const viewer& viewer) { return show(state, viewer); });
  }
  template <class View>
  view_of(View (*show)(const State&)) : is_null(!show) {
    take<View>([show](const State& state, const viewer&) { return show(state); });
  }
  template <class Show>
  view_of(Show show) {
    constexpr std::size_t parameters = detail::parameters_of_view<State, Show>();
    static_assert(parameters > 0, "a view is V f(const State&), or V f(const State&, const viewer&)");
    if constexpr (parameters > 0) {
      is_null = detail::is_null(show);
      take<typename detail::shape_of<Show>::decision>(
          [show = std::move(show)](const State& state, const viewer& viewer) {
            if constexpr (parameters == 1) return show(state);
            else return show(state, viewer);
          });
    }
  }

  std::function<void(std::string& out, const State&, const viewer&)> write;
  std::string schema;
  bool is_null = false;  ///< a function pointer that is null, which ends the start

 private:
  template <class View, class Show>
  void take(Show show) {
    static_assert(described<View>, "what a view returns needs `fields`: it goes out as JSON");
    if constexpr (described<View>) {
      write = [show = std::move(show)](std::string& out, const State& state, const viewer& viewer) {
        append_json(out, show(state, viewer));
      };
      schema = written_schema_of<View>();
    }
  }
};

}  // namespace parlor
