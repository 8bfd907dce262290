#include "runtime/storage/sqlite_store.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/storage/sqlite.hpp"
#include "runtime/storage/sqlite_schema.hpp"
#include "runtime/storage/sqlite_writer.hpp"

namespace parlor {
namespace {

std::int64_t civil_ms() {
  return to_ms(std::chrono::time_point_cast<duration>(std::chrono::system_clock::now()));
}

/// Holds a folder for this process. The lock goes with the process, however that ends.
class folder_lock {
 public:
  explicit folder_lock(const std::string& directory) {
    std::error_code failed;
    std::filesystem::create_directories(directory, failed);
    if (failed)
      throw std::runtime_error("cannot make the folder " + directory + ": " + failed.message());
    std::string path = directory + "/lock";
    file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file_ < 0) throw std::runtime_error("cannot write " + path + ": " + std::strerror(errno));
    if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
      ::close(file_);
      throw std::runtime_error("the folder " + directory + " is in use by another process");
    }
  }
  ~folder_lock() { ::close(file_); }
  folder_lock(const folder_lock&) = delete;
  folder_lock& operator=(const folder_lock&) = delete;

 private:
  int file_ = -1;
};

std::int64_t pragma(sqlite::connection& on, const char* sql) {
  sqlite::statement ask(on, sql);
  std::int64_t value = 0;
  while (ask.next()) value = ask.integer(0);
  return value;
}

/// Makes the tables in a new file; refuses one that is not ours or is newer than this program.
void prepare_file(sqlite::connection& on) {
  std::int64_t id = pragma(on, "PRAGMA application_id");
  std::int64_t format = pragma(on, "PRAGMA user_version");
  std::int64_t tables = pragma(on, "SELECT count(*) FROM sqlite_master");
  if (id == 0 && tables == 0) {
    on.run("BEGIN IMMEDIATE");
    on.run(sqlite::schema);
    on.run(("PRAGMA application_id = " + std::to_string(sqlite::application_id)).c_str());
    on.run(("PRAGMA user_version = " + std::to_string(sqlite::format_version)).c_str());
    on.run("COMMIT");
    return;
  }
  if (id != sqlite::application_id) throw std::runtime_error("it is not a file of parlor's");
  if (format != sqlite::format_version)
    throw std::runtime_error("its format is " + std::to_string(format) + ", this program's is " +
                             std::to_string(sqlite::format_version));
}

std::unique_ptr<sqlite::connection> open_to_write(const std::string& file) {
  try {
    // Saved states hold what players may not see of each other: the file is its owner's alone, and what
    // SQLite puts beside it has the same rights.
    if (int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600); made >= 0) ::close(made);
    auto on = std::make_unique<sqlite::connection>(file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    on->run("PRAGMA journal_mode = WAL");
    on->run("PRAGMA synchronous = FULL");
    on->run("PRAGMA wal_autocheckpoint = 0");  // the writer does it itself, and looks at the result
    prepare_file(*on);
    return on;
  } catch (const std::exception& e) {
    throw std::runtime_error("cannot use " + file + ": " + e.what());
  }
}

/// A sync that failed: from here on nobody knows what is on the disk.
bool lost_sync(int code) {
  return code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC ||
         code == SQLITE_IOERR_TRUNCATE || code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

struct save_item {
  commit what;
  store::saved done;
};
struct cross_off_item {
  address who;
  delivery what;
};
struct bury_item {
  address who;
  delivery what;
  std::string reason;
};
using item = std::variant<save_item, cross_off_item, bury_item>;

struct load_item {
  address who;
  store::loaded done;
};

/// A queue that one thread empties, all at once.
template <class T>
class inbox {
 public:
  void put(T one) {
    {
      std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(one));
    }
    changed_.notify_one();
  }
  /// Waits for something, or the end: an empty answer is the end.
  std::vector<T> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ended_ || !waiting_.empty(); });
    return std::exchange(waiting_, {});
  }
  void end() {
    {
      std::lock_guard lock(mutex_);
      ended_ = true;
    }
    changed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<T> waiting_;
  bool ended_ = false;
};

}  // namespace

