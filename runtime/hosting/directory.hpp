#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "runtime/hosting/request.hpp"

/// Who is awake: from an address to a mailbox, and when each may go to sleep.
///
/// Why no message is lost at the edge of sleep: a request enters a mailbox only through `offer`, which
/// counts it on the actor's slot under the same lock that `leave` takes to mark the slot as leaving. The
/// count goes down when the request is destroyed, after its answer. So a leaving slot with a count
/// of zero has an empty mailbox, and stays so: it is drained, and only then does its actor end.
///
/// Three rules:
/// - Only the registry adds and removes slots; `offer` is for any thread.
/// - Idle time is a list per length of stay, in the order of the last use; a use moves a slot to the
///   end, a sweep looks at the front. Both are O(1) however many actors are awake.
/// - The slots are spread over shards, each with its own lock, held for a few dozen nanoseconds.
namespace parlor {

/// Where an awake actor takes its requests.
class mailbox {
 public:
  virtual ~mailbox() = default;
  virtual void put(request_ptr r) = 0;
  /// The actor is drained: it should end, and say so to the registry.
  virtual void retire() = 0;
};

/// One awake actor. Its members belong to the directory.
class slot {
 public:
  slot(const kind& of, std::string id, duration stay) : kind_(of), id_(std::move(id)), stay_(stay) {}

  [[nodiscard]] const kind& of() const { return kind_; }
  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] address name() const { return {kind_.name, id_}; }
  [[nodiscard]] mailbox& box() { return *box_; }

 private:
  friend class directory;
  const kind& kind_;
  const std::string id_;
  const duration stay_;  // the kind's idle time
  std::unique_ptr<mailbox> box_;
  instant woken_at_{};
  instant last_used_{};
  std::uint64_t activation_ = 0;
  std::uint32_t requests_ = 0;  // offered and not yet destroyed
  bool leaving_ = false;
  bool kept_ = false;           // a client's POST found it worth staying for
  bool unneeded_ = false;       // there is nothing here: leave with the last request
  std::uint8_t list_ = 0;       // the stay list it stands in
  slot* next_ = nullptr;
  slot* previous_ = nullptr;
};

/// What may be told of an awake actor.
struct presence {
  instant woken_at;
  instant last_used;
  std::uint64_t activation = 0;  ///< counts the activations of this process
};

class directory {
 public:
  /// `drained` is called, on any thread and without a lock held, when a leaving slot lost its last
  /// request.
  using drained_function = std::function<void(slot&)>;

  directory(const std::vector<kind>& kinds, duration short_stay, std::size_t requests_per_actor_max,
            drained_function drained);
  ~directory();

  enum class offered { delivered, not_awake, leaving, actor_busy };
  /// Delivers a request to its actor's mailbox if the actor is awake and has room. Any thread.
  offered offer(const request_ptr& r, instant now);

  [[nodiscard]] std::optional<presence> look(const kind& of, std::string_view id) const;
  [[nodiscard]] std::size_t awake() const { return awake_; }
  [[nodiscard]] std::size_t awake(const kind& of) const;

  // For the actor of a slot, while it holds a request.

  /// A client's POST found the actor, or made it: from now on POSTs keep it for its kind's idle time.
  void keep(slot& s, instant now);
  /// The actor was made after all: it stays, if only for the short stay.
  void needed(slot& s);
  /// There is no such actor, only somebody who asked for it: it leaves with its last request, unless one
  /// of the requests that wait for it makes it after all.
  void leave_when_unused(slot& s);

  // For the registry only.

  /// Adds an actor that stands nowhere yet. It stays for the short stay until it is kept. The request
  /// that woke it is in its mailbox before anybody can find it: whoever was told of that request comes
  /// behind it.
  slot& add(const kind& of, std::string id, duration stay,
            std::function<std::unique_ptr<mailbox>(slot&)> make, instant now,
            const request_ptr& first = nullptr);
  /// The slot of an actor that is awake or leaving, or null.
  [[nodiscard]] slot* find(const kind& of, std::string_view id);
  /// Marks a slot as leaving. True if it is drained already; else `drained` will be called.
  bool leave(slot& s);
  /// Marks every idle slot as leaving and returns them; all are drained. Only those on a short stay if
  /// `short_only`.
  std::vector<slot*> leave_idle(instant now, bool short_only);
  /// Marks the least recently used slot without requests as leaving and returns it, or null.
  slot* leave_coldest();
  /// Every slot that is not leaving yet.
  [[nodiscard]] std::vector<slot*> all_awake();
  /// Removes a slot whose actor has ended.
  void remove(slot& s);

  // For `request`.
  void release(request& r);

 private:
  struct key {
    const kind* of;
    std::string_view id;
  };
  struct hash {
    using is_transparent = void;
    std::size_t operator()(const key& k) const;
    std::size_t operator()(const std::unique_ptr<slot>& s) const {
      return (*this)(key{&s->kind_, s->id_});
    }
  };
  struct equal {
    using is_transparent = void;
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      key x = as_key(a), y = as_key(b);
      return x.of == y.of && x.id == y.id;
    }
    static key as_key(const key& k) { return k; }
    static key as_key(const std::unique_ptr<slot>& s) { return {&s->kind_, s->id_}; }
  };
  struct stay_list {
    duration stay;
    slot* first = nullptr;
    slot* last = nullptr;
  };
  struct shard {
    mutable std::mutex mutex;
    std::unordered_set<std::unique_ptr<slot>, hash, equal> slots;
    std::vector<stay_list> lists;  // the first is the short stay
  };
  static constexpr std::size_t shard_count = 64;

  shard& shard_of(const kind& of, std::string_view id);
  const shard& shard_of(const kind& of, std::string_view id) const;
  static std::uint8_t list_for(shard& sh, duration stay);
  static void link(shard& sh, slot& s, std::uint8_t list);
  static void unlink(shard& sh, slot& s);
  std::atomic<std::size_t>& count_of(const kind& of);

  const std::vector<kind>& kinds_;
  const std::size_t requests_max_;
  drained_function drained_;
  std::array<shard, shard_count> shards_;
  std::vector<std::atomic<std::size_t>> awake_by_kind_;
  std::atomic<std::size_t> awake_{0};
  std::uint64_t activations_ = 0;
};

}  // namespace parlor
