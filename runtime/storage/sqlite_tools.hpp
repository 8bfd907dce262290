#pragma once

#include <functional>
#include <string>

#include "runtime/authoring/catalog.hpp"

/// What an operator does to a data folder from another process. All of it only reads, so a server may be
/// serving from the folder meanwhile.
namespace parlor {

/// Writes a copy of the actors in `directory`, as they are at one moment, to `file`. Throws
/// std::runtime_error with one sentence; a file that exists is not overwritten.
void backup(const std::string& directory, const std::string& file);

/// What `verify` saw.
struct verification {
  std::size_t actors = 0;
  std::size_t wrong = 0;
  std::size_t dead_letters = 0;
};

/// Checks the file itself, and every stored actor against its kind. Calls `complain` with a sentence for each
/// thing that is wrong. Throws std::runtime_error if the file cannot be read at all.
verification verify(const std::string& directory, const catalog& kinds,
                    const std::function<void(const std::string&)>& complain);
/// The same of one file, such as a backup.
verification verify_file(const std::string& file, const catalog& kinds,
                         const std::function<void(const std::string&)>& complain);

}  // namespace parlor
