#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/authoring/turn.hpp"
#include "runtime/values/address.hpp"
#include "runtime/values/failure.hpp"

/// Where actors' states are while they sleep.
///
/// The promises, which hosts rely on and every store keeps:
/// - A commit is whole or not at all: state, reply, messages and reminders together.
/// - `done` is called exactly once, from any thread, perhaps before `save` returns. After it reported
///   success, a `load` finds this commit or a later one.
/// - Commits of one actor are completed in the order in which they were given.
/// - A commit says which version it follows. If the stored one is another, it fails and changes
///   nothing: two activations of one actor cannot overwrite each other.
namespace parlor {

/// An actor as the store holds it.
struct stored_actor {
  std::uint64_t incarnation = 0;  ///< differs each time an actor of this address is made anew
  std::uint64_t version = 0;      ///< counts the commits of this incarnation, from 1
  std::string state;              ///< JSON
};

/// What one accepted command leaves behind.
struct commit {
  address who;
  std::uint64_t follows = 0;  ///< the version that must be stored now; 0: none
  stored_actor next;
  bool erase = false;         ///< remove the actor instead of storing `next`
  std::string reply;          ///< the body that answers the command
  effects wanted;             ///< messages and reminders; events will stand beside them
};

class store {
 public:
  using loaded = std::function<void(result<std::optional<stored_actor>>)>;
  using saved = std::function<void(std::optional<failure>)>;

  virtual ~store() = default;
  /// Finds an actor; an empty value if there is none. Any thread.
  virtual void load(const address& who, loaded done) = 0;
  /// Stores a commit. Any thread.
  virtual void save(commit what, saved done) = 0;
};

}  // namespace parlor
