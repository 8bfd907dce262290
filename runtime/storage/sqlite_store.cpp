#include "runtime/storage/sqlite_store.hpp"

#include <algorithm>
#include <atomic>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/storage/inbox.hpp"
#include "runtime/storage/sqlite.hpp"
#include "runtime/storage/sqlite_era.hpp"
#include "runtime/storage/sqlite_file.hpp"
#include "runtime/storage/sqlite_reader.hpp"
#include "runtime/storage/sqlite_writer.hpp"

namespace parlor {
namespace {

std::int64_t civil_ms() { return to_ms(std::chrono::time_point_cast<duration>(std::chrono::system_clock::now())); }

/// A sync that failed: from here on nobody knows what is on the disk.
bool lost_sync(int code) {
  return code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC || code == SQLITE_IOERR_TRUNCATE ||
         code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

using steady = std::chrono::steady_clock;

std::uint64_t ns_since(steady::time_point since) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(steady::now() - since).count());
}

struct save_item {
  save_item(commit&& the_commit, store::saved&& the_done) : change(std::move(the_commit)), done(std::move(the_done)) {}
  void answer() {
    if (refused.empty()) done(receipt);
    else done(failure{"storage_failed", std::move(refused)});
  }
  commit change;
  store::saved done;
  commit_receipt receipt;
  std::string refused;  // why; empty if it was stored
  steady::time_point since = steady::now();
};
struct cross_off_item {
  cross_off_item(const address& receiver, delivery&& the_delivery) : actor(receiver), owed(std::move(the_delivery)) {}
  address actor;
  delivery owed;
};
struct bury_item {
  bury_item(const address& receiver, delivery&& the_delivery, std::string&& the_reason)
      : actor(receiver), owed(std::move(the_delivery)), reason(std::move(the_reason)) {}
  address actor;
  delivery owed;
  std::string reason;
};
/// Something seldom: it is done as one of a group, perhaps again with the next try, and told once.
struct task_item {
  task_item(std::function<void(sqlite::writer&)>&& the_work, std::function<void(const std::string&)>&& the_done)
      : work(std::move(the_work)), done(std::move(the_done)) {}
  std::function<void(sqlite::writer&)> work;
  std::function<void(const std::string& refused)> done;
  std::string refused;  // why; empty if it was done
};
/// Has the writer do something and tells the caller what came of it, or why it could not be done.
template <class Outcome, class Do, class Done>
task_item make_task(Do work, Done done) {
  auto outcome = std::make_shared<Outcome>();
  auto to = std::make_shared<Done>(std::move(done));
  return {[outcome, work](sqlite::writer& w) { *outcome = work(w); },
          [outcome, to](const std::string& refused) {
            if (refused.empty()) (*to)(std::move(*outcome));
            else (*to)(failure{"storage_failed", refused});
          }};
}

using item = std::variant<save_item, cross_off_item, bury_item, clock_record, task_item>;
using group = std::vector<item>;

struct load_item {
  load_item(const address& wanted, store::loaded&& the_done) : actor(wanted), done(std::move(the_done)) {}
  address actor;
  store::loaded done;
  result<std::optional<stored_actor>> found{std::nullopt};
  steady::time_point since = steady::now();
};

}  // namespace

struct sqlite_store::parts {
  /// Fewer than these are too few to wait for.
  static constexpr std::size_t crowd = 16;
  /// Loads that share a snapshot: the first of many need not wait for the last.
  static constexpr std::ptrdiff_t loads_together_max = 64;

  parts(const std::string& directory, sqlite_store_options the_limits)
      : limits(the_limits),
        held(directory, limits.lock_within),
        file(directory + "/parlor.db"),
        writing(sqlite::open_to_write(file)),
        eras(*writing, directory),
        writer(*writing, limits),
        found_clock(writer.last_clock()),
        reader(file, limits) {
    sqlite3_wal_hook(writing->handle(), &log_grew, this);
  }

  // The writer's thread.

  void write_all() {
    std::size_t may_come = 1;
    for (;;) {
      group commits = to_write.take(may_come >= crowd ? may_come : 1, limits.company_awaited);
      if (commits.empty()) return;
      while (!write_together(commits)) {
        // One of them could not be stored: the others go without it.
      }
      // Whoever is answered now may ask again, and others have come meanwhile.
      may_come = commits.size() + to_write.size();
      for (item& item : commits) {
        if (auto* save = std::get_if<save_item>(&item)) answer(*save);
        else if (auto* task = std::get_if<task_item>(&item)) task->done(task->refused);
      }
      fold_log();
    }
  }

