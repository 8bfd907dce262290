#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "runtime/authoring/handler.hpp"

/// A command of an actor, made from its handler.
///
/// A handler is `verdict f(State&, const Args&, context&)`, or without `Args` if it takes none. With a
/// `const State&` it is a query. A handler that answers a value returns `verdict_of<Value>`. Everything else that a
/// command is (its schemas, the check of its arguments, whether it reads) follows from this signature. So a
/// handler may be a function, or an object with such a call operator: a lambda that captures a part of the
/// configuration, say. All actors of the kind share the object, on all threads: it does not change.
namespace parlor {

/// A command as it runs: what is said of it, and its handler without its types.
template <class State>
struct command {
  using handler = std::function<verdict(State&, json_value, context&)>;
  using query = std::function<verdict(const State&, json_value, context&)>;
  using asker = std::function<result<question>(const State&, json_value, const context&)>;
  /// Tells what is wrong with the arguments, if anything is, without running the command.
  using checker = std::optional<failure> (*)(json_value);

  command_info info;
  checker check = nullptr;
  handler change{};  ///< exactly one of these two is set
  query read{};
  asker begin{};  ///< of a command that asks: its first half; `change` is the second
};

/// One command of an actor: its name, its handler, its senders.
///
/// What is no handler is taken by a constructor that runs while compiling and cannot: so the compiler tells with which
/// name and handler it was called. Such a class can only hold what the compiler can make, and so it holds a pointer.
template <class State>
class command_of {
 public:
  template <detail::handler_for<State> Handler>
  command_of(std::string_view name, Handler handle, open_to senders = open_to::standard)
      : command_of(command_info{.name = std::string(name), .senders = senders}) {
    take(std::move(handle));
  }
  template <class Name, class Handler>
  requires(!detail::handler_for<Handler, State>) consteval command_of(const Name&, const Handler&,
                                                                      open_to = open_to::standard) {
    constexpr bool is_named = std::is_convertible_v<const Name&, std::string_view>;
    if (made_) return;  // it never does, but without a way round it the compiler would not begin
    if constexpr (is_named) detail::wrong_handler<detail::mistake_in<State, Handler>()>();
    else detail::wrong_handler<detail::raw_handlers>();
  }

  template <class Handler>
  requires(!std::is_same_v<Handler, command_of>) consteval command_of(const Handler&) {
    if (!made_) detail::wrong_handler<detail::one_part>();
  }

  /// A command that asks a service: `first` returns the question, and `then` gets the answer.
  template <class First, detail::half_behind<State, First> Then>
  command_of(std::string_view name, First first, Then then, open_to senders = open_to::standard)
      : command_of(command_info{.name = std::string(name), .senders = senders, .asks = true}) {
    take_halves(std::move(first), std::move(then));
  }
  template <class Name, class First, class Then>
  requires(!std::is_same_v<Then, open_to> &&
           !detail::half_behind<Then, State, First>) consteval command_of(const Name&, const First&, const Then&,
                                                                          open_to = open_to::standard) {
    if (!made_) detail::wrong_handler<detail::mistake_in_halves<State, First, Then>()>();
  }

  /// The raw handler with a service: `first` returns the question, and `then` gets the answer.
  command_of(result<question> (*first)(const State&, const raw_request&, const context&),
             verdict (*then)(State&, const raw_request&, const service_answer<raw_reply>&, context&))
      : command_of(raw_info(true)) {
    made_->info.is_null = !first || !then;
    made_->change = [then](State& state, json_value, context& ctx) {
      auto& reply = ctx.answer().raw;
      if (!ctx.raw()) return reject(not_raw());
      if (!reply) return reject(failure{"service_failed", "its answer cannot be read"});
      if (auto wrong = parlor::check(*reply)) return reject(std::move(*wrong));
      return then(state, *ctx.raw(), {std::move(*reply), ctx.answer().fallback}, ctx);
    };
    made_->begin = [first](const State& state, json_value, const context& ctx) -> result<question> {
      if (!ctx.raw()) return not_raw();
      return first(state, *ctx.raw(), ctx);
    };
  }
  /// The raw handler without a service.
  command_of(verdict (*handle)(State&, const raw_request&, context&)) : command_of(raw_info(false)) {
    made_->info.is_null = !handle;
    made_->change = [handle](State& state, json_value, context& ctx) {
      return ctx.raw() ? handle(state, *ctx.raw(), ctx) : reject(not_raw());
    };
  }

