#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <typeinfo>
#include <vector>

#include "runtime/authoring/context.hpp"
#include "runtime/authoring/service.hpp"
#include "runtime/authoring/verdict.hpp"

/// A kind of actor, with its types erased: the hosting shelf runs these.
///
/// A kind is an immutable value. It says how its actors are reached and live, lists the commands, and
/// makes activations: one actor's state in memory, with the handlers that work on it. Games do not
/// write kinds by hand; `room_of` and `actor_of` lower to them.
namespace parlor {

/// The player, or spectator, to whom an actor is shown.
struct viewer {
  std::string_view player{};  ///< empty: a spectator without a token
  int seat = -1;              ///< in a room: their seat, or -1
};

/// One actor's state in memory. Used by one thread at a time.
class activation {
 public:
  virtual ~activation() = default;

  /// Replaces the state by one that `save` wrote; a failure leaves the activation good for another load only.
  virtual std::optional<failure> load(json_value saved, unknown_members rest = unknown_members::refused) = 0;
  /// Appends the state as JSON.
  virtual void save(std::string& out) const = 0;
  /// Runs a command as a transaction: unless the verdict accepts, the state is as before. If it accepts, appends to
  /// `reply` the reply to the sender, and to `saved` the state if that is another now, as `save` does. Either may be
  /// null. Exceptions of the handler, of the view and of a state that cannot be saved come through, with the state as
  /// before.
  virtual verdict run(std::size_t command, json_value args, context& ctx, std::string* reply,
                      std::string* saved = nullptr) = 0;
  /// Of a command that asks a service: its first half, and then `run` is its second.
  virtual result<question> begin(std::size_t, json_value, const context&) const {
    return failure{"handler_failed", "this command asks nothing"};
  }
  /// Appends the part of the state that `viewer` may see: the body of a reply. May throw.
  virtual void show(std::string& out, const viewer& viewer, std::uint64_t version) const = 0;
  /// The messages of an actor that ends: see `actor_of::parting`. May throw.
  [[nodiscard]] virtual std::vector<message> parting(const address&) const { return {}; }
  /// Sends messages, through `ctx`, before an operator removes the actor. May throw.
  virtual void closing(context& ctx) const;
  /// Asks for the memory behind the state: `prefetch_behind`.
  virtual void prefetch(int depth) const = 0;
};

/// The senders of a command. `standard` is `on_turn` in a room and `players` elsewhere.
enum class open_to {
  standard,
  players,  ///< any player with a token
  seated,   ///< in a room: who has a seat, once the game has started
  on_turn,  ///< in a room: whose turn it is
  actors,   ///< other actors and reminders only; HTTP does not show it
};

/// How the raw handler stands among the commands: a name that no command has.
inline constexpr std::string_view raw_command = "*";

struct command_info {
  std::string name;
  std::string args_schema;      ///< what its arguments must be
  std::string answer_schema{};  ///< what it answers, if that is a value of its own; else empty
  open_to senders = open_to::standard;
  bool reads = false;    ///< changes nothing: neither saved nor counted as a version
  bool creates = false;  ///< may make the actor that it is sent to
  bool invites = false;  ///< in a room: asks another player in
  bool asks = false;     ///< asks a service before it decides
  bool is_null = false;  ///< its handler is a null pointer, which ends the start
  bool raw = false;      ///< takes bytes: what clients send to paths that are none of the commands
};

/// How the actors of a kind are addressed.
enum class reach {
  room,      ///< by an id in the path; one that was not created is `unknown_room`
  session,   ///< by the caller: each player has one and reaches no other
  internal,  ///< by other actors and by the server itself only
};

/// Turns a saved state of one version into one of the next.
struct upgrade {
  /// The next state as JSON text; or why there is none.
  std::function<result<std::string>(json_value saved)> step{};
  /// The types of the two states; null where they are not known.
  const std::type_info* from = nullptr;
  const std::type_info* to = nullptr;
};

struct kind {
  std::string name;
  reach reached_by = reach::room;
  duration idle_after{0};  ///< 0: the configuration's default
  duration linger{0};      ///< how long a finished actor is kept; a room is deleted then
  bool durable = true;     ///< false: sleep ends it, nothing is stored
  bool blocking = false;   ///< true: handlers may block, and run on a pool of their own
  bool reentrant = false;  ///< true: other commands may come between the halves of one that asks
  bool warm_up = false;    ///< true: a client's first POST makes all services, before any is asked
  duration deadline{0};    ///< of a client's request; 0: the configuration's default
  /// Bytes that its stored state may have; 0: the configuration's default.
  std::size_t state_bytes_max = 0;
  bool parting = false;  ///< true: its actors tell others when they end; not of a durable kind
  int seats_max = 0;     ///< of a room; 0: not a room with seats
  std::vector<command_info> commands;
  std::vector<service_info> services;
  bool own_replies = false;  ///< its replies are neither the view nor the command's answer, but its own
  std::string view_schema;   ///< what its view writes; empty: nothing, `{}`
  /// From version 1 to 2, from 2 to 3, and so on: a state is of version `upgrades.size() + 1` now.
  std::vector<upgrade> upgrades;
  std::function<std::unique_ptr<activation>()> make_activation;

  /// The index of the command that takes what is none of the others, or nothing.
  [[nodiscard]] std::optional<std::size_t> raw() const {
    if (commands.empty() || !commands.back().raw) return {};
    return commands.size() - 1;
  }

  /// The version of the states that this kind saves.
  [[nodiscard]] int schema() const { return static_cast<int>(upgrades.size()) + 1; }

  /// The index of a command, or nothing.
  [[nodiscard]] std::optional<std::size_t> find_command(std::string_view command) const {
    for (std::size_t i = 0; i < commands.size(); ++i)
      if (commands[i].name == command) return i;
    return {};
  }
};

/// Throws std::length_error if what is shown of an actor is larger than may be.
void check_shown(std::size_t bytes, std::size_t most);

/// Makes an activation from a saved state of any version up to the kind's own. Fails with
/// `state_unreadable` and a sentence; the saved state is not touched.
result<std::unique_ptr<activation>> wake(const kind& actor_kind, int schema, std::string_view saved);

}  // namespace parlor
