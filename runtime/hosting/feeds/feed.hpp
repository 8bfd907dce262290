#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/authoring/context.hpp"
#include "runtime/hosting/reminders/timers.hpp"
#include "runtime/hosting/requests/request.hpp"

/// What watchers of an actor are told, and how they come back to where they were.
///
/// Every actor has a feed. Each commit adds a version to it: first the events that the handler emitted,
/// then the version itself, with the actor as the watcher may see it if there is no newer one. News is
/// stored before it is told. A watcher that names the last thing it was told gets all that came after
/// it, each once, even if the server was killed in between. If that is too long ago, the watcher gets a
/// snapshot.
namespace parlor {

/// What one version of an actor means to the watchers that are one player.
struct feed_update {
  enum class type : std::uint8_t {
    version,   ///< the next version
    snapshot,  ///< the actor as it is; what happened before is not told
    closed,    ///< the actor is no more: nothing will follow. Of its last command there may be events
  };
  /// Something that a handler emitted, and this player may know.
  struct event {
    unsigned number = 0;  ///< among those of this version that this player may know, from 1
    std::string name;
    shared_text data;  ///< JSON
  };

  type is = type::version;
  version_tag tag{};
  std::vector<event> events{};
  std::string view{};  ///< JSON: what a GET is answered; empty if this is not the newest version
};
using feed_update_ptr = std::shared_ptr<const feed_update>;

/// How far a watcher came: to the end of a version, or to an event within it.
struct feed_cursor {
  std::optional<std::uint64_t> incarnation{};  ///< nothing: whichever there is
  std::uint64_t version = 0;
  unsigned number = 0;  ///< 0: the whole of the version
};

/// Why a watcher is told nothing more.
enum class watch_end {
  time_up,   ///< the time that it asked for is over
  behind,    ///< something was missed: it should come back with its place
  stopping,  ///< the server stops
};

/// Listens to a feed. Calls come on any thread, hold no lock, and must not block.
class watcher {
 public:
  virtual ~watcher() = default;
  /// Calls come one after the other.
  virtual void hear(feed_update_ptr update) = 0;
  /// Nothing more is to come. Called at most once, and not for a watcher that hears of the end of the actor.
  /// `time_up` and `stopping` may come beside a call of `hear`, or just before one that was on its way, even the
  /// first of `started`: a watcher guards what both use, and what it hears after its end it may drop.
  virtual void end(watch_end why) = 0;
};

/// One watcher at one actor, in the books of the feeds.
struct subscription {
  subscription(const kind& actor_kind, std::string id, std::string player, std::optional<feed_cursor> after,
               std::weak_ptr<watcher> listener)
      : actor_kind(actor_kind),
        id(std::move(id)),
        player(std::move(player)),
        after(after),
        listener(std::move(listener)) {}

  const kind& actor_kind;
  const std::string id;
  const std::string player;  ///< empty: a spectator without a token
  const std::optional<feed_cursor> after;
  const std::weak_ptr<watcher> listener;
  std::vector<feed_update_ptr> first{};  ///< what the host found it has missed, until it is told

  // The feeds' own.
  bool started = false;
  bool entered = false;
  version_tag last{};
  std::optional<timers::id> timer{};
};
using subscription_ptr = std::shared_ptr<subscription>;

/// What one commit means to each player who watches, in the order of their names.
using announcement = std::vector<std::pair<std::string, feed_update_ptr>>;

}  // namespace parlor
