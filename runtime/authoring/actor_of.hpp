#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "runtime/authoring/kind.hpp"
#include "runtime/values/prefetch.hpp"

/// Actors from a plain struct and plain functions.
///
///     kind counter() {
///       return actor_of<tally>{.name = "counter", .reached_by = reach::session,
///                              .commands = {{"add", on_add}}, .view = view};
///     }
///
/// A handler is `verdict f(State&, const Args&, context&)`, or without `Args` if it takes none. With a
/// `const State&` it is a query: it changes nothing and is not saved. It works on a copy of the state,
/// which replaces the state when it accepts. One that answers a value returns `verdict_of<Value>`.
namespace parlor {

/// Arguments of a command that takes none.
struct no_args {
  static constexpr auto fields = describe();
};

/// What a handler may return: `verdict`, or `verdict_of<T>` with the schema of what it answers.
template <class T>
inline constexpr bool is_decision = std::is_same_v<T, verdict>;
template <class T>
inline constexpr bool is_decision<verdict_of<T>> = true;
template <class T>
concept decision = is_decision<T>;

template <class>
inline std::string answer_schema_of() {
  return {};
}
template <class Decision>
requires(!std::is_same_v<Decision, verdict>) std::string answer_schema_of() {
  return written_schema_of<typename Decision::value>();
}

/// One command of an actor: its name, its handler, who may send it.
template <class State>
class command_of {
 public:
  using handler = std::function<verdict(State&, json_value, context&)>;
  using query = std::function<verdict(const State&, json_value, context&)>;
  using asker = std::function<result<question>(const State&, json_value, const context&)>;

  template <described Args, decision Decides>
  command_of(std::string name, Decides (*f)(State&, const Args&, context&), open_to senders = open_to::standard)
      : command_of(std::move(name), schema_of<Args>(), senders, check_of<Args>,
                   handler([f](State& s, json_value json, context& ctx) {
                     return with_args<Args>(json, [&](const Args& args) { return verdict(f(s, args, ctx)); });
                   }),
                   answer_schema_of<Decides>()) {}
  template <decision Decides>
  command_of(std::string name, Decides (*f)(State&, context&), open_to senders = open_to::standard)
      : command_of(std::move(name), schema_of<no_args>(), senders, check_of<no_args>,
                   handler([f](State& s, json_value json, context& ctx) {
                     return with_args<no_args>(json, [&](const no_args&) { return verdict(f(s, ctx)); });
                   }),
                   answer_schema_of<Decides>()) {}
  template <described Args, decision Decides>
  command_of(std::string name, Decides (*f)(const State&, const Args&, context&), open_to senders = open_to::standard)
      : command_of(std::move(name), schema_of<Args>(), senders, check_of<Args>,
                   query([f](const State& s, json_value json, context& ctx) {
                     return with_args<Args>(json, [&](const Args& args) { return verdict(f(s, args, ctx)); });
                   }),
                   answer_schema_of<Decides>()) {}
  template <decision Decides>
  command_of(std::string name, Decides (*f)(const State&, context&), open_to senders = open_to::standard)
      : command_of(std::move(name), schema_of<no_args>(), senders, check_of<no_args>,
                   query([f](const State& s, json_value json, context& ctx) {
                     return with_args<no_args>(json, [&](const no_args&) { return verdict(f(s, ctx)); });
                   }),
                   answer_schema_of<Decides>()) {}
  /// A command that asks a service: what `first` wants to know, and what `then` makes of the answer.
  template <described Args, described Answer, decision Decides>
  command_of(std::string name, result<question> (*first)(const State&, const Args&, const context&),
             Decides (*then)(State&, const Args&, const service_answer<Answer>&, context&),
             open_to senders = open_to::standard)
      : command_of(std::move(name), schema_of<Args>(), senders, check_of<Args>,
                   handler([then](State& s, json_value json, context& ctx) {
                     return with_args<Args>(json, [&](const Args& args) {
                       return with_answer<Answer>(
                           ctx, [&](const service_answer<Answer>& a) { return verdict(then(s, args, a, ctx)); });
                     });
                   }),
                   answer_schema_of<Decides>()) {
    info.asks = true;
    begin = [first](const State& s, json_value json, const context& ctx) -> result<question> {
      Args args{};
      if (auto wrong = read_fields(json, args)) return *wrong;
      return first(s, args, ctx);
    };
  }
  /// The raw handler: what it asks of a service, and what it makes of the answer.
  command_of(result<question> (*first)(const State&, const raw_request&, const context&),
             verdict (*then)(State&, const raw_request&, const service_answer<raw_reply>&, context&))
      : command_of(std::string(raw_command), "{}", open_to::players, nullptr,
                   handler([then](State& s, json_value, context& ctx) {
                     auto request = read_raw_request(ctx.raw_text());
                     auto told = read_raw_reply(ctx.answer().text);
                     if (!request) return reject(request.why());
                     if (!told) return reject(told.why());
                     return then(s, request.value(), {std::move(told.value()), ctx.answer().fallback}, ctx);
                   })) {
    info.asks = true;
    info.raw = true;
    begin = [first](const State& s, json_value, const context& ctx) -> result<question> {
      auto request = read_raw_request(ctx.raw_text());
      if (!request) return request.why();
      return first(s, request.value(), ctx);
    };
  }
  /// The raw handler without a service.
  command_of(verdict (*f)(State&, const raw_request&, context&))
      : command_of(std::string(raw_command), "{}", open_to::players, nullptr,
                   handler([f](State& s, json_value, context& ctx) {
                     auto request = read_raw_request(ctx.raw_text());
                     return request ? f(s, request.value(), ctx) : reject(request.why());
                   })) {
    info.raw = true;
  }