struct sqlite_store::parts {
  parts(const std::string& directory, sqlite_store_options the_limits)
      : limits(the_limits), held(directory), file(directory + "/parlor.db"),
        writing(open_to_write(file)), writer(*writing, limits),
        reading(file, SQLITE_OPEN_READONLY),
        find_actor(reading,
                   "SELECT a.id, a.incarnation, a.version, a.schema, a.last_reply, a.state "
                   "FROM actors a JOIN kinds k ON k.id = a.kind WHERE k.name = ? AND a.name = ?"),
        find_reply(reading,
                   "SELECT previous, at_ms, version, fingerprint, player, key, body "
                   "FROM replies WHERE id = ? AND actor = ?") {}

  // The writer's thread.

  void write_all() {
    for (auto group = to_write.take(); !group.empty(); group = to_write.take()) write_group(group);
  }

  void write_group(std::vector<item>& group) {
    while (!group.empty() && !write_together(group)) {
      // One of them could not be stored: it was refused, and the others go without it.
    }
    fold_log();
  }

  /// Writes a group as one transaction, and answers. If one item cannot be stored the transaction is rolled
  /// back, that item refused and taken out, and the answer is false.
  bool write_together(std::vector<item>& group) {
    if (!reason().empty()) return refuse(group, reason()), true;
    receipts.clear();
    auto at = group.begin();
    try {
      writer.begin();
      for (; at != group.end(); ++at) write_one(*at);
      writer.prune_replies(civil_ms());
      writer.end();
    } catch (const sqlite::error& e) {
      give_up_group(e);
      if (at == group.end() || !faulty_item(e.code)) return refuse(group, e.what()), true;
      if (auto* save = std::get_if<save_item>(&*at)) save->done(failure{"storage_failed", e.what()});
      group.erase(at);
      return false;
    }
    ++groups;
    commits += receipts.size();
    for (auto& [save, receipt] : receipts) save->done(receipt);
    return true;
  }

  /// Whether it is the item that is wrong, and not the disk.
  static bool faulty_item(int code) {
    int primary = code & 0xff;
    return primary == SQLITE_CONSTRAINT || primary == SQLITE_TOOBIG || primary == SQLITE_MISMATCH;
  }

  void write_one(item& one) {
    if (auto* save = std::get_if<save_item>(&one))
      receipts.emplace_back(save, writer.apply(save->what));
    else if (auto* crossed = std::get_if<cross_off_item>(&one))
      writer.cross_off(crossed->who, crossed->what);
    else if (auto* buried = std::get_if<bury_item>(&one))
      writer.bury(buried->who, buried->what, buried->reason, civil_ms());
  }

  void give_up_group(const sqlite::error& e) {
    try {
      writer.roll_back();
    } catch (const sqlite::error& again) {
      stop_for_good(again.what());
    }
    if (lost_sync(e.code)) stop_for_good(e.what());
  }

  static void refuse(std::vector<item>& group, const std::string& why) {
    for (item& one : group)
      if (auto* save = std::get_if<save_item>(&one)) save->done(failure{"storage_failed", why});
  }

  void fold_log() {
    if (++since_fold < 16) return;  // the size of the log need not be asked for each group
    since_fold = 0;
    int pages = 0, folded = 0;
    int code = SQLITE_OK;
    if (log_pages() >= limits.checkpoint_pages)
      code = sqlite3_wal_checkpoint_v2(writing->handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &pages,
                                       &folded);
    if (lost_sync(code)) stop_for_good("the write-ahead log could not be synced into the file");
  }

  [[nodiscard]] std::int64_t log_pages() const {
    std::error_code none;
    auto size = std::filesystem::file_size(file + "-wal", none);
    return none ? 0 : static_cast<std::int64_t>(size / 4096);
  }

  void stop_for_good(const std::string& why) {
    std::lock_guard lock(reason_mutex);
    if (broken_reason.empty()) broken_reason = why;
  }

  [[nodiscard]] std::string reason() const {
    std::lock_guard lock(reason_mutex);
    return broken_reason;
  }

  // The reader's thread.

  void read_all() {
    for (auto group = to_read.take(); !group.empty(); group = to_read.take())
      for (load_item& one : group) one.done(read_one(one.who));
  }

