#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "runtime/storage/sqlite.hpp"
#include "runtime/storage/store.hpp"

namespace parlor::sqlite {

/// The statements about dead letters. Each method is part of the transaction that is open. One thread.
class letters {
 public:
  explicit letters(connection& on);

  void bury(const address& actor, const delivery& d, const std::string& reason, std::int64_t now_ms);
  /// Lets go of what is beyond the bounds, if many were buried since the last time. Returns how many went.
  std::size_t prune();
  [[nodiscard]] std::vector<dead_letter> read(const letter_choice& which, std::uint64_t after, std::size_t most);
  /// Makes messages of dead letters, which are numbered from `next_message` on; that is then the next free number.
  [[nodiscard]] std::vector<stored_message> redeliver(const letter_choice& which, std::uint64_t& next_message);
  std::size_t drop(const letter_choice& which);

 private:
  static constexpr std::size_t prune_after = 64;

  /// Numbers are not used again while the process lives, so that an operator's choice does not become another letter.
  std::uint64_t next_letter_ = 1;
  std::size_t buried_ = 0;
  std::set<address> receivers_;  // of those that were buried since the last look
  statement bury_message_, bury_reminder_;
  statement read_, add_message_, drop_;
  statement prune_receiver_, prune_all_;
};

/// Reads all of them from a file, which may be of a format that had no chains.
[[nodiscard]] std::vector<dead_letter> read_letters(connection& on, const letter_choice& which, bool has_chains);

/// The chain as a row has it; null if its length is 0.
[[nodiscard]] message_chain_ptr chain_of_row(std::int64_t length, std::string links);

}  // namespace parlor::sqlite
