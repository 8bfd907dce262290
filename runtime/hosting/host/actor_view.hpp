#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "runtime/hosting/feeds/feed.hpp"
#include "runtime/hosting/host/core.hpp"
#include "runtime/hosting/host/handler_run.hpp"
#include "runtime/storage/kept_events.hpp"

/// An actor as others get to see it: callers, and watchers.
///
/// A caller who looks gets the game's own view for that player. A watcher gets that view with every version, behind the
/// events of the version that the player may know. A watcher that comes back gets what it has missed, version after
/// version, as long as the actor's kept events reach; a version that is not the newest comes without a view. The view
/// is the game's code and may throw: `shows` runs it.
namespace parlor {

class actor_view {
 public:
  actor_view(core& shared, const directory_entry& entry, const activation& state, version_tag tag, bool exists,
             const kept_events* events)
      : core_(shared), entry_(entry), state_(state), tag_(tag), exists_(exists), events_(events) {}

  /// Runs `show`, which shows the actor to the caller. False, with a line in the journal, if the game's view throws.
  template <class Show>
  bool shows(const call& c, Show show) const {
    static const std::string part = "view";
    if (!core_.quarantine.refusal(entry_.actor_kind(), entry_.id(), part, c.player).empty()) return false;
    std::string threw = guarded(core_.watchdog, c.to, part, c.trace, show, c.player);
    if (!threw.empty()) note_throw(core_.log, c.to, part, threw, c.trace);
    return threw.empty();
  }

  /// Writes what a caller gets to see. May throw.
  [[nodiscard]] std::string body_for(const std::string& player) const;
  /// Finds what a watcher has missed. May throw.
  void catch_up(subscription& s) const;
  /// Says what the version that `c` just made means to the watchers; null if there are none. A watcher that cannot
  /// be shown it is left out, and so sent away.
  [[nodiscard]] std::unique_ptr<announcement> announce(const call& c, const std::vector<event>& events) const;
  /// Sends what the kind has an actor that is not durable say at its end, and ends its feed.
  void take_leave() const;

 private:
  [[nodiscard]] feed_update update_for(const std::string& player, std::uint64_t version) const;

  core& core_;
  const directory_entry& entry_;
  const activation& state_;
  const version_tag tag_;
  const bool exists_;
  const kept_events* const events_;  // null: none
};

}  // namespace parlor
