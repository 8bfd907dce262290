#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/hosting/feeds/feed.hpp"
#include "runtime/values/options.hpp"

/// The watchers of all actors.
///
/// Watchers stand beside the actors: one that is watched sleeps as any other, and a feed without
/// watchers is nothing at all. Three rules make a feed whole:
/// - A watcher is entered before its actor looks at what it has missed. So whatever is committed from
///   then on is announced to it, too.
/// - It hears nothing until the actor's answer to that look is out (`start`). The answer passes the same
///   gate as commits do, so what is published before it is in it, and what comes after is not.
/// - It hears versions without a gap, or is sent away as `behind`, to come back with its place: after a
///   commit whose outcome was not known, or after anything else that nobody thought of.
///
/// Any thread, but for `publish` and `start`, which are for the thread on which the actor runs.
namespace parlor {

class feeds {
 public:
  explicit feeds(const options& limits) : limits_(limits) {}

  /// Enters a watcher, or says why it may not be. The watch ends at `until`; 0: not by itself.
  std::string_view enter(const subscription_ptr& s, instant until = {});
  /// It watches no more; nothing happens if it does not anyway.
  void leave(const subscription_ptr& s);
  /// From now on it hears what is later than `at`.
  void start(const subscription_ptr& s, const version_tag& at);

  /// Whether an actor may be watched at all: cheap, for the hot path.
  [[nodiscard]] bool any() const { return count_.load(std::memory_order_relaxed) > 0; }
  [[nodiscard]] std::size_t count() const { return count_; }
  /// How many watchers were refused, by the place of the limit.
  static constexpr std::array<std::string_view, 3> limits{"all", "actor", "player"};
  [[nodiscard]] std::array<std::uint64_t, 3> refused() const {
    return {refused_[0].load(), refused_[1].load(), refused_[2].load()};
  }
  /// The players who watch an actor, each once.
  [[nodiscard]] std::vector<std::string> players(const kind& actor_kind, std::string_view id) const;

  /// Ends a watch, if it has not ended.
  void end(const subscription_ptr& s, watch_end why);
  /// Tells the watchers of an actor what was committed.
  void publish(const kind& actor_kind, std::string_view id, const announcement& news);
  /// Ends the watches whose time is over.
  void ring(instant now);
  /// Sends everybody away, and lets nobody in again.
  void stop();

 private:
  struct name {
    const kind* actor_kind;
    std::string_view id;
    friend bool operator==(const name&, const name&) = default;
  };
  struct key {
    const kind* actor_kind;
    std::string id;
    operator name() const { return {actor_kind, id}; }
  };
  struct hash_of {
    using is_transparent = void;
    std::size_t operator()(const name& n) const noexcept {
      return std::hash<std::string_view>{}(n.id) * 31 + std::hash<const void*>{}(n.actor_kind);
    }
  };
  struct same {
    using is_transparent = void;
    bool operator()(const name& a, const name& b) const noexcept { return a == b; }
  };
  using audience = std::vector<subscription_ptr>;
  struct shard {
    mutable std::mutex mutex;
    std::unordered_map<key, audience, hash_of, same> watched;
  };
  static constexpr std::size_t shard_count = 16;

  shard& shard_of(const name& n) { return shards_[hash_of{}(n) % shard_count]; }
  [[nodiscard]] const shard& shard_of(const name& n) const { return shards_[hash_of{}(n) % shard_count]; }
  bool remove(const subscription_ptr& s);
  /// Under the lock of its shard: what is left to do for a watcher that was taken out of its audience.
  void forget(subscription& s);
  std::string_view count_in(const std::string& player);
  std::string_view refuse(std::string_view limit, std::string_view code);
  void count_out(const std::string& player);

  const options limits_;
  std::array<shard, shard_count> shards_;
  std::array<std::atomic<std::uint64_t>, 3> refused_{};
  std::atomic<std::size_t> count_{0};
  std::mutex counting_;
  std::map<std::string, std::size_t, std::less<>> of_player_;
  std::atomic<bool> stopped_{false};
  timers ends_;  // of watches
};

}  // namespace parlor
