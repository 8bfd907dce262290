#pragma once

#include <functional>
#include <string>

#include "runtime/storage/sqlite_tools.hpp"

namespace parlor {

/// What `restore` did.
struct restoration {
  verification seen;       ///< of the copy
  std::string kept_aside;  ///< the file that the store of before is now; empty if there was none
};

/// Puts a copy of `file`, such as `backup` made, in the place of the store in `directory`, all at once. The copy is
/// verified first, the store of before is kept beside it, and the next start begins an era. Calls `complain` as
/// `verify` does; with a fault it does nothing, unless `in_spite_of_faults`.
///
/// Throws std::runtime_error with one sentence if the folder is served, the file is not a store that this program
/// reads, or something fails; then the folder's store is as it was.
restoration restore(const std::string& directory, const std::string& file, const catalog& kinds,
                    bool in_spite_of_faults, const std::function<void(const std::string&)>& complain);

}  // namespace parlor
