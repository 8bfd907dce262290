#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "runtime/storage/store.hpp"
#include "runtime/values/histogram.hpp"

/// Keeps actors in one SQLite file, so that what was acknowledged survives the process.
///
/// One thread writes: whatever waits when it comes round goes into one transaction, and one fsync pays for
/// all of it. While many commits come at once it waits a moment until the next group is large, too; a
/// commit that comes alone is written at once. That connection alone writes and checkpoints. Loads have a
/// thread and a read-only connection of their own, and share what they read of the file.
///
/// Three rules:
/// - An item that cannot be stored (wrong version, too large) is refused alone: the group is rolled back and
///   goes again without it.
/// - A group that fails otherwise (disk full) is refused whole, and the store goes on.
/// - After a failed fsync nothing that SQLite says about the disk can be trusted: the store takes no more
///   commits, for good. What was in that group is unknown; a retry with its key settles it.
///
/// The tables are described in docs/storage-format.md.
namespace parlor {

struct sqlite_store_options {
  /// The write-ahead log is folded into the file when it has grown to this many pages of 4 KiB.
  int checkpoint_pages = 4000;
  /// After a group, the next one waits this long at most, if 16 or more may come (those just answered, who
  /// may ask again, and those that came meanwhile) and until they have. A group costs some 70 us of
  /// processor time whatever is in it: where the processor is short, large groups are the sooner answered.
  std::chrono::microseconds company_awaited{500};
  /// A folder that another process holds is waited for so long: a server that was killed may still be leaving.
  duration lock_within{0};
  /// Records of replies and of rolls are kept this long: a client that retries later than that is a new request.
  duration replies_kept = std::chrono::hours(24);
  /// Records of replies kept for an actor in all, the latest.
  int replies_per_actor_max = 64;
};

/// What a store knows of the clock.
struct clock_record {
  instant seen{};    ///< the civil time that was last seen while it was served; 0: none yet
  duration held{0};  ///< for so long a time of running nothing is deleted yet
};

class sqlite_store final : public store {
 public:
  /// Opens `directory/parlor.db`, made on the first call. Throws std::runtime_error with one clear
  /// sentence if the folder is in use by another process, or the file cannot be used; nothing is
  /// overwritten then.
  explicit sqlite_store(const std::string& directory, sqlite_store_options limits = {});
  /// Stores what it was given, and closes the file.
  ~sqlite_store() override;

  void load(const address& actor, loaded done) override;
  void save(commit change, saved done) override;
  void cross_off(const address& actor, delivery owed) override;
  void bury(const address& actor, delivery owed, std::string reason) override;
  backlog restore(std::size_t messages_max = SIZE_MAX) override;
  result<std::vector<stored_message>> owed(std::uint64_t after, std::uint64_t last, std::size_t messages_max) override;
  void drop_messages(const address& actor, counted done) override;
  void read_letters(const letter_choice& which, std::uint64_t after, std::size_t most, letters_read done) override;
  void redeliver(const letter_choice& which, redelivered done) override;
  void drop_letters(const letter_choice& which, counted done) override;
  [[nodiscard]] std::uint64_t era() const override;
  /// Whether this store began its era, for it is another than was last served from the folder.
  [[nodiscard]] bool era_began() const;
  [[nodiscard]] bool holds_deletions() const override;
  void accept_clock() override;
  [[nodiscard]] std::string broken() const override;

  /// As it was found when the store was opened.
  [[nodiscard]] clock_record last_clock() const;
  /// Holds deletions from now on, or does not, and stores that with the time. Any thread.
  void keep_clock(clock_record now);

  struct statistics {
    std::uint64_t commits = 0;
    std::uint64_t groups = 0;            ///< transactions; commits per group is the mean batch
    std::uint64_t refused = 0;           ///< commits that were not stored
    histogram::reading commit_ns{};      ///< of each commit, from `save` until it is synced
    histogram::reading group_ns{};       ///< of each transaction, with its sync
    histogram::reading group_commits{};  ///< commits in each of them
    histogram::reading load_ns{};        ///< of each load, from `load` until it is answered
    std::uint64_t letters_let_go = 0;    ///< dead letters that went because there were too many
  };
  [[nodiscard]] statistics stats() const;

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace parlor