  void answer(save_item& save) {
    if (save.refused.empty()) commit_ns.record(ns_since(save.since));
    else ++refused;
    save.answer();
  }

  /// Writes a group as one transaction. If one item cannot be stored the transaction is rolled back, that
  /// item is refused, and the answer is false: then the group is to be written again.
  bool write_together(group& commits) {
    if (std::string why = reason(); !why.empty()) return refuse(commits, why), true;
    item* at = nullptr;
    std::uint64_t stored = 0;
    auto begun = steady::now();
    try {
      writer.begin();
      for (item& item : commits) stored += write_one(*(at = &item));
      at = nullptr;
      std::size_t gone = writer.prune(civil_ms());
      writer.end();
      letters_let_go += gone;
    } catch (const sqlite::error& e) {
      give_up_group(e);
      if (!at || !faulty_item(e.code)) return refuse(commits, e.what()), true;
      if (auto* save = std::get_if<save_item>(at)) save->refused = e.what();
      else if (auto* task = std::get_if<task_item>(at)) task->refused = e.what();
      else *at = cross_off_item{{}, {}};  // there is nobody to tell
      return false;
    }
    ++groups;
    this->commits += stored;
    group_ns.record(ns_since(begun));
    group_commits.record(stored);
    return true;
  }

  /// Whether it is the item that is wrong, and not the disk.
  static bool faulty_item(int code) {
    int primary = code & 0xff;
    return primary == SQLITE_CONSTRAINT || primary == SQLITE_TOOBIG || primary == SQLITE_MISMATCH;
  }

  /// Returns whether it was a commit.
  bool write_one(item& item) {
    if (auto* save = std::get_if<save_item>(&item)) {
      if (!save->refused.empty()) return false;
      save->receipt = writer.apply(save->change);
      return true;
    }
    if (auto* crossed = std::get_if<cross_off_item>(&item)) writer.cross_off(crossed->actor, crossed->owed);
    else if (auto* buried = std::get_if<bury_item>(&item))
      writer.bury(buried->actor, buried->owed, buried->reason, civil_ms());
    else if (auto* seen = std::get_if<clock_record>(&item)) writer.keep_clock(*seen);
    else if (auto* task = std::get_if<task_item>(&item); task && task->refused.empty()) task->work(writer);
    return false;
  }

  void give_up_group(const sqlite::error& e) {
    try {
      writer.roll_back();
    } catch (const sqlite::error& again) {
      stop_for_good(again.what());
    }
    if (lost_sync(e.code)) stop_for_good(e.what());
  }

  static void refuse(group& commits, const std::string& why) {
    for (item& item : commits) {
      if (auto* save = std::get_if<save_item>(&item); save && save->refused.empty()) save->refused = why;
      if (auto* task = std::get_if<task_item>(&item); task && task->refused.empty()) task->refused = why;
    }
  }

