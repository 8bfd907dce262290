#include "runtime/storage/sqlite_tools.hpp"

#include <filesystem>
#include <stdexcept>

#include "runtime/storage/sqlite.hpp"
#include "runtime/storage/sqlite_era.hpp"
#include "runtime/storage/sqlite_file.hpp"
#include "runtime/storage/sqlite_survey.hpp"

namespace parlor {

void backup(const std::string& directory, const std::string& file) {
  if (std::filesystem::exists(file)) throw std::runtime_error(file + " exists; it was left as it is");
  std::string partial = file + ".partial";
  try {
    sqlite::connection on = sqlite::open_to_read(sqlite::store_in(directory));
    std::filesystem::remove(partial);
    sqlite::keep_private(partial);
    sqlite::statement copy(on, "VACUUM INTO ?");
    copy.bind(partial).run();
    {
      sqlite::connection copied(partial, SQLITE_OPEN_READWRITE);
      sqlite::mark_as_copy(copied);
    }
    if (!sqlite::sync_to_disk(partial)) throw std::runtime_error("it could not be synced");
    std::filesystem::rename(partial, file);
    auto folder = std::filesystem::absolute(file).parent_path();
    if (!sqlite::sync_to_disk(folder.string())) throw std::runtime_error("its folder could not be synced");
  } catch (const std::exception& e) {
    std::error_code ignored;
    std::filesystem::remove(partial, ignored);
    throw std::runtime_error("cannot back up to " + file + ": " + e.what());
  }
}

verification verify(const std::string& directory, const catalog& kinds,
                    const std::function<void(const std::string&)>& complain) {
  return verify_file(sqlite::store_in(directory), kinds, complain);
}

verification verify_file(const std::string& file, const catalog& kinds,
                         const std::function<void(const std::string&)>& complain) {
  verification seen;
  sqlite::connection on = sqlite::open_to_read(file);
  sqlite::statement integrity(on, "PRAGMA integrity_check");
  while (integrity.next()) {
    if (integrity.text(0) == "ok") continue;
    ++seen.wrong;
    complain("the file: " + integrity.text(0));
  }
  for (const kind_survey& s : survey_file(file, kinds, complain)) {
    seen.actors += s.looked_at();
    seen.wrong += s.unreadable;
  }
  sqlite::statement dead(on, "SELECT to_kind, to_name, command, reason FROM dead_letters ORDER BY id");
  while (dead.next()) {
    ++seen.dead_letters;
    complain("dead letter to " + dead.text(0) + "/" + dead.text(1) + ": " + dead.text(2) + ": " + dead.text(3));
  }
  return seen;
}

}  // namespace parlor
