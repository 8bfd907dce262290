#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/storage/store.hpp"
#include "runtime/values/trace.hpp"

/// What operators do to messages between actors: they end those under way, and look after the dead letters.
///
/// Every order is one transaction of the store, and noted in the journal with who ordered it. Here is no check of
/// rights. Any thread.
namespace parlor {

struct core;

/// Who orders, and what it is part of: for the journal.
struct order_origin {
  std::string by{};
  trace_context trace{};
};

class message_orders {
 public:
  explicit message_orders(core& shared);
  ~message_orders();
  message_orders(const message_orders&) = delete;
  message_orders& operator=(const message_orders&) = delete;

  /// Drops the messages under way to an actor, or told because of it, and what the same chains would tell later. One
  /// whose handler runs just now is applied. Tells how many the store owed.
  void drop_messages(const address& actor, order_origin origin, store::counted done);
  /// A page of dead letters, the oldest first.
  void read(const letter_choice& which, std::uint64_t after, std::size_t most, store::letters_read done) const;
  /// Delivers dead letters once more, each as the beginning of a chain. Tells how many.
  void redeliver(const letter_choice& which, order_origin origin, store::counted done);
  /// Removes dead letters. Tells how many.
  void drop(const letter_choice& which, order_origin origin, store::counted done);

 private:
  /// The core, while the runtime is there: a store may answer later.
  struct shared_core {
    std::mutex mutex;
    core* shared = nullptr;
  };
  /// Has the journal hear of an order before `done` does.
  store::counted noted(address about, std::string order, order_origin origin, store::counted done) const;

  core& core_;
  std::shared_ptr<shared_core> until_the_end_ = std::make_shared<shared_core>();
};

}  // namespace parlor
