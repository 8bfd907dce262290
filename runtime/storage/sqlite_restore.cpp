#include "runtime/storage/sqlite_restore.hpp"

#include <unistd.h>

#include <filesystem>
#include <stdexcept>

#include "runtime/storage/sqlite_era.hpp"
#include "runtime/storage/sqlite_file.hpp"

namespace parlor {
namespace {

namespace fs = std::filesystem;

/// The files that SQLite may keep beside one.
constexpr const char* endings[] = {"-wal", "-shm"};

/// Writes the log of a store that was killed into its file. One that is damaged stays as it is: both are kept.
void fold_log(const std::string& store) {
  try {
    sqlite::connection(store, SQLITE_OPEN_READWRITE).run("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch (const sqlite::error&) {
    // It cannot be served from either, or there would be nothing to restore.
  }
}

void link_or_copy(const std::string& from, const std::string& to) {
  std::error_code no_links;
  fs::create_hard_link(from, to, no_links);
  if (no_links && (!fs::copy_file(from, to) || !sqlite::sync_to_disk(to)))
    throw std::runtime_error(to + " could not be written");
}

/// Gives the store of now a second name, under which nobody looks for one. Returns it.
std::string keep_aside(const std::string& store) {
  if (!fs::exists(store)) return {};
  fold_log(store);
  std::string kept;
  for (int n = 1; kept.empty() || fs::exists(kept); ++n) kept = store + ".replaced-" + std::to_string(n);
  link_or_copy(store, kept);
  if (fs::exists(store + "-wal")) link_or_copy(store + "-wal", kept + "-wal");
  return kept;
}

/// Writes a copy beside the store: of this format, and with a mark that no folder has.
void copy_as_store(const std::string& file, const std::string& to) {
  fs::remove(to);
  for (const char* ending : endings) fs::remove(to + ending);
  sqlite::keep_private(to);
  {
    sqlite::connection from(file, SQLITE_OPEN_READONLY);
    sqlite::statement copy(from, "VACUUM INTO ?");
    copy.bind(to).run();
  }
  sqlite::mark_as_copy(*sqlite::open_to_write(to));
  if (!sqlite::sync_to_disk(to)) throw std::runtime_error(to + " could not be synced");
}

void take_place(const std::string& fresh, const std::string& store) {
  // Of the store of before nothing may stay beside the new one: SQLite would take its log for the new one's.
  for (const char* ending : endings) fs::remove(store + ending);
  fs::rename(fresh, store);
  if (!sqlite::sync_to_disk(fs::path(store).parent_path().string()))
    throw std::runtime_error("the folder could not be synced");
}

void refuse_unsuited(const std::string& directory, const std::string& file) {
  if (!fs::exists(file)) throw std::runtime_error("there is no such file");
  if (!fs::is_regular_file(file)) throw std::runtime_error("it is not a file");
  std::string store = directory + "/parlor.db";
  if (fs::exists(store) && fs::equivalent(file, store)) throw std::runtime_error("it is the folder's store already");
  sqlite::connection on(file, SQLITE_OPEN_READONLY);
  sqlite::check_ours(on);
}

}  // namespace

restoration restore(const std::string& directory, const std::string& file, const catalog& kinds,
                    bool in_spite_of_faults, const std::function<void(const std::string&)>& complain) {
  const std::string store = directory + "/parlor.db", fresh = store + ".restoring";
  try {
    refuse_unsuited(directory, file);
    sqlite::folder_lock held(directory);
    restoration done{.seen = verify_file(file, kinds, complain), .kept_aside = {}};
    if (done.seen.wrong > 0 && !in_spite_of_faults)
      throw std::runtime_error(std::to_string(done.seen.wrong) + " wrong; --force restores it all the same");
    copy_as_store(file, fresh);
    done.kept_aside = keep_aside(store);
    take_place(fresh, store);
    return done;
  } catch (const std::exception& e) {
    std::error_code ignored;
    fs::remove(fresh, ignored);
    throw std::runtime_error("cannot restore " + file + ": " + e.what());
  }
}

}  // namespace parlor