  result<std::optional<stored_actor>> read_one(const address& who) {
    try {
      std::optional<stored_actor> found;
      std::int64_t reply = 0;
      find_actor.bind(who.kind, who.id);
      while (find_actor.next()) {
        found = stored_actor{.row = find_actor.number(0),
                             .incarnation = find_actor.number(1),
                             .version = find_actor.number(2),
                             .schema = static_cast<int>(find_actor.integer(3)),
                             .state = find_actor.text(5)};
        reply = find_actor.integer(4);
      }
      if (found) read_replies(*found, reply);
      return found;
    } catch (const sqlite::error& e) {
      return failure{"storage_failed", e.what()};
    }
  }

  /// Follows the chain of records from the latest back. It ends at one that was pruned.
  void read_replies(stored_actor& into, std::int64_t id) {
    std::int64_t oldest = civil_ms() - limits.replies_kept.count();
    for (int n = 0; id != 0 && n < limits.replies_per_actor_max; ++n) {
      std::int64_t previous = 0;
      find_reply.bind(id, into.row);
      // To its end even past a record that is too old: a statement at rest holds no snapshot.
      while (find_reply.next()) {
        if (find_reply.integer(1) < oldest) continue;
        previous = find_reply.integer(0);
        into.replies.push_back({.player = find_reply.text(4),
                                .key = find_reply.text(5),
                                .fingerprint = find_reply.number(3),
                                .at_ms = find_reply.integer(1),
                                .version = find_reply.number(2),
                                .body = find_reply.text(6)});
      }
      id = previous < id ? previous : 0;
    }
  }

  const sqlite_store_options limits;
  folder_lock held;
  const std::string file;
  std::unique_ptr<sqlite::connection> writing;
  sqlite::writer writer;
  sqlite::connection reading;
  sqlite::statement find_actor, find_reply;
  inbox<item> to_write;
  inbox<load_item> to_read;
  std::atomic<std::uint64_t> commits{0}, groups{0};
  std::vector<std::pair<save_item*, commit_receipt>> receipts;  // of the group that is being written
  int since_fold = 0;
  mutable std::mutex reason_mutex;
  std::string broken_reason;
  std::thread write_thread, read_thread;
};

sqlite_store::sqlite_store(const std::string& directory, sqlite_store_options limits)
    : parts_(std::make_unique<parts>(directory, limits)) {
  parts_->write_thread = std::thread([this] { parts_->write_all(); });
  parts_->read_thread = std::thread([this] { parts_->read_all(); });
}

sqlite_store::~sqlite_store() {
  parts_->to_write.end();
  parts_->to_read.end();
  parts_->write_thread.join();
  parts_->read_thread.join();
}

void sqlite_store::load(const address& who, loaded done) {
  parts_->to_read.put({who, std::move(done)});
}
void sqlite_store::save(commit what, saved done) {
  parts_->to_write.put(save_item{std::move(what), std::move(done)});
}
void sqlite_store::cross_off(const address& who, delivery what) {
  if (what.owed()) parts_->to_write.put(cross_off_item{who, std::move(what)});
}
void sqlite_store::bury(const address& who, delivery what, std::string reason) {
  if (what.owed()) parts_->to_write.put(bury_item{who, std::move(what), std::move(reason)});
}

backlog sqlite_store::restore() {
  // On a connection of its own: the others belong to their threads.
  sqlite::connection on(parts_->file, SQLITE_OPEN_READONLY);
  backlog owed;
  sqlite::statement messages(on, "SELECT id, to_kind, to_name, command, args FROM messages ORDER BY id");
  while (messages.next())
    owed.messages.push_back({messages.number(0),
                             {{messages.text(1), messages.text(2)}, messages.text(3), messages.text(4)}});
  sqlite::statement reminders(on, "SELECT kind, actor, name, due_ms, command, args FROM reminders");
  while (reminders.next())
    owed.reminders.push_back({{reminders.text(0), reminders.text(1)},
                              {reminders.text(2), from_ms(reminders.integer(3)), reminders.text(4),
                               reminders.text(5)}});
  return owed;
}

std::string sqlite_store::broken() const { return parts_->reason(); }

sqlite_store::statistics sqlite_store::stats() const {
  return {.commits = parts_->commits, .groups = parts_->groups};
}

}  // namespace parlor
