#include "runtime/storage/sqlite_letter_tools.hpp"

#include <filesystem>
#include <stdexcept>

#include "runtime/storage/sqlite_file.hpp"
#include "runtime/storage/sqlite_letters.hpp"
#include "runtime/storage/sqlite_schema.hpp"

namespace parlor {
namespace {

std::string existing_store_in(const std::string& directory) {
  std::string file = directory + "/parlor.db";
  if (!std::filesystem::exists(file)) throw std::runtime_error("there is no " + file);
  return file;
}

/// Holds the folder; a server that serves from it is another process.
sqlite::folder_lock hold_unserved(const std::string& directory) try {
  return sqlite::folder_lock(directory);
} catch (const std::exception& e) {
  throw std::runtime_error(std::string(e.what()) +
                           ": nothing was changed; while a server runs there, /api/admin/letters does this");
}

/// Does `work` in one transaction.
template <class Work>
std::size_t change_letters(const std::string& directory, Work work) {
  std::string file = existing_store_in(directory);
  sqlite::folder_lock held = hold_unserved(directory);
  auto on = sqlite::open_to_write(file);
  sqlite::letters letters(*on);
  on->run("BEGIN IMMEDIATE");
  std::size_t count = work(*on, letters);
  on->run("COMMIT");
  return count;
}

}  // namespace

std::vector<dead_letter> letters_in(const std::string& directory, const letter_choice& which) {
  sqlite::connection on(existing_store_in(directory), SQLITE_OPEN_READONLY);
  bool has_chains = sqlite::check_ours(on) >= sqlite::chains_since_format;
  return sqlite::read_letters(on, which, has_chains);
}

std::size_t redeliver_letters(const std::string& directory, const letter_choice& which) {
  return change_letters(directory, [&which](sqlite::connection& on, sqlite::letters& letters) {
    std::uint64_t next_message = 1;
    sqlite::statement last(on, "SELECT max(id) FROM messages");
    while (last.next()) next_message = last.number(0) + 1;
    return letters.redeliver(which, next_message).size();
  });
}

std::size_t drop_letters(const std::string& directory, const letter_choice& which) {
  return change_letters(directory,
                        [&which](sqlite::connection&, sqlite::letters& letters) { return letters.drop(which); });
}

}  // namespace parlor
