#pragma once

#include <memory>
#include <string>

#include "runtime/storage/sqlite.hpp"
#include "runtime/values/instant.hpp"

namespace parlor::sqlite {

/// Holds a folder for this process. The lock goes with the process, however that ends.
class folder_lock {
 public:
  /// Throws std::runtime_error if another process holds it, and still does so after `within`.
  explicit folder_lock(const std::string& directory, duration within = duration{0});
  ~folder_lock();
  folder_lock(const folder_lock&) = delete;
  folder_lock& operator=(const folder_lock&) = delete;

 private:
  int file_ = -1;
};

/// Makes `file`, empty, unless it is there, and has its owner alone read and write it: saved states hold what players
/// may not see of each other. Its rights stay as they are where that cannot be done.
void keep_private(const std::string& file);

/// Has what was written to a file, or to a folder's list of files, reach the disk. False if it may not have.
[[nodiscard]] bool sync_to_disk(const std::string& file);

/// Puts a private file with this text in the place of `file`, all at once, and on the disk. Throws std::runtime_error
/// if that fails; then `file` is as it was, or as it should be.
void write_whole(const std::string& file, const std::string& text);

/// Throws std::runtime_error unless the file is parlor's and of a format that this program knows. Returns the format.
std::int64_t check_ours(connection& on);

/// The file of actors in a data folder.
std::string store_in(const std::string& directory);

/// Opens a file of actors to read. Throws std::runtime_error if there is none.
connection open_to_read(const std::string& file);

/// The column `events` of the actors `a`, for a query: files of the first format have none.
std::string events_column(connection& on);

/// Opens a file of actors to write, with its tables; makes it if it is not there. Throws
/// std::runtime_error with one clear sentence, and has changed nothing, if it is not ours, newer than
/// this program, or cannot be used.
std::unique_ptr<connection> open_to_write(const std::string& file);

}  // namespace parlor::sqlite
