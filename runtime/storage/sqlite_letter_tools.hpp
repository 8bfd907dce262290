#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "runtime/storage/store.hpp"

/// What an operator does to the dead letters of a data folder from another process.
namespace parlor {

/// The dead letters, the oldest first. A server may be serving from the folder meanwhile. Throws std::runtime_error
/// with one sentence.
std::vector<dead_letter> letters_in(const std::string& directory, const letter_choice& which);

/// Makes messages of dead letters, which the next server on the folder delivers, each as the beginning of a chain.
/// Returns how many. Throws std::runtime_error with one sentence, and has changed nothing, if a server serves from the
/// folder: that one is asked itself then.
std::size_t redeliver_letters(const std::string& directory, const letter_choice& which);

/// Removes dead letters, under the same conditions. Returns how many.
std::size_t drop_letters(const std::string& directory, const letter_choice& which);

}  // namespace parlor
