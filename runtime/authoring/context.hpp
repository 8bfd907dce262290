#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/authoring/dice.hpp"
#include "runtime/authoring/raw.hpp"
#include "runtime/values/address.hpp"
#include "runtime/values/bounds.hpp"
#include "runtime/values/caller_info.hpp"
#include "runtime/values/fields.hpp"
#include "runtime/values/instant.hpp"
#include "runtime/values/message_chain.hpp"

/// A handler's context, and its only way out.
///
/// A handler decides, it does not perform: its wishes for elsewhere (messages to other actors, reminders, its
/// own removal) are collected here and released when the command is committed. If the command is rejected,
/// throws, or cannot be saved, none of them happens. A context is also the only source of time and of dice, so
/// that a recorded run can be repeated.
namespace parlor {

/// A message to another actor.
struct message {
  address to;
  std::string command;
  std::string args;  ///< JSON text
};

/// A change to an actor's reminders: set by name, or forgotten when `due` is empty.
struct reminder_change {
  std::string name;
  std::optional<instant> due;
  std::string command{};
  std::string args{};  ///< JSON text
};

/// The watchers that hear of an event. To others it did not happen.
struct audience {
  enum class scope : std::uint8_t { everyone, seat, player };
  scope is = scope::everyone;
  int seat = -1;
  std::string player{};
};
inline audience everyone() { return {}; }
/// In a room: the player who sits there now.
inline audience only_seat(int seat) { return {audience::scope::seat, seat, {}}; }
inline audience only_player(std::string player) { return {audience::scope::player, -1, std::move(player)}; }

/// A text that many have.
using shared_text = std::shared_ptr<const std::string>;

/// Something that happened, for those who watch the actor.
struct event {
  std::string name;
  shared_text data;  ///< JSON
  audience to;
};

/// The longest data of an event, in bytes: it is held until the slowest of those who watch has read it.
inline constexpr std::size_t event_bytes_max = 64 * 1024;

/// The longest arguments of a message or a reminder, in bytes: they are stored until their actor has taken them.
inline constexpr std::size_t args_bytes_max = 1024 * 1024;

/// Tells whether events may have this name: as kinds, and none that the runtime uses itself.
[[nodiscard]] bool is_event_name(std::string_view name);

/// The wishes of one command besides its new state.
struct effects {
  std::vector<message> messages;
  message_chain_ptr chain{};  ///< of the messages; the runtime sets it
  std::vector<reminder_change> reminders;
  std::vector<event> events;
  bool erase = false;

  [[nodiscard]] bool any() const { return erase || !messages.empty() || !reminders.empty() || !events.empty(); }
};

class context {
 public:
  /// Where a command comes from.
  struct origin {
    const address& self;
    std::string_view player;  ///< empty when an actor sent the command
    bool from_actor = false;
    std::uint64_t version = 0;
    duration linger{0};  ///< how long a finished actor of this kind is kept
    instant ready_at{};  ///< when this process began to serve
    caller_info caller{};
    const bounds& limits = default_bounds;
    std::size_t state_bytes_max = SIZE_MAX;  ///< of a state that is stored, and of what is shown
    bool holds_deletions = false;            ///< the command may not remove its actor
  };

  context(origin from, instant now, dice& d) : from_(from), now_(now), dice_(d) {}
  context(const context&) = delete;
  context& operator=(const context&) = delete;

  /// The player who sent the command; empty if another actor or a reminder did.
  [[nodiscard]] std::string_view player() const { return from_.player; }
  /// True if another actor or a reminder sent the command.
  [[nodiscard]] bool from_actor() const { return from_.from_actor; }
  /// The caller's seat, from 0; -1 without one (never in a room's default commands).
  [[nodiscard]] int seat() const { return seat_; }
  /// In a room: how many seats the game is played with.
  [[nodiscard]] int seats() const { return seats_; }
  /// This actor's own address.
  [[nodiscard]] const address& self() const { return from_.self; }
  /// The version before this command.
  [[nodiscard]] std::uint64_t version() const { return from_.version; }
  /// When a deadline really ends: one that passed while the server was down is moved, so that nobody
  /// loses by that.
  [[nodiscard]] instant fair(instant deadline) const {
    return deadline < from_.ready_at ? from_.ready_at + std::chrono::seconds(10) : deadline;
  }
  /// How long a finished actor of this kind is kept, as declared or configured.
  [[nodiscard]] duration linger() const { return from_.linger; }
  /// The time at which the command is handled; the same throughout the handler.
  [[nodiscard]] instant time() const { return now_; }
  /// A number in [0, sides), each equally likely.
  int roll(int sides) { return dice_.roll(sides); }
  /// 20 random characters of [a-z0-9]: an id that nobody else has.
  std::string fresh_id();

