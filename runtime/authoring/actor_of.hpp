#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <utility>
#include <vector>

#include "runtime/authoring/command_of.hpp"
#include "runtime/authoring/hooks.hpp"
#include "runtime/authoring/kept_members.hpp"
#include "runtime/values/prefetch.hpp"

/// Actors from a plain struct and plain functions.
///
///     kind counter() {
///       return actor_of<tally>{.name = "counter", .reached_by = reach::session,
///                              .commands = {{"add", on_add}}, .view = view};
///     }
///
/// A handler (see command_of.hpp) works on a copy of the state, which replaces the state when the handler accepts.
/// A query, which takes a `const State&`, changes nothing and is not saved.
namespace parlor {

/// One step from an old state to the next one: `upgrade_with(f)` with `New f(const Old&)`, both described.
/// The old struct stays in the game's file for as long as such states may be stored.
template <described New, described Old>
upgrade upgrade_with(New (*next)(const Old&)) {
  upgrade made{.from = &typeid(Old), .to = &typeid(New)};
  if (!next) return made;
  made.step = [next](json_value saved) -> result<std::string> {
    Old old{};
    if (auto wrong = read_fields(saved, old)) return *wrong;
    return to_json(next(old));
  };
  return made;
}
template <class Step>
upgrade upgrade_with(Step) {
  static_assert(std::is_void_v<Step>,
                "an upgrade is New f(const Old&), a function from one described state to the next");
  return {};
}

/// Declares a kind of actor. The fields stand in this order.
template <class State>
struct actor_of {
  static_assert(described<State>, "the state of an actor needs `fields`: see docs/authoring.md");

  std::string name;
  reach reached_by = reach::session;
  duration idle_after{0};  ///< 0: the configuration's default
  duration linger{0};      ///< how long a finished actor is kept, for its handlers to use
  bool durable = true;
  bool blocking = false;
  bool warm_up = false;    ///< a client's first POST makes all services, before any is asked
  bool reentrant = false;  ///< other commands may come between the halves of one that asks
  duration deadline{0};    ///< of a client's request; 0: the configuration's default
  /// What a stored state has and this declaration has not is kept, and stored again: a newer program may have added it.
  bool keeps_unknown_fields = false;
  std::size_t state_bytes_max = 0;  ///< of a stored state; 0: the configuration's default
  /// How states that earlier versions of this declaration saved become today's, oldest first.
  std::vector<upgrade> upgrades{};
  /// Names of the commands that make an actor which does not exist; empty: every command does.
  std::vector<std::string> created_by{};
  std::vector<service_info> services{};
  std::vector<command_of<State>> commands{};
  /// Takes every POST to a path that is none of the commands, and answers it with bytes.
  std::optional<command_of<State>> raw{};
  view_of<State> view{};
  /// The messages of an actor that is not durable when it ends: when it sleeps, is closed, or makes
  /// room for another. Not called if there is nothing in it: it never changed, or was erased.
  std::vector<message> (*parting)(const State&, const address& self) = nullptr;
  /// Writes a whole reply; by default the handler's result, or else the view.
  std::function<void(std::string& out, const State&, const viewer&, std::uint64_t version, std::string_view result)>
      reply{};
  /// Sends messages before an operator removes the actor for good; by default its parting.
  std::function<void(const State&, context&)> closing{};

  /// Throws std::invalid_argument if it has both a raw handler and a `reply`.
  operator kind() const;
};

namespace detail {

/// Whether a state can be stored. If not, the compiler says why where its kind is declared.
template <class State>
consteval bool is_stored() {
  if constexpr (!described<State>) return false;
  else return is_well_described<State>() && is_read_back<State>();
}

/// Throws: a command that changes nothing is not stored, so neither is what it wishes for elsewhere.
[[noreturn]] void refuse_wishes(bool is_query);

/// The refusal of a command whose state would be larger than may be stored.
verdict refuse_state(std::size_t bytes, std::size_t most);

/// An activation of an `actor_of`: the state, and the declaration that all its actors share.
template <class State>
class actor_activation final : public activation {
 public:
  explicit actor_activation(const actor_of<State>& declaration) : declaration_(declaration) {}

