#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "runtime/hosting/containers/slab.hpp"
#include "runtime/hosting/requests/request.hpp"
#include "runtime/values/prefetch.hpp"

/// One awake actor in the books of the directory.
///
/// With a million rooms awake nothing is in the processor's cache when a request comes: what counts
/// is how many places in memory it touches. So an entry is one block, which a look-up reads from one
/// end to the other: when and how often it was used, where its mailbox is, and the id itself,
/// behind it. It is the directory's own and no container: only the directory, under the lock of a shard,
/// knows its members.
namespace parlor {

/// Where an awake actor takes its requests.
class mailbox {
 public:
  virtual ~mailbox() = default;
  virtual void put(request_ptr r) = 0;
  /// Asks for the memory that `put` touches.
  virtual void prefetch() const {}
  /// The actor's version, for a look from outside.
  [[nodiscard]] virtual std::uint64_t version() const { return 0; }
  /// The actor is to end: it answers what waits for the outside world.
  virtual void closing() {}
  /// The actor is drained: it should end, and say so to the registry.
  virtual void retire() = 0;
};

/// Its members belong to the directory.
class directory_entry {
 public:
  directory_entry(const directory_entry&) = delete;
  directory_entry& operator=(const directory_entry&) = delete;

  [[nodiscard]] const kind& actor_kind() const { return *kind_; }
  [[nodiscard]] std::string_view id() const { return {text(), id_size_}; }
  [[nodiscard]] address name() const { return {kind_->name, std::string(id())}; }
  [[nodiscard]] mailbox& box() { return *box_at(); }

  /// Makes the actor's mailbox, in the entry itself. For the function that `directory::add` calls.
  template <class Box, class... Args>
  Box* hold(Args&&... args) {
    static_assert(sizeof(Box) <= sizeof box_ && alignof(Box) <= alignof(void*),
                  "a mailbox is one pointer to its actor");
    static_assert(std::is_base_of_v<mailbox, Box>);
    assert(!boxed_);
    Box* made = ::new (static_cast<void*>(box_.data())) Box(std::forward<Args>(args)...);
    assert(static_cast<void*>(static_cast<mailbox*>(made)) == box_.data());
    boxed_ = true;
    return made;
  }

 private:
  friend class directory;
  friend class idle_list;
  friend struct entry_hooks;

  static directory_entry& make(slab& from, const kind& actor_kind, std::string_view id, std::uint32_t hash) {
    void* room = from.take(sizeof(directory_entry) + id.size());
    directory_entry* s = ::new (room) directory_entry(actor_kind, static_cast<std::uint32_t>(id.size()), hash);
    id.copy(s->text(), id.size());
    return *s;
  }
  /// Asks for what a look-up touches of an entry, if there is one; it may have ended.
  static void prefetch(const directory_entry* s) {
    constexpr std::size_t touched = sizeof(directory_entry) - offsetof(directory_entry, chain_), id_expected = 24;
    if (s) parlor::prefetch(&s->chain_, touched + id_expected);
  }
  static void end(slab& to, directory_entry& s) {
    std::size_t bytes = sizeof(directory_entry) + s.id_size_;
    s.~directory_entry();
    to.give(&s, bytes);
  }
  directory_entry(const kind& actor_kind, std::uint32_t id_size, std::uint32_t hash)
      : hash_(hash), id_size_(id_size), kind_(&actor_kind) {}
  ~directory_entry() {
    if (boxed_) box().~mailbox();
  }

  [[nodiscard]] char* text() { return reinterpret_cast<char*>(this + 1); }
  [[nodiscard]] const char* text() const { return reinterpret_cast<const char*>(this + 1); }
  mailbox* box_at() { return std::launder(reinterpret_cast<mailbox*>(box_.data())); }

  // What a look-up does not touch.
  directory_entry* next_ = nullptr;  // in its list of stay
  directory_entry* previous_ = nullptr;
  instant woken_at_{};
  std::uint64_t activation_ = 0;
  // What it touches.
  directory_entry* chain_ = nullptr;
  const std::uint32_t hash_;
  const std::uint32_t id_size_;
  const kind* const kind_;
  instant last_used_{};
  instant linked_at_{};              // when it was put at the end of its list
  std::uint32_t requests_ = 0;       // offered and not yet destroyed
  std::uint8_t list_ = 0;            // the idle list it stands in
  std::uint8_t list_when_kept_ = 0;  // the one of its kind's idle time
  std::uint8_t services_ = 0;        // that the actor has: one bit each, in its kind's order
  bool boxed_ : 1 = false;
  bool leaving_ : 1 = false;
  bool kept_ : 1 = false;      // a client's POST found it worth staying for
  bool unneeded_ : 1 = false;  // there is nothing here: leave with the last request
  bool asking_ : 1 = false;    // it waits for a service
  alignas(void*) std::array<std::byte, 2 * sizeof(void*)> box_;
};

static_assert(sizeof(directory_entry) == 96, "with a lobby's id it is one block of 120 bytes");

/// How a table finds its way along entries.
struct entry_hooks {
  static directory_entry*& next(directory_entry& s) { return s.chain_; }
  static std::uint32_t hash(const directory_entry& s) { return s.hash_; }
};

}  // namespace parlor
