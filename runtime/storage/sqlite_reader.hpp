#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/storage/sqlite.hpp"
#include "runtime/storage/sqlite_store.hpp"

namespace parlor::sqlite {

/// The statements of a connection that reads actors. One thread.
class reader {
 public:
  reader(const std::string& file, const sqlite_store_options& limits);

  /// While it lives, all loads see the file as it is at the first of them. Several together cost less than
  /// each alone: what one has read of the file, the next need not read again. Do not keep it: the log
  /// cannot begin anew meanwhile.
  class snapshot {
   public:
    explicit snapshot(reader& from);
    ~snapshot();
    snapshot(const snapshot&) = delete;
    snapshot& operator=(const snapshot&) = delete;

   private:
    reader& from_;
  };

  result<std::optional<stored_actor>> load(const address& actor, std::int64_t now_ms);

 private:
  std::int64_t kind_id(const std::string& name);
  void read_replies(stored_actor& into, std::int64_t id, std::int64_t oldest_ms);

  const sqlite_store_options& limits_;
  connection on_;
  statement begin_, end_, find_kind_, find_actor_, find_reply_;
  std::unordered_map<std::string, std::int64_t> kinds_;  // a kind keeps its number for ever
};

/// Reads the messages that are owed, with numbers behind `after` and up to `last`, the first `messages_max` of them.
[[nodiscard]] std::vector<stored_message> read_owed(connection& on, std::uint64_t after, std::uint64_t last,
                                                    std::size_t messages_max);

}  // namespace parlor::sqlite
