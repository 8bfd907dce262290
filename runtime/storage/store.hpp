#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/authoring/context.hpp"
#include "runtime/values/address.hpp"
#include "runtime/values/callback.hpp"
#include "runtime/values/failure.hpp"
#include "runtime/values/random.hpp"

/// Where actors' states are while they sleep, and what is still owed: messages under way, reminders.
///
/// The promises, which hosts rely on and every store keeps:
/// - A commit is whole or not at all: the state, the record of the reply, the messages and reminders
///   that it wants, and the delivery that caused it, which is crossed off by it.
/// - `done` is called exactly once, from any thread, perhaps before the call returns. After it reported
///   success, a `load` finds this commit or a later one, whatever happens to the process.
/// - Commits of one actor are completed in the order in which they were given.
/// - A commit says which version it follows. If the stored one is another, it fails and changes
///   nothing: two activations of one actor cannot overwrite each other.
///
/// A message is delivered at least once and applied once: it stays in the store until the commit that
/// applies it, or `cross_off`, takes it out.
namespace parlor {

/// What a client's command was answered, kept so that the same command sent again is answered the same
/// and not run again.
struct reply_record {
  std::string player;
  std::string key;                ///< the client's Idempotency-Key
  std::uint64_t fingerprint = 0;  ///< of the command and its arguments
  std::int64_t at_ms = 0;
  std::uint64_t version = 0;  ///< of the actor after the command
  std::string body;           ///< JSON
};

/// An actor as the store holds it.
struct stored_actor {
  std::uint64_t row = 0;                ///< the store's own number for it; 0: not known
  std::uint64_t incarnation = 0;        ///< differs each time an actor of this address is made anew
  std::uint64_t version = 0;            ///< counts the commits of this incarnation, from 1
  int schema = 1;                       ///< the version of the state's declaration
  std::string state;                    ///< JSON
  std::string events{};                 ///< JSON: the latest events, for watchers; empty: none
  std::vector<reply_record> replies{};  ///< the latest first; only a load fills it
};

/// What brought a message to an actor: crossed off when the actor has dealt with it.
struct delivery {
  std::uint64_t message = 0;  ///< the number of a message between actors; 0: not one
  std::string reminder{};     ///< the name of a reminder of the receiver; empty: not one
  std::int64_t due_ms = 0;    ///< of the reminder: one that was set anew is another one
  [[nodiscard]] bool any() const { return message != 0 || !reminder.empty(); }
};

/// The seed of the dice that a command rolled: the same command on the same state, with `dice(seed)`, comes to the same
/// end. Nobody who plays may see it.
struct roll_record {
  random_key seed{};
  std::int64_t at_ms = 0;
};

/// What one accepted command leaves behind.
struct commit {
  address actor;
  std::uint64_t follows = 0;  ///< the version that must be stored now; 0: none
  stored_actor next;
  bool erase = false;                           ///< remove the actor instead of storing `next`
  std::shared_ptr<const reply_record> reply{};  ///< null: none is kept
  parlor::effects effects{};                    ///< messages and reminders
  delivery settles{};                           ///< what caused the command
  std::shared_ptr<const roll_record> rolled{};  ///< null: it did not roll
};

/// What the store made of a commit.
struct commit_receipt {
  std::uint64_t row = 0;            ///< the actor's number
  std::uint64_t first_message = 0;  ///< its messages are numbered from here on
};

/// A message that was committed and not yet applied.
struct stored_message {
  std::uint64_t number = 0;
  parlor::message message;
  message_chain_ptr chain{};  ///< null: it was redelivered, or an earlier program stored it
};

/// A message that was given up.
struct dead_letter {
  std::uint64_t number = 0;
  std::int64_t at_ms = 0;
  parlor::message message;
  std::string reason;        ///< a word
  std::uint32_t length = 0;  ///< of its chain; 0: not known, as of a reminder
  std::string chain{};       ///< see `message_chain::links`
};

/// Dead letters of which all that is said is true.
struct letter_choice {
  std::uint64_t number = 0;  ///< 0: any
  std::string kind{}, id{};  ///< of the receiver; empty: any
};

struct stored_reminder {
  address actor;
  reminder_change change;
};

/// What was owed when the process ended.
struct backlog {
  std::vector<stored_message> messages;
  std::uint64_t last_message = 0;  ///< the number of the last one that is owed, among them or behind them
  std::vector<stored_reminder> reminders;
};

/// Dead letters that are kept of one receiver, and in all; of more the oldest go. An actor that tells without end does
/// not fill the disk, nor push out what others have.
inline constexpr std::size_t letters_per_actor_max = 1000, letters_max = 10'000;

class store {
 public:
  using loaded = callback<void(result<std::optional<stored_actor>>)>;
  using saved = callback<void(result<commit_receipt>)>;
  using counted = callback<void(result<std::size_t>)>;
  using letters_read = callback<void(result<std::vector<dead_letter>>)>;
  using redelivered = callback<void(result<std::vector<stored_message>>)>;

  virtual ~store() = default;
  /// Finds an actor; an empty value if there is none. Any thread.
  virtual void load(const address& actor, loaded done) = 0;
  /// Stores a commit. Any thread.
  virtual void save(commit change, saved done) = 0;
  /// Takes out a delivery that changed nothing: the receiver refused it, or had no need of it. Any
  /// thread. If the process ends first, it is delivered once more.
  virtual void cross_off(const address& actor, delivery owed) = 0;
  /// Puts a delivery that failed too often among the dead letters, with the reason: the latest `letters_per_actor_max`
  /// of a receiver, and `letters_max` in all, are kept, or a few more. Any thread.
  virtual void bury(const address& actor, delivery owed, std::string reason) = 0;
  /// What is owed from before, but of the messages the first `messages_max` alone. Blocks; call it once, before
  /// anything else.
  virtual backlog restore(std::size_t messages_max = SIZE_MAX) = 0;
  /// Of the messages that were owed then those with numbers behind `after` and up to `last`, the first `messages_max`.
  /// Blocks; fails if they cannot be read now.
  virtual result<std::vector<stored_message>> owed(std::uint64_t after, std::uint64_t last,
                                                   std::size_t messages_max) = 0;

  /// Takes out the messages that are under way to an actor, or whose chain names it. Tells how many. Any thread.
  virtual void drop_messages(const address& actor, counted done) = 0;
  /// Finds dead letters with numbers behind `after`, the first `most` of them. Any thread.
  virtual void read_letters(const letter_choice& which, std::uint64_t after, std::size_t most, letters_read done) = 0;
  /// Makes messages of dead letters, all of them or none; tells what is owed now. Any thread.
  virtual void redeliver(const letter_choice& which, redelivered done) = 0;
  /// Removes dead letters. Tells how many. Any thread.
  virtual void drop_letters(const letter_choice& which, counted done) = 0;
  /// Which of the store's histories this is; 0: its first. Another era begins where a copy takes the store's place,
  /// for its versions and those that clients know are then of two histories; it is a random number. While the store
  /// lives it is the same. Any thread.
  [[nodiscard]] virtual std::uint64_t era() const { return 0; }
  /// Whether nothing that is stored may be deleted for its age, because the clock may be wrong. Any thread.
  [[nodiscard]] virtual bool holds_deletions() const { return false; }
  /// Ends that: somebody says that the clock is right. Any thread.
  virtual void accept_clock() {}
  /// Why the store takes no more commits, for good; empty while it does. Any thread.
  [[nodiscard]] virtual std::string broken() const { return {}; }
};

}  // namespace parlor