  void fold_log() {
    if (log_pages < fold_at) return;
    // Then it begins anew, unless somebody is reading it just now: it grows on, and is folded a while later.
    fold_at = log_pages + limits.checkpoint_pages / 4;
    int code = sqlite3_wal_checkpoint_v2(writing->handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    if (lost_sync(code)) stop_for_good("the write-ahead log could not be synced into the file");
  }

  /// SQLite tells after each transaction how long the log is now.
  static int log_grew(void* self, sqlite3*, const char*, int pages) {
    auto& p = *static_cast<parts*>(self);
    if (pages < p.log_pages) p.fold_at = p.limits.checkpoint_pages;
    p.log_pages = pages;
    return SQLITE_OK;
  }

  /// A copy that was made while the store was open is known by its mark from now on.
  void take_leave() {
    if (!reason().empty()) return;
    try {
      eras.renew_mark();
    } catch (const std::exception&) {
      // Then the mark of before still counts.
    }
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
    for (auto loads = to_read.take(); !loads.empty(); loads = to_read.take())
      for (auto from = loads.begin(); from != loads.end();) {
        auto to = from + std::min(loads.end() - from, loads_together_max);
        read_together({std::move_iterator(from), std::move_iterator(to)});
        from = to;
      }
  }

  void read_together(std::vector<load_item> some) {
    {
      sqlite::reader::snapshot now(reader);
      for (load_item& load : some) load.found = reader.load(load.actor, civil_ms());
    }
    for (load_item& load : some) {
      load_ns.record(ns_since(load.since));
      load.done(std::move(load.found));
    }
  }

  const sqlite_store_options limits;
  sqlite::folder_lock held;
  const std::string file;
  std::unique_ptr<sqlite::connection> writing;
  sqlite::era_marks eras;
  sqlite::writer writer;
  const clock_record found_clock;
  std::atomic<bool> holds_deletions{found_clock.held > duration{0}};
  sqlite::reader reader;
  inbox<item> to_write;
  inbox<load_item> to_read;
  std::atomic<std::uint64_t> commits{0}, groups{0}, refused{0}, letters_let_go{0};
  histogram commit_ns{time_bounds_ns}, group_ns{time_bounds_ns}, load_ns{time_bounds_ns};
  histogram group_commits{size_bounds};
  int log_pages = 0, fold_at = limits.checkpoint_pages;
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
  parts_->take_leave();
}

void sqlite_store::load(const address& actor, loaded done) { parts_->to_read.put(actor, std::move(done)); }
void sqlite_store::save(commit change, saved done) {
  parts_->to_write.put(std::in_place_type<save_item>, std::move(change), std::move(done));
}
void sqlite_store::cross_off(const address& actor, delivery owed) {
  if (owed.any()) parts_->to_write.put(std::in_place_type<cross_off_item>, actor, std::move(owed));
}
void sqlite_store::bury(const address& actor, delivery owed, std::string reason) {
  if (owed.any()) parts_->to_write.put(std::in_place_type<bury_item>, actor, std::move(owed), std::move(reason));
}

void sqlite_store::drop_messages(const address& actor, counted done) {
  auto drop = [actor](sqlite::writer& w) { return w.drop_messages(actor); };
  parts_->to_write.put(make_task<std::size_t>(std::move(drop), std::move(done)));
}
void sqlite_store::read_letters(const letter_choice& which, std::uint64_t after, std::size_t most, letters_read done) {
  auto read = [which, after, most](sqlite::writer& w) { return w.read_letters(which, after, most); };
  parts_->to_write.put(make_task<std::vector<dead_letter>>(std::move(read), std::move(done)));
}
void sqlite_store::redeliver(const letter_choice& which, redelivered done) {
  auto redeliver = [which](sqlite::writer& w) { return w.redeliver(which); };
  parts_->to_write.put(make_task<std::vector<stored_message>>(std::move(redeliver), std::move(done)));
}
void sqlite_store::drop_letters(const letter_choice& which, counted done) {
  auto drop = [which](sqlite::writer& w) { return w.drop_letters(which); };
  parts_->to_write.put(make_task<std::size_t>(std::move(drop), std::move(done)));
}

result<std::vector<stored_message>> sqlite_store::owed(std::uint64_t after, std::uint64_t last,
                                                       std::size_t messages_max) {
  try {
    sqlite::connection on(parts_->file, SQLITE_OPEN_READONLY);
    return sqlite::read_owed(on, after, last, messages_max);
  } catch (const sqlite::error& e) {
    return failure{"storage_failed", e.what()};
  }
}

backlog sqlite_store::restore(std::size_t messages_max) {
  // On a connection of its own: the others belong to their threads.
  sqlite::connection on(parts_->file, SQLITE_OPEN_READONLY);
  backlog owed{.messages = sqlite::read_owed(on, 0, UINT64_MAX, messages_max)};
  sqlite::statement last(on, "SELECT max(id) FROM messages");
  while (last.next()) owed.last_message = last.number(0);
  sqlite::statement reminders(on, "SELECT kind, actor, name, due_ms, command, args FROM reminders");
  while (reminders.next())
    owed.reminders.push_back(
        {{reminders.text(0), reminders.text(1)},
         {reminders.text(2), from_ms(reminders.integer(3)), reminders.text(4), reminders.text(5)}});
  return owed;
}

std::uint64_t sqlite_store::era() const { return parts_->eras.era(); }

clock_record sqlite_store::last_clock() const { return parts_->found_clock; }
void sqlite_store::keep_clock(clock_record now) {
  parts_->holds_deletions = now.held > duration{0};
  parts_->to_write.put(std::in_place_type<clock_record>, now);
}
bool sqlite_store::holds_deletions() const { return parts_->holds_deletions; }
void sqlite_store::accept_clock() { parts_->holds_deletions = false; }

bool sqlite_store::era_began() const { return parts_->eras.began(); }

std::string sqlite_store::broken() const { return parts_->reason(); }

sqlite_store::statistics sqlite_store::stats() const {
  return {.commits = parts_->commits,
          .groups = parts_->groups,
          .refused = parts_->refused,
          .commit_ns = parts_->commit_ns.read(),
          .group_ns = parts_->group_ns.read(),
          .group_commits = parts_->group_commits.read(),
          .load_ns = parts_->load_ns.read(),
          .letters_let_go = parts_->letters_let_go};
}

}  // namespace parlor