  /// Without its handler, which the caller sets.
  explicit command_of(command_info info, typename command<State>::checker with = nullptr)
      : made_(new command<State>{std::move(info), with}) {}

  constexpr command_of(const command_of& from) : made_(new command<State>(*from.made_)) {}
  constexpr command_of(command_of&& from) noexcept : made_(std::exchange(from.made_, nullptr)) {}
  constexpr command_of& operator=(command_of from) noexcept {
    std::swap(made_, from.made_);
    return *this;
  }
  constexpr ~command_of() { delete made_; }

  command<State>* operator->() { return made_; }
  const command<State>* operator->() const { return made_; }
  const command<State>& operator*() const { return *made_; }

 private:
  template <class Handler>
  void take(Handler handle) {
    using shape = detail::shape_of<Handler>;
    constexpr bool takes_args = shape::count == 3;
    using state_type = std::remove_reference_t<typename shape::template takes<0>>;
    using args = detail::args_of<Handler>;
    made_->info.is_null = detail::is_null(handle);
    made_->info.args_schema = schema_of<args>();
    made_->info.answer_schema = detail::decision<typename shape::decision>::answer_schema();
    made_->info.reads = std::is_const_v<state_type>;
    made_->check = check_of<args>;
    auto run = [handle = std::move(handle)](state_type& state, json_value json, context& ctx) {
      args given{};
      if (auto wrong = read_fields(json, given)) return reject(*wrong);
      if constexpr (takes_args) return verdict(handle(state, given, ctx));
      else return verdict(handle(state, ctx));
    };
    if constexpr (std::is_const_v<state_type>) made_->read = std::move(run);
    else made_->change = std::move(run);
  }

  template <class First, class Then>
  void take_halves(First first, Then then) {
    using shape = detail::shape_of<Then>;
    using args = std::remove_cvref_t<typename shape::template takes<1>>;
    using answer_type = typename std::remove_cvref_t<typename shape::template takes<2>>::value_type;
    bool is_null = detail::is_null(first) || detail::is_null(then);
    take([then = std::move(then)](State& state, const args& given, context& ctx) -> typename shape::decision {
      auto answer = read_answer<answer_type>(ctx);
      return answer ? then(state, given, answer.value(), ctx) : reject(answer.why());
    });
    made_->info.is_null = is_null;
    made_->begin = [first = std::move(first)](const State& state, json_value json,
                                              const context& ctx) -> result<question> {
      args given{};
      if (auto wrong = read_fields(json, given)) return *wrong;
      return first(state, given, ctx);
    };
  }

  template <described Args>
  static std::optional<failure> check_of(json_value json) {
    Args args{};
    return read_fields(json, args);
  }

  template <described Answer>
  static result<service_answer<Answer>> read_answer(const context& ctx) {
    service_answer<Answer> answer{.fallback = ctx.answer().fallback};
    auto json = json_document::parse(ctx.answer().text);
    auto wrong = json ? read_fields(json.value().root(), answer.value) : json.why();
    if (wrong) return failure{"service_failed", "its answer cannot be read: " + wrong->detail};
    return answer;
  }

  static failure not_raw() { return {"bad_request", "this is not a raw request"}; }
  static command_info raw_info(bool asks) {
    return {
        .name = std::string(raw_command), .args_schema = "{}", .senders = open_to::players, .asks = asks, .raw = true};
  }

  command<State>* made_ = nullptr;
};

}  // namespace parlor
