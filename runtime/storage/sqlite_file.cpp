#include "runtime/storage/sqlite_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include "runtime/storage/sqlite_schema.hpp"

namespace parlor::sqlite {
namespace {

constexpr mode_t owner_alone = 0600;
constexpr auto lock_tried_again_after = std::chrono::milliseconds(5);

}  // namespace

folder_lock::folder_lock(const std::string& directory, duration within) {
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  if (failed) throw std::runtime_error("cannot make the folder " + directory + ": " + failed.message());
  std::string path = directory + "/lock";
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, owner_alone);
  if (file_ < 0) throw std::runtime_error("cannot write " + path + ": " + std::strerror(errno));
  const auto until = std::chrono::steady_clock::now() + within;
  while (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
    if (std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(lock_tried_again_after);
      continue;
    }
    ::close(file_);
    throw std::runtime_error("the folder " + directory + " is in use by another process");
  }
}

folder_lock::~folder_lock() { ::close(file_); }

namespace {

std::int64_t pragma(connection& on, const char* sql) {
  statement ask(on, sql);
  std::int64_t value = 0;
  while (ask.next()) value = ask.integer(0);
  return value;
}

void set_format(connection& on) { on.run(("PRAGMA user_version = " + std::to_string(format_version)).c_str()); }

/// Makes a file of an earlier format one of today's, all at once or not at all.
void bring_up_to_date(connection& on, std::int64_t format) {
  on.run("BEGIN IMMEDIATE");
  for (; format < format_version; ++format) on.run(steps[format - 1]);
  set_format(on);
  on.run("COMMIT");
}

/// Makes the tables in a new file, and mends those of an earlier format. Refuses a file that is not ours or is newer
/// than this program.
void prepare_file(connection& on) {
  std::int64_t id = pragma(on, "PRAGMA application_id");
  std::int64_t tables = pragma(on, "SELECT count(*) FROM sqlite_master");
  if (id == 0 && tables == 0) {
    on.run("BEGIN IMMEDIATE");
    on.run(schema);
    on.run(store_table);
    on.run(("PRAGMA application_id = " + std::to_string(application_id)).c_str());
    set_format(on);
    on.run("COMMIT");
    return;
  }
  if (std::int64_t format = check_ours(on); format < format_version) bring_up_to_date(on, format);
}

}  // namespace

void keep_private(const std::string& file) {
  int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, owner_alone);
  if (made < 0) return;
  ::fchmod(made, owner_alone);
  ::close(made);
}

std::int64_t check_ours(connection& on) {
  if (pragma(on, "PRAGMA application_id") != application_id) throw std::runtime_error("it is not a file of parlor's");
  std::int64_t format = pragma(on, "PRAGMA user_version");
  if (format < 1 || format > format_version)
    throw std::runtime_error("its format is " + std::to_string(format) + ", this program's is " +
                             std::to_string(format_version));
  return format;
}

bool sync_to_disk(const std::string& file) {
  int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  bool synced = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  return synced;
}

void write_whole(const std::string& file, const std::string& text) {
  std::string fresh = file + ".new";
  int to = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, owner_alone);
  bool written = to >= 0 && ::write(to, text.data(), text.size()) == ssize_t(text.size()) && ::fsync(to) == 0;
  if (to >= 0) ::close(to);
  if (!written || ::rename(fresh.c_str(), file.c_str()) != 0 ||
      !sync_to_disk(std::filesystem::path(file).parent_path().string()))
    throw std::runtime_error("cannot write " + file + ": " + std::strerror(errno));
}

std::string store_in(const std::string& directory) { return directory + "/parlor.db"; }

connection open_to_read(const std::string& file) {
  if (!std::filesystem::exists(file)) throw std::runtime_error("there is no " + file);
  return {file, SQLITE_OPEN_READONLY};
}

std::string events_column(connection& on) {
  statement format(on, "PRAGMA user_version");
  std::string column = "''";
  while (format.next())
    if (format.integer(0) >= 2) column = "a.events";
  return column;
}

std::unique_ptr<connection> open_to_write(const std::string& file) {
  try {
    // What SQLite puts beside it later gets the file's rights; a log that was copied here with it has its own.
    keep_private(file);
    for (const char* beside : {"-wal", "-shm"})
      if (std::filesystem::exists(file + beside)) keep_private(file + beside);
    auto on = std::make_unique<connection>(file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    on->run("PRAGMA journal_mode = WAL");
    on->run("PRAGMA synchronous = FULL");
    on->run("PRAGMA wal_autocheckpoint = 0");  // the writer does it itself, and looks at the result
    prepare_file(*on);
    return on;
  } catch (const std::exception& e) {
    throw std::runtime_error("cannot use " + file + ": " + e.what());
  }
}

}  // namespace parlor::sqlite
