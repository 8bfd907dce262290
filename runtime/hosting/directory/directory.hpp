#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/hosting/containers/chain_table.hpp"
#include "runtime/hosting/directory/activation_info.hpp"
#include "runtime/hosting/directory/entry.hpp"
#include "runtime/hosting/directory/idle_list.hpp"

/// The awake actors: from an address to a mailbox, and when each may go to sleep.
///
/// Why no message is lost at the edge of sleep: a request enters a mailbox only through `offer`,
/// which counts it on the actor's entry under the same lock that `leave` takes to mark the entry as
/// leaving. The count goes down when the request is destroyed, after its answer. So a leaving entry
/// with a count of zero has an empty mailbox, and stays so: it is drained, and only then does its
/// actor end.
///
/// Three rules:
/// - Only the registry adds and removes entries; `offer` is for any thread.
/// - Idle time is a list per length of stay, in the order of the last use but for a grain; a sweep
///   looks at its front. Neither costs more however many actors are awake.
/// - The entries are spread over shards by the high bits of their hash, each with its own lock. It is
///   held for a few places in memory, never for as long as many entries take.
namespace parlor {

class directory final : public request_counter {
 public:
  /// `drained` is called, on any thread and without a lock held, when a leaving entry lost its last
  /// request.
  using drained_function = std::function<void(directory_entry&)>;
  /// Makes an actor's mailbox by `entry::hold`, and returns it.
  using make_function = std::function<mailbox*(directory_entry&)>;

  directory(const std::vector<kind>& kinds, duration short_stay, std::size_t requests_per_actor_max,
            drained_function drained);
  ~directory();

  /// What became of a request that was offered.
  enum class offered { delivered, not_awake, leaving, actor_busy };
  /// One of several requests that are offered together.
  struct batched_request {
    request_ptr r;
    offered became = offered::not_awake;
    std::uint32_t hash = 0;  // the directory's own
  };
  /// Delivers a request to its actor's mailbox if the actor is awake and has room. Any thread.
  offered offer(const request_ptr& r, instant now);
  /// The same; the request is moved from if it is delivered, and only then.
  offered offer(request_ptr&& r, instant now);

  /// Delivers requests in their order, as `offer` does each; those that are delivered are moved from. Of
  /// many actors nothing is in the cache: looked up together, they wait for memory together. Any thread.
  void offer_all(std::span<batched_request> batch, instant now);

  /// An actor that is awake or leaving. Any thread.
  [[nodiscard]] std::optional<activation_state> info(const kind& actor_kind, std::string_view id) const;
  /// The same, but for one that is leaving.
  [[nodiscard]] std::optional<activation_state> look(const kind& actor_kind, std::string_view id) const;
  /// A page of the awake. For operators; any thread.
  [[nodiscard]] awake_page list(const awake_query& q) const;
  [[nodiscard]] std::size_t awake() const { return awake_; }
  [[nodiscard]] std::size_t awake(const kind& actor_kind) const;
  /// How many actors were woken or made until now.
  [[nodiscard]] std::uint64_t activations() const { return activations_; }

  // For the actor of an entry, while it holds a request.

  /// A client's POST found the actor, or made it: from now on POSTs keep it for its kind's idle
  /// time.
  void keep(directory_entry& s, instant now);
  /// The actor was made after all: it stays, if only for the short stay.
  void needed(directory_entry& s);
  /// The actor has these services now: one bit each, in its kind's order.
  void serves(directory_entry& s, std::uint8_t services);
  /// The actor waits for a service now, or does so no more.
  void asks(directory_entry& s, bool now);
  /// There is no such actor, only somebody who asked for it: it leaves with its last request,
  /// unless one of the requests that wait for it makes it after all.
  void leave_when_unused(directory_entry& s);

  // For the registry only.

  /// Adds an actor that stands nowhere yet. It stays for the short stay until it is kept. The
  /// request that woke it is in its mailbox before anybody can find it: whoever was told of that
  /// request comes behind it.
  directory_entry& add(const kind& actor_kind, std::string_view id, duration stay, const make_function& make,
                       instant now, const request_ptr& first = nullptr);
  /// The entry of an actor that is awake or leaving, or null.
  [[nodiscard]] directory_entry* find(const kind& actor_kind, std::string_view id);
  /// Marks an entry as leaving. True if it is drained already; else `drained` will be called.
  bool leave(directory_entry& s);

  struct idle_entries {
    std::vector<directory_entry*> entries;  ///< all are drained
    bool done = false;                      ///< nobody else is idle
  };
  /// Marks idle entries as leaving, `most` of them at most, and returns them. Only those on a short
  /// stay if `short_only`. Unless it is done the next call goes on where this one stopped, so a
  /// sweep of many does not hold up the requests; a call with another `short_only` begins anew. A
  /// piece may find nobody and not be done: it also looks at no more than four times `most`.
  idle_entries leave_idle(instant now, bool short_only, std::size_t most);
  /// Marks the least recently used entry without requests as leaving and returns it, or null. Among
  /// many it may be one that was used a thirty-second of its stay after the least recently used.
  directory_entry* leave_coldest();
  /// Every entry that is not leaving yet.
  [[nodiscard]] std::vector<directory_entry*> all_awake();
  /// Removes an entry whose actor has ended.
  void remove(directory_entry& s);

  // For `request`.
  void release(request& r) override;

 private:
  // On lines of its own, so that two threads at two shards do not wait for each other's cache.
  struct alignas(64) shard {
    mutable std::mutex mutex;
    chain_table<directory_entry, entry_hooks> entries;
    std::vector<idle_list> lists;  // the first is the short stay
  };
  /// How far a sweep has come.
  struct sweep_cursor {
    bool short_only = false;
    std::size_t shard = 0;
    std::size_t list = 0;
    bool begun = false;  // with this list
  };
  static constexpr std::size_t shard_bits = 6, shard_count = 1 << shard_bits;

  [[nodiscard]] std::size_t index_of(const kind& actor_kind) const {
    return static_cast<std::size_t>(&actor_kind - kinds_.data());
  }
  [[nodiscard]] std::uint32_t hash_of(const kind& actor_kind, std::string_view id) const;
  shard& shard_of(std::uint32_t hash) { return shards_[hash >> (32 - shard_bits)]; }
  [[nodiscard]] const shard& shard_of(std::uint32_t hash) const { return shards_[hash >> (32 - shard_bits)]; }
  static directory_entry* find_in(const shard& sh, std::uint32_t hash, const kind& actor_kind, std::string_view id);
  offered count_in(request& r, std::uint32_t hash, instant now);
  static void use(shard& sh, directory_entry& s, std::uint8_t list, instant now);
  static std::uint8_t list_for(shard& sh, duration stay);
  static void mark(shard& sh, directory_entry& s);
  static activation_state state_of(const shard& sh, const directory_entry& s);
  std::size_t sweep_on(instant now, std::size_t most, std::vector<directory_entry*>& idle);

  const std::vector<kind>& kinds_;
  const std::size_t requests_max_;
  drained_function drained_;
  std::array<shard, shard_count> shards_;
  std::vector<std::atomic<std::size_t>> awake_by_kind_;
  std::atomic<std::size_t> awake_{0};
  std::atomic<std::uint64_t> activations_{0};
  // The registry's own.
  slab memory_;
  sweep_cursor sweep_;
};

}  // namespace parlor
