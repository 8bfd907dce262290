#pragma once

#include <cstdint>
#include <string>

#include "runtime/storage/sqlite.hpp"

/// Tells whether a folder's store is the one that was last served from it, and else begins an era.
///
/// At each start, and at each end, the store and the file `era` beside it get one and the same new mark. The file also
/// says which file the store was: its inode, and when that was made. So a copy of the store that is put back by hand is
/// noticed by its mark, a copy of the whole folder by the file, and `parlor backup` gives its copies a mark that no
/// folder has. A folder that nobody served since it was made, or since its format had no marks, has none on either
/// side: its history goes on.
///
/// When in doubt an era begins: clients then look anew, and nothing is lost by it.
namespace parlor::sqlite {

class era_marks {
 public:
  /// Finds out, with a store that is open to write in a folder that is held. Throws `error` or std::runtime_error if
  /// the marks cannot be written.
  era_marks(connection& on, const std::string& directory);

  /// See `store::era`.
  [[nodiscard]] std::uint64_t era() const { return era_; }
  /// Whether it began with this.
  [[nodiscard]] bool began() const { return began_; }
  /// Gives both another mark. Throws as the constructor does, and then the old one still counts.
  void renew_mark();

 private:
  void begin_era();

  connection& on_;
  const std::string folder_;
  std::uint64_t era_ = 0;
  std::uint64_t mark_ = 0;
  bool began_ = false;
};

/// Gives a copy a mark that no folder has: whoever serves from it begins an era. Does nothing to a file of a format
/// without marks.
void mark_as_copy(connection& on);

}  // namespace parlor::sqlite
