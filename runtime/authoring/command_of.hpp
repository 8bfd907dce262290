#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "runtime/authoring/kind.hpp"

/// A command of an actor, made from its handler.
///
/// A handler is `verdict f(State&, const Args&, context&)`, or without `Args` if it takes none. With a
/// `const State&` it is a query. A handler that answers a value returns `verdict_of<Value>`. Everything else that a
/// command is (its schemas, the check of its arguments, whether it reads) follows from this signature. So a
/// handler may be a function, or an object with such a call operator: a lambda that captures a part of the
/// configuration, say. All actors of the kind share the object, on all threads: it does not change.
namespace parlor {

/// Arguments of a command that takes none.
struct no_args {
  static constexpr auto fields = describe();
};

namespace detail {

/// The types that a handler works on, decides and takes; `Args` is void if it takes no arguments.
template <class State, class Decision, class Args>
struct signature {
  using state = State;
  using decision = Decision;
  using args = std::conditional_t<std::is_void_v<Args>, no_args, Args>;
  static constexpr bool takes_args = !std::is_void_v<Args>;
};
struct no_signature {
  using state = void;
};

// These have types only. The last one takes whatever is no handler.
template <class Decision, class State, class Args>
signature<State, Decision, Args> read_signature(Decision (*)(State&, const Args&, context&));
template <class Decision, class State>
signature<State, Decision, void> read_signature(Decision (*)(State&, context&));
template <class Decision, class Object, class State, class Args>
signature<State, Decision, Args> read_signature(Decision (Object::*)(State&, const Args&, context&) const);
template <class Decision, class Object, class State>
signature<State, Decision, void> read_signature(Decision (Object::*)(State&, context&) const);
no_signature read_signature(...);

template <class Function>
auto signature_of(Function* handle) -> decltype(read_signature(handle));
template <class Object>
auto signature_of(const Object&) -> decltype(read_signature(&Object::operator()));
no_signature signature_of(...);

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

}  // namespace detail

/// One command of an actor: its name, its handler, its senders.
template <class State>
class command_of {
 public:
  using handler = std::function<verdict(State&, json_value, context&)>;
  using query = std::function<verdict(const State&, json_value, context&)>;
  using asker = std::function<result<question>(const State&, json_value, const context&)>;
  /// Tells what is wrong with the arguments, if anything is, without running the command.
  using checker = std::optional<failure> (*)(json_value);

  template <class Handler>
  command_of(std::string_view name, Handler handle, open_to senders = open_to::standard)
      : info{.name = std::string(name), .senders = senders} {
    using signature = decltype(detail::signature_of(handle));
    constexpr bool is_handler = std::is_same_v<std::remove_const_t<typename signature::state>, State>;
    static_assert(is_handler, "a handler is verdict f(State&, const Args&, context&), or without Args");
    if constexpr (is_handler) take<signature>(std::move(handle));
  }

  /// A command that asks a service: `first` returns the question, and `then` gets the answer.
  template <described Args, described Answer, class Decision>
  command_of(std::string_view name, result<question> (*first)(const State&, const Args&, const context&),
             Decision (*then)(State&, const Args&, const service_answer<Answer>&, context&),
             open_to senders = open_to::standard)
      : command_of(
            name,
            [then](State& state, const Args& args, context& ctx) -> Decision {
              auto answer = read_answer<Answer>(ctx);
              return answer ? then(state, args, answer.value(), ctx) : reject(answer.why());
            },
            senders) {
    info.asks = true;
    begin = [first](const State& state, json_value json, const context& ctx) -> result<question> {
      Args args{};
      if (auto wrong = read_fields(json, args)) return *wrong;
      return first(state, args, ctx);
    };
  }

  /// The raw handler with a service: `first` returns the question, and `then` gets the answer.
  command_of(result<question> (*first)(const State&, const raw_request&, const context&),
             verdict (*then)(State&, const raw_request&, const service_answer<raw_reply>&, context&))
      : command_of(raw_info(true)) {
    change = [then](State& state, json_value, context& ctx) {
      auto& reply = ctx.answer().raw;
      if (!ctx.raw()) return reject(not_raw());
      if (!reply) return reject(failure{"service_failed", "its answer cannot be read"});
      if (auto wrong = parlor::check(*reply)) return reject(std::move(*wrong));
      return then(state, *ctx.raw(), {std::move(*reply), ctx.answer().fallback}, ctx);
    };
    begin = [first](const State& state, json_value, const context& ctx) -> result<question> {
      if (!ctx.raw()) return not_raw();
      return first(state, *ctx.raw(), ctx);
    };
  }
  /// The raw handler without a service.
  command_of(verdict (*handle)(State&, const raw_request&, context&)) : command_of(raw_info(false)) {
    change = [handle](State& state, json_value, context& ctx) {
      return ctx.raw() ? handle(state, *ctx.raw(), ctx) : reject(not_raw());
    };
  }

  /// Without its handler, which the caller sets.
  explicit command_of(command_info command, checker with = nullptr) : info(std::move(command)), check(with) {}

  command_info info;
  checker check = nullptr;
  handler change;  ///< exactly one of these two is set
  query read;
  asker begin;  ///< of a command that asks: its first half; `change` is the second

 private:
  template <class Signature, class Handler>
  void take(Handler handle) {
    using state_type = typename Signature::state;
    using args = typename Signature::args;
    constexpr bool reads = std::is_const_v<state_type>;
    constexpr bool decides = detail::decides<typename Signature::decision>;
    static_assert(described<args>, "the arguments of a handler need `fields`: they are checked before it runs");
    static_assert(decides, "a handler returns a verdict, or a verdict_of<Value>");
    if constexpr (described<args> && decides) {
      auto run = [handle = std::move(handle)](state_type& state, json_value json, context& ctx) {
        args given{};
        if (auto wrong = read_fields(json, given)) return reject(*wrong);
        if constexpr (Signature::takes_args) return verdict(handle(state, given, ctx));
        else return verdict(handle(state, ctx));
      };
      info.args_schema = schema_of<args>();
      info.answer_schema = detail::decision<typename Signature::decision>::answer_schema();
      info.reads = reads;
      check = check_of<args>;
      if constexpr (reads) read = std::move(run);
      else change = std::move(run);
    }
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
};

}  // namespace parlor
