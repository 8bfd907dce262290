#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/storage/sqlite.hpp"
#include "runtime/storage/sqlite_letters.hpp"
#include "runtime/storage/sqlite_store.hpp"

namespace parlor::sqlite {

/// Rows that are only appended, and of which those that are too old go. Its table has an `id` and an `at_ms`.
class aging_rows {
 public:
  aging_rows(connection& on, const std::string& table);
  /// The number of a new row.
  std::uint64_t next_number() {
    ++added_;
    return next_++;
  }
  [[nodiscard]] std::uint64_t upcoming() const { return next_; }
  /// Removes rows from before that, now and then, if there are any. For each group of commits.
  void prune(std::int64_t oldest_ms);

 private:
  static constexpr int look_often = 64, look_seldom = 1024;
  std::uint64_t next_ = 1;
  int added_ = 0;  // since the last look for old ones; a group counts as one, too
  int look_after_ = look_often;
  statement prune_;
};

/// The statements of the one connection that writes. Each method is part of the transaction that is
/// open; if one throws, the transaction is to be rolled back. One thread.
class writer {
 public:
  writer(connection& on, const sqlite_store_options& limits);

  void begin() { begin_.run(); }
  void end() { commit_.run(); }
  void roll_back();

  /// Stores one commit, or throws: then a part of it may stand in the transaction.
  commit_receipt apply(const commit& c);
  void cross_off(const address& actor, const delivery& d);
  void bury(const address& actor, const delivery& d, const std::string& reason, std::int64_t now_ms);
  [[nodiscard]] clock_record last_clock();
  void keep_clock(const clock_record& now);
  /// Takes out the messages that are under way to an actor, or whose chain names it.
  std::size_t drop_messages(const address& actor);
  [[nodiscard]] std::vector<dead_letter> read_letters(const letter_choice& which, std::uint64_t after,
                                                      std::size_t most) {
    return letters_.read(which, after, most);
  }
  [[nodiscard]] std::vector<stored_message> redeliver(const letter_choice& which) {
    return letters_.redeliver(which, next_message_);
  }
  std::size_t drop_letters(const letter_choice& which) { return letters_.drop(which); }
  /// Removes records of replies and of rolls that are too old, now and then, if there are any; and dead letters of
  /// which there are too many. Returns how many of those went.
  std::size_t prune(std::int64_t now_ms);

 private:
  std::int64_t kind_id(const std::string& name);
  std::uint64_t put_actor(const commit& c);
  std::uint64_t put_new_actor(std::int64_t kind, const commit& c);
  std::uint64_t find_actor(std::int64_t kind, const std::string& id);
  std::uint64_t& last_reply_of(std::uint64_t row);
  std::uint64_t put_reply(std::uint64_t actor, std::uint64_t previous, const reply_record& r);
  void put_roll(std::uint64_t actor, const stored_actor& made, const roll_record& r);
  [[noreturn]] static void refuse_version();
  std::uint64_t put_messages(const effects& wanted);
  void put_reminders(const address& actor, const std::vector<reminder_change>& changes);

  connection& on_;
  const sqlite_store_options& limits_;
  std::unordered_map<std::string, std::int64_t> kinds_;
  /// The latest record of each of the actors that were changed lately, at `row % size`: the next record
  /// names it, and asking the table each time costs half as much as the change itself.
  struct known_reply {
    std::uint64_t row = 0;
    std::uint64_t number = 0;
  };
  std::vector<known_reply> last_replies_{1 << 14};
  /// Numbers of messages are not used again while the process lives, and after it none is under way.
  std::uint64_t next_message_ = 1;
  aging_rows replies_, rolls_;
  statement begin_, commit_, roll_back_;
  statement find_kind_, add_kind_;
  statement find_actor_, find_last_reply_, add_actor_, change_actor_, erase_actor_;
  statement add_reply_, add_roll_;
  statement add_message_, remove_message_, drop_messages_;
  statement set_reminder_, forget_reminder_, fired_reminder_, forget_reminders_;
  letters letters_;
  statement find_clock_, keep_clock_;
};

}  // namespace parlor::sqlite
