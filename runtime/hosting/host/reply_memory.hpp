#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "runtime/storage/store.hpp"

/// What the clients of one actor were answered, by their Idempotency-Keys.
///
/// A record is shared with the commit that stores it. Looking for one compares numbers, and texts
/// only where those agree: keys of one client often begin alike. One thread at a time.
namespace parlor {

class reply_memory {
 public:
  using record_ptr = std::shared_ptr<const reply_record>;
  struct known {
    record_ptr record;
    std::uint64_t after = 0;  ///< it is known from this commit on
  };

  /// What this player was answered under this key, or null.
  [[nodiscard]] const known* find(std::string_view player, std::string_view key) const {
    std::size_t wanted = hash(key);
    for (const entry& e : entries_)
      if (e.key == wanted && e.reply.record->key == key && e.reply.record->player == player) return &e.reply;
    return nullptr;
  }

  /// Adds the latest. Forgets what was answered before `oldest_ms`, and of this player all but the
  /// latest `of_player_max`.
  void add(known reply, std::int64_t oldest_ms, std::size_t of_player_max) {
    entry latest{hash(reply.record->key), hash(reply.record->player), std::move(reply)};
    std::size_t of_player = 1;
    for (auto it = entries_.end(); it != entries_.begin();) {
      --it;
      bool same = it->player == latest.player && it->reply.record->player == latest.reply.record->player;
      if (it->reply.record->at_ms < oldest_ms || (same && ++of_player > of_player_max)) it = entries_.erase(it);
    }
    entries_.push_back(std::move(latest));
  }

  void clear() { entries_.clear(); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct entry {
    std::size_t key, player;  // their hashes
    known reply;
  };
  static std::size_t hash(std::string_view text) { return std::hash<std::string_view>{}(text); }

  std::vector<entry> entries_;  // the oldest first
};

}  // namespace parlor
