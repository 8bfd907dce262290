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
/// then the version itself, with the actor as the watcher may see it if there is no newer one. What is
/// told is stored before; a watcher that names the last thing it was told is told all that came after
/// it, each once, even if the server was killed in between; or, if that is too long ago, a snapshot.
namespace parlor {

/// What one version of an actor means to the watchers that are one player.
struct happening {
  enum class sort : std::uint8_t {
    version,   ///< the next version
    snapshot,  ///< the actor as it is; what happened before is not told
    closed,    ///< the actor is no more: nothing will follow. Of its last command there may be events
  };
  /// Something that a handler emitted, and this player may know.
  struct told {
    unsigned number = 0;  ///< among those of this version that this player may know, from 1
    std::string name;
    shared_text data;  ///< JSON
  };

  sort what = sort::version;
  version_tag tag{};
  std::vector<told> events{};
  std::string view{};  ///< JSON: what a GET is answered; empty if this is not the newest version
};
using happening_ptr = std::shared_ptr<const happening>;

/// How far a watcher came: to the end of a version, or to an event within it.
struct feed_place {
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
  virtual void hear(happening_ptr what) = 0;
  /// Nothing more is to come. Called at most once, and not for who hears of the end of the actor. `time_up` and
  /// `stopping` may come beside a call of `hear`, or just before one that was on its way, even the first of
  /// `started`: a watcher guards what both use, and what it hears after its end it may drop.
  virtual void end(watch_end why) = 0;
};

/// One watcher at one actor, in the books of the feeds.
struct subscription {
  subscription(const kind& of, std::string id, std::string player, std::optional<feed_place> after,
               std::weak_ptr<watcher> who)
      : of(of), id(std::move(id)), player(std::move(player)), after(after), who(std::move(who)) {}

  const kind& of;
  const std::string id;
  const std::string player;  ///< empty: a spectator without a token
  const std::optional<feed_place> after;
  const std::weak_ptr<watcher> who;
  std::vector<happening_ptr> first{};  ///< what the host found it has missed, until it is told

  // The feeds' own.
  bool started = false;
  bool entered = false;
  version_tag last{};
  std::optional<alarms::id> alarm{};
};
using subscription_ptr = std::shared_ptr<subscription>;

/// What one commit means to each player who watches, in the order of their names.
using announcement = std::vector<std::pair<std::string, happening_ptr>>;

}  // namespace parlor
