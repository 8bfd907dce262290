#include "runtime/storage/sqlite_tools.hpp"

#include <filesystem>
#include <stdexcept>

#include "runtime/storage/kept_events.hpp"
#include "runtime/storage/sqlite.hpp"
#include "runtime/storage/sqlite_era.hpp"
#include "runtime/storage/sqlite_file.hpp"
#include "runtime/storage/sqlite_schema.hpp"

namespace parlor {
namespace {

std::string store_in(const std::string& directory) { return directory + "/parlor.db"; }

sqlite::connection open_to_read(const std::string& file) {
  if (!std::filesystem::exists(file)) throw std::runtime_error("there is no " + file);
  return {file, SQLITE_OPEN_READONLY};
}

/// Files of the first format have no events.
std::string events_column(sqlite::connection& on) {
  sqlite::statement format(on, "PRAGMA user_version");
  std::string column = "''";
  while (format.next())
    if (format.integer(0) >= 2) column = "a.events";
  return column;
}

void check_actors(sqlite::connection& on, const catalog& kinds, verification& seen,
                  const std::function<void(const std::string&)>& complain) {
  sqlite::statement rows(on, ("SELECT k.name, a.name, a.schema, a.state, " + events_column(on) +
                              " FROM actors a JOIN kinds k ON k.id = a.kind ORDER BY a.id")
                                 .c_str());
  while (rows.next()) {
    ++seen.actors;
    std::string actor = rows.text(0) + "/" + rows.text(1);
    const kind* actor_kind = kinds.find(rows.text(0));
    if (!actor_kind) {
      ++seen.wrong;
      complain(actor + ": this program has no such kind");
      continue;
    }
    auto woken = wake(*actor_kind, static_cast<int>(rows.integer(2)), rows.text(3));
    auto kept = kept_events::load(rows.text(4));
    if (woken && kept) continue;
    ++seen.wrong;
    complain(actor + ": " + (woken ? kept.why() : woken.why()).detail);
  }
}

}  // namespace

void backup(const std::string& directory, const std::string& file) {
  if (std::filesystem::exists(file)) throw std::runtime_error(file + " exists; it was left as it is");
  std::string partial = file + ".partial";
  try {
    sqlite::connection on = open_to_read(store_in(directory));
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
  return verify_file(store_in(directory), kinds, complain);
}

verification verify_file(const std::string& file, const catalog& kinds,
                         const std::function<void(const std::string&)>& complain) {
  verification seen;
  sqlite::connection on = open_to_read(file);
  sqlite::statement integrity(on, "PRAGMA integrity_check");
  while (integrity.next()) {
    if (integrity.text(0) == "ok") continue;
    ++seen.wrong;
    complain("the file: " + integrity.text(0));
  }
  check_actors(on, kinds, seen, complain);
  sqlite::statement dead(on, "SELECT to_kind, to_name, command, reason FROM dead_letters ORDER BY id");
  while (dead.next()) {
    ++seen.dead_letters;
    complain("dead letter to " + dead.text(0) + "/" + dead.text(1) + ": " + dead.text(2) + ": " + dead.text(3));
  }
  return seen;
}

}  // namespace parlor