  /// Tells what is wrong with the arguments, if anything is, without running the command.
  using checker = std::optional<failure> (*)(json_value);
  template <described Args>
  static std::optional<failure> check_of(json_value json) {
    Args args{};
    return read_fields(json, args);
  }

  /// For handlers that are more than a function: `f` reads the arguments itself.
  command_of(std::string name, std::string args_schema, open_to senders, checker with, handler f,
             std::string answer_schema = {})
      : info{.name = std::move(name),
             .args_schema = std::move(args_schema),
             .answer_schema = std::move(answer_schema),
             .senders = senders},
        check(with),
        change(std::move(f)) {}
  command_of(std::string name, std::string args_schema, open_to senders, checker with, query f,
             std::string answer_schema = {})
      : info{.name = std::move(name),
             .args_schema = std::move(args_schema),
             .answer_schema = std::move(answer_schema),
             .senders = senders,
             .reads = true},
        check(with),
        read(std::move(f)) {}

  /// Reads arguments of type Args and goes on with `f`, or rejects with `bad_arguments`.
  template <described Args, class F>
  static verdict with_args(json_value json, F&& f) {
    Args args{};
    if (auto wrong = read_fields(json, args)) return reject(*wrong);
    return f(args);
  }

  /// Reads what the service answered and goes on with `f`.
  template <described Answer, class F>
  static verdict with_answer(const context& ctx, F&& f) {
    service_answer<Answer> a{.fallback = ctx.answer().fallback};
    auto json = json_document::parse(ctx.answer().text);
    auto wrong = json ? read_fields(json.value().root(), a.value) : json.why();
    if (wrong) return reject("service_failed", "its answer cannot be read: " + wrong->detail);
    return f(a);
  }

  command_info info;
  checker check;
  handler change;  ///< exactly one of these two is set
  query read;
  asker begin;  ///< of a command that asks: its first half; `change` is the second
};

/// How an actor is seen: a function to a described struct, `V view(const State&)` or
/// `V view(const State&, const viewer&)`. It stands on every way out, so that what it leaves out for a
/// viewer is hidden from that viewer everywhere.
template <class State>
class view_of {
 public:
  view_of() = default;
  template <described V>
  view_of(V (*f)(const State&, const viewer&))
      : write([f](std::string& out, const State& s, const viewer& viewer) { write_value(out, f(s, viewer)); }),
        schema(written_schema_of<V>()) {}
  template <described V>
  view_of(V (*f)(const State&))
      : write([f](std::string& out, const State& s, const viewer&) { write_value(out, f(s)); }),
        schema(written_schema_of<V>()) {}

