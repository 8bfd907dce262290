#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/hosting/containers/chain_table.hpp"
#include "runtime/hosting/reminders/due_heap.hpp"
#include "runtime/hosting/reminders/reminder.hpp"
#include "runtime/hosting/traffic/message_traffic.hpp"
#include "runtime/storage/store.hpp"
#include "runtime/values/trace.hpp"

/// What is to be delivered later: reminders, by time and by actor, and messages that failed. Any
/// thread. An actor that sleeps is woken by its reminder.
///
/// A reminder is found by its actor and name through a table, and the next one through a heap of times.
/// Most are put off again and again before they are due, as the clock of a turn is with every move:
/// that touches the reminder alone. Its place in the heap is put right when it comes to the front
/// there, so a time in the heap may be too early and is never too late.
namespace parlor {

/// A message on its way to an actor, with what the store owes for it.
struct parcel {
  parlor::message message;
  delivery owed{};
  trace_context trace{};           ///< of the request that sent it; not kept by the store
  message_chain_ptr chain{};       ///< what led to it; null: a reminder, or nobody knows
  int failures = 0;                ///< how often it was delivered in vain
  int unread = 0;                  ///< how often its actor's state could not be read, which is no failure of its own
  bool counts_as_unread = false;   ///< it waits for that
  message_traffic::place place{};  ///< among those under way, once it has been delivered
};

class reminders {
 public:
  reminders() = default;
  ~reminders();
  reminders(const reminders&) = delete;
  reminders& operator=(const reminders&) = delete;

  /// Applies what a committed command of the actor `kind/id` wanted.
  void apply(std::string_view kind, std::string_view id, const std::vector<reminder_change>& changes);
  void apply(const address& actor, const std::vector<reminder_change>& changes) {
    apply(actor.kind, actor.id, changes);
  }
  /// Drops every reminder of an actor.
  void drop(std::string_view kind, std::string_view id);
  void drop(const address& actor) { drop(actor.kind, actor.id); }
  /// Has a parcel be due at a time.
  void postpone(parcel p, instant due);
  /// Takes out what is due, `most` parcels at most: reminders in the order of their times, and of
  /// setting where those are equal; then what was postponed.
  std::vector<parcel> due(instant now, std::size_t most = SIZE_MAX);
  /// The reminders of an actor that are set, in no order.
  [[nodiscard]] std::vector<reminder_change> of_actor(const address& actor) const;
  /// How many reminders are set.
  [[nodiscard]] std::size_t size() const;

 private:
  static constexpr std::size_t table_bits = 6, table_count = 1 << table_bits;
  using table = chain_table<reminder, reminder_hooks>;

  table& table_of(std::uint32_t hash) { return tables_[hash >> (32 - table_bits)]; }
  [[nodiscard]] const table& table_of(std::uint32_t hash) const { return tables_[hash >> (32 - table_bits)]; }
  std::uint16_t number_of(std::string_view kind);
  void set(std::uint16_t kind, std::uint32_t actor, std::string_view id, const reminder_change& change);
  /// A reminder of an actor with this hash: the one of that name, or any.
  reminder* find(std::uint32_t hash, std::uint16_t kind, std::string_view id, std::optional<std::string_view> name);
  void remove(reminder& r);
  parcel take_first();

  mutable std::mutex mutex_;
  std::vector<std::string> kinds_;  // in the order in which they came; a reminder has the index
  slab memory_;
  std::array<table, table_count> tables_;  // several: a large one would take long to be moved
  due_heap times_;
  std::uint64_t settings_ = 0;
  std::multimap<instant, parcel> postponed_;
};

}  // namespace parlor