  /// Sends a command to another actor when this command is committed. Nobody waits for it and no answer
  /// comes back; the other actor may `tell` in turn. Throws std::invalid_argument if the arguments have more than
  /// `args_bytes_max`.
  void tell(address to, std::string command, std::string args_json = "{}");
  template <described T>
  void tell(address to, std::string command, const T& args) {
    tell(std::move(to), std::move(command), to_json(args));
  }

  /// Has this actor receive `command` once `after` has passed, asleep or not. A reminder of the same
  /// name is replaced. Throws std::invalid_argument if the arguments have more than `args_bytes_max`.
  void remind(std::string name, duration after, std::string command, std::string args_json = "{}");
  /// Drops the reminder of that name, if there is one.
  void forget(std::string name);

  /// Tells those who watch this actor, when this command is committed, that something happened: a word,
  /// and what is known of it. They hear it before they see the new state. What not everyone may know
  /// goes to one seat or one player; what is for nobody (the player "") goes nowhere. An actor keeps its latest
  /// events for who comes back (`options::events_kept_max`). Throws std::invalid_argument if it cannot be: a
  /// malformed or reserved name, a seat that there is not, more than `event_bytes_max`, a text that is not
  /// well-formed JSON.
  void emit(std::string name, std::string data_json = "{}", audience to = everyone());
  template <described T>
  void emit(std::string name, const T& data, audience to = everyone()) {
    add_event(std::move(name), to_json(data), std::move(to));
  }

  /// Removes this actor, its state and its reminders when the command is committed.
  void erase() { effects_.erase = true; }

  /// In a room: gives the next turn to `seat` instead of the one whose turn it would be; in `setup`, the first. Throws
  /// std::invalid_argument if there is no such seat.
  void pass_to(int seat);

  /// What a service answered, and whether it was its fallback.
  struct service_reply {
    std::string text{};              ///< JSON
    std::optional<raw_reply> raw{};  ///< instead of it
    bool fallback = false;
  };

  // For the runtime.
  void set_raw(raw_request_ptr request) { raw_ = std::move(request); }
  /// Null unless the command is the raw handler; also if the request could not be read.
  [[nodiscard]] const raw_request* raw() const { return raw_.get(); }
  void set_answer(service_reply r) { answer_ = std::move(r); }
  [[nodiscard]] const service_reply& answer() const { return answer_; }
  [[nodiscard]] service_reply& answer() { return answer_; }
  void set_seat(int seat, int seats) {
    seat_ = seat;
    seats_ = seats;
  }
  [[nodiscard]] std::optional<int> next_seat() const { return next_seat_; }
  [[nodiscard]] parlor::effects& effects() { return effects_; }
  [[nodiscard]] std::size_t state_bytes_max() const { return from_.state_bytes_max; }
  /// Whether the command would remove its actor while deletions are held: then nothing of it happens for now.
  [[nodiscard]] bool erase_held() const { return from_.holds_deletions && effects_.erase; }

 private:
  friend const caller_info& caller_of(const context& ctx);
  friend const bounds& bounds_of(const context& ctx);
  void add_event(std::string name, std::string data_json, audience to);

  origin from_;
  instant now_;
  dice& dice_;
  int seat_ = -1;
  int seats_ = 0;
  std::optional<int> next_seat_;
  raw_request_ptr raw_;
  service_reply answer_;
  parlor::effects effects_;
};

}  // namespace parlor