  std::optional<failure> load(json_value saved, unknown_members rest) override {
    return read_fields(saved, state_, rest);
  }
  void save(std::string& out) const override { append_json(out, state_); }

  verdict run(std::size_t index, json_value args, context& ctx, std::string* reply, std::string* saved) override {
    const command<State>& command = *declaration_.commands[index];
    // One draft a thread: the memory of its strings and lists serves the next command, too.
    static thread_local State draft;
    verdict decided = command.read ? command.read(state_, args, ctx) : command.change(draft = state_, args, ctx);
    if (!decided.accepted()) return decided;
    if (ctx.erase_held()) return reject("deletion_held");
    bool changes = !command.read && decided.changed();
    if (!changes && ctx.effects().any()) refuse_wishes(command.read != nullptr);
    // Before it is so: of what cannot be saved, or shown to the sender, nothing has happened.
    if (changes && saved && !ctx.effects().erase) {
      append_json(*saved, draft);
      if (saved->size() > ctx.state_bytes_max()) return refuse_state(saved->size(), ctx.state_bytes_max());
    }
    if (reply && !decided.raw()) {
      show_one(*reply, changes ? draft : state_, {.player = ctx.player()}, ctx.version() + (changes ? 1 : 0),
               decided.result());
      check_shown(reply->size(), ctx.state_bytes_max());
    }
    if (changes) std::swap(state_, draft);
    return decided;
  }

  result<question> begin(std::size_t index, json_value args, const context& ctx) const override {
    return declaration_.commands[index]->begin(state_, args, ctx);
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

/// A kind with these parts, which own memory. Not a template, so that it is compiled once for all kinds.
kind make_kind(const std::string& name, const std::vector<upgrade>& upgrades, const std::vector<service_info>& services,
               const std::string& view_schema);
/// Throws std::invalid_argument if an actor is created by a command that it does not have.
void check_makers(const kind& k, const std::vector<std::string>& created_by);
/// Throws std::invalid_argument with the kind's name if a view is a null function, or if its upgrades do not lead, one
/// after the other, to its state.
void check_functions(const std::string& kind, bool null_view, const std::vector<upgrade>& upgrades,
                     const std::type_info& state);
/// Adds a command of an actor, which makes the actor if it is among `created_by` or that is empty. Throws
/// std::invalid_argument if its handler is null.
void add_command(kind& to, const command_info& command, const std::vector<std::string>& created_by);

/// The kind of a declaration, which its actors share.
template <class State>
kind kind_of(std::shared_ptr<actor_of<State>> shared) {
  actor_of<State>& d = *shared;
  if (d.raw && d.reply)
    throw std::invalid_argument("the kind \"" + d.name +
                                "\" has a raw handler and a reply: raw answers go out as they are");
  check_functions(d.name, d.view.is_null, d.upgrades, typeid(State));
  if (d.raw) d.commands.push_back(*d.raw);
  kind k = make_kind(d.name, d.upgrades, d.services, d.view.schema);
  k.reached_by = d.reached_by;
  k.idle_after = d.idle_after;
  k.linger = d.linger;
  k.durable = d.durable;
  k.blocking = d.blocking;
  k.reentrant = d.reentrant;
  k.warm_up = d.warm_up;
  k.deadline = d.deadline;
  k.state_bytes_max = d.state_bytes_max;
  k.parting = d.parting != nullptr;
  k.own_replies = d.reply != nullptr;
  for (const auto& command : d.commands) add_command(k, command->info, d.created_by);
  check_makers(k, d.created_by);
  k.make_activation = [shared] { return std::make_unique<actor_activation<State>>(*shared); };
  if (d.keeps_unknown_fields) k.make_activation = keeping_unknown(std::move(k.make_activation));
  return k;
}

}  // namespace detail

template <class State>
actor_of<State>::operator kind() const {
  if constexpr (detail::is_stored<State>()) return detail::kind_of(std::make_shared<actor_of>(*this));
  else return {};
}

}  // namespace parlor
