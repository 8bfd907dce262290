#include "runtime/storage/sqlite_era.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <vector>

#include "runtime/storage/sqlite_file.hpp"
#include "runtime/values/random.hpp"

namespace parlor::sqlite {
namespace {

/// What the file beside a store says: which file the store was, and the marks that it may have. While it gets another
/// mark these are two, so that whichever the store has when the power goes, it is known again.
struct served_note {
  std::uint64_t inode = 0;
  std::int64_t made_ns = 0;  ///< 0: the file system does not tell
  std::vector<std::uint64_t> marks{0};
};

served_note note_of(const std::string& store_file) {
  struct statx known {};
  served_note note;
  if (::statx(AT_FDCWD, store_file.c_str(), 0, STATX_INO | STATX_BTIME, &known) != 0) return note;
  note.inode = known.stx_ino;
  if (known.stx_mask & STATX_BTIME)
    note.made_ns = known.stx_btime.tv_sec * 1'000'000'000 + std::int64_t{known.stx_btime.tv_nsec};
  return note;
}

/// What stands in the file; a note without an inode if there is none, or it cannot be read.
served_note read_note(const std::string& file) {
  served_note note;
  std::ifstream in(file);
  if (!(in >> note.inode >> note.made_ns)) return {};
  note.marks.clear();
  for (std::uint64_t mark = 0; in >> mark;) note.marks.push_back(mark);
  return note;
}

void write_note(const std::string& file, const served_note& note) {
  std::string text = std::to_string(note.inode) + " " + std::to_string(note.made_ns);
  for (std::uint64_t mark : note.marks) text += " " + std::to_string(mark);
  write_whole(file, text + "\n");
}

}  // namespace

era_marks::era_marks(connection& on, const std::string& directory) : on_(on), folder_(directory) {
  statement known(on, "SELECT era, mark FROM store");
  while (known.next()) {
    era_ = known.number(0);
    mark_ = known.number(1);
  }
  served_note last = read_note(folder_ + "/era"), now = note_of(folder_ + "/parlor.db");
  bool served_here = last.inode == now.inode && last.made_ns == now.made_ns;
  bool never_served = last.inode == 0 && mark_ == 0;
  bool same_mark = std::find(last.marks.begin(), last.marks.end(), mark_) != last.marks.end();
  if (same_mark && (served_here || never_served)) renew_mark();
  else begin_era();
}

void era_marks::begin_era() {
  began_ = true;
  do {
    era_ = random_number(purpose::incarnations);
  } while (era_ == 0);
  mark_ = random_number(purpose::names);
  // First in the store: a start that ends here is not taken for one that went on.
  statement(on_, "UPDATE store SET era = ?, mark = ?").bind(era_, mark_).run();
  served_note note = note_of(folder_ + "/parlor.db");
  note.marks = {mark_};
  write_note(folder_ + "/era", note);
}

void era_marks::renew_mark() {
  std::uint64_t next = random_number(purpose::names);
  served_note note = note_of(folder_ + "/parlor.db");
  note.marks = {mark_, next};
  write_note(folder_ + "/era", note);
  statement(on_, "UPDATE store SET mark = ?").bind(next).run();
  mark_ = next;
  note.marks = {mark_};
  write_note(folder_ + "/era", note);
}

void mark_as_copy(connection& on) {
  statement format(on, "PRAGMA user_version");
  bool has_marks = false;
  while (format.next()) has_marks = format.integer(0) >= 4;
  if (has_marks) statement(on, "UPDATE store SET mark = ?").bind(random_number(purpose::names)).run();
}

}  // namespace parlor::sqlite