  std::function<void(std::string& out, const State&, const viewer&)> write;
  std::string schema;
};

/// One step from an old state to the next one: `upgrade_with(f)` with `New f(const Old&)`, both described.
/// The old struct stays in the game's file for as long as such states may be stored.
template <described New, described Old>
upgrade upgrade_with(New (*f)(const Old&)) {
  return [f](json_value saved) -> result<std::string> {
    Old old{};
    if (auto wrong = read_fields(saved, old)) return *wrong;
    return to_json(f(old));
  };
}

/// Declares a kind of actor. The fields stand in this order.
template <described State>
struct actor_of {
  std::string name;
  reach reached_by = reach::session;
  duration idle_after{0};  ///< 0: the configuration's default
  duration linger{0};      ///< how long a finished actor is kept, for its handlers to use
  bool durable = true;
  bool blocking = false;
  bool warm_up = false;    ///< a client's first POST makes all services, before any is asked
  bool reentrant = false;  ///< other commands may come between the halves of one that asks
  duration deadline{0};    ///< of a client's request; 0: the configuration's default
  /// How states that earlier versions of this declaration saved become today's, oldest first.
  std::vector<upgrade> upgrades{};
  /// Names of the commands that make an actor which does not exist; empty: every command does.
  std::vector<std::string> created_by{};
  std::vector<service_info> services{};
  std::vector<command_of<State>> commands{};
  /// Takes every POST to a path that is none of the commands, and answers it with bytes.
  std::optional<command_of<State>> raw{};
  view_of<State> view{};
  /// What an actor that is not durable tells others when it ends: when it sleeps, is closed, or makes
  /// room for another. Not called if there is nothing in it: it never changed, or was erased.
  std::vector<message> (*parting)(const State&, const address& self) = nullptr;
  /// Writes a whole reply; by default the handler's result, or else the view.
  std::function<void(std::string& out, const State&, const viewer&, std::uint64_t version, std::string_view result)>
      reply{};
  /// What the actor tells others before an operator removes it for good; by default its parting.
  std::function<void(const State&, context&)> closing{};

  /// Throws std::invalid_argument if it has both a raw handler and a `reply`.
  operator kind() const;
};

namespace detail {

/// An activation of an `actor_of`: the state, and the declaration that all its actors share.
template <class State>
class actor_activation final : public activation {
 public:
  explicit actor_activation(const actor_of<State>& declaration) : declaration_(declaration) {}

  std::optional<failure> load(json_value saved) override { return read_fields(saved, state_); }
  void save(std::string& out) const override { write_value(out, state_); }

  verdict run(std::size_t index, json_value args, context& ctx, std::string* reply) override {
    const command_of<State>& command = declaration_.commands[index];
    // One draft a thread: what its strings and lists have allocated serves the next command, too.
    static thread_local State draft;
    verdict decided = command.read ? command.read(state_, args, ctx) : command.change(draft = state_, args, ctx);
    if (!decided.accepted()) return decided;
    bool changes = !command.read && decided.changed();
    // Before it is so: of what cannot be shown to the sender nothing has happened.
    if (reply)
      show_one(*reply, changes ? draft : state_, {.player = ctx.player()}, ctx.version() + (changes ? 1 : 0),
               decided.result());
    if (changes) std::swap(state_, draft);
    return decided;
  }

  result<question> begin(std::size_t index, json_value args, const context& ctx) const override {
    return declaration_.commands[index].begin(state_, args, ctx);
  }

  void show(std::string& out, const viewer& viewer, std::uint64_t version) const override {
    show_one(out, state_, viewer, version, {});
  }

  [[nodiscard]] std::vector<message> parting(const address& self) const override {
    return declaration_.parting ? declaration_.parting(state_, self) : std::vector<message>{};
  }

  void closing(context& ctx) const override {
    if (declaration_.closing) declaration_.closing(state_, ctx);
    else activation::closing(ctx);
  }

  void prefetch(int depth) const override { prefetch_behind(state_, depth); }

 private:
  /// `result` is what the handler answered, as JSON, or empty.
  void show_one(std::string& out, const State& state, const viewer& viewer, std::uint64_t version,
                std::string_view result) const {
    if (declaration_.reply) declaration_.reply(out, state, viewer, version, result);
    else if (!result.empty()) out += result;
    else if (declaration_.view.write) declaration_.view.write(out, state, viewer);
    else out += "{}";
  }

  const actor_of<State>& declaration_;
  State state_{};
};

}  // namespace detail

template <described State>
actor_of<State>::operator kind() const {
  kind k{.name = name,
         .reached_by = reached_by,
         .idle_after = idle_after,
         .linger = linger,
         .durable = durable,
         .blocking = blocking,
         .reentrant = reentrant,
         .warm_up = warm_up,
         .deadline = deadline,
         .parting = parting != nullptr,
         .services = services,
         .own_replies = reply != nullptr,
         .view_schema = view.schema,
         .upgrades = upgrades};
  if (raw && reply) throw std::invalid_argument("the kind \"" + name + "\": raw answers go out as they are");
  auto shared = std::make_shared<actor_of>(*this);
  if (raw) shared->commands.push_back(*raw);
  for (const auto& command : shared->commands) {
    command_info info = command.info;
    if (info.senders == open_to::standard) info.senders = open_to::players;
    info.creates = created_by.empty();
    for (const auto& maker : created_by) info.creates = info.creates || maker == info.name;
    k.commands.push_back(std::move(info));
  }
  k.make_activation = [shared] { return std::make_unique<detail::actor_activation<State>>(*shared); };
  return k;
}

}  // namespace parlor
