#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "runtime/authoring/catalog.hpp"

/// How much of what is stored a program can read. All of it only reads, beside a server or not.
namespace parlor {

/// The states of one kind that were looked at.
struct kind_survey {
  std::string kind;
  std::size_t as_they_are = 0;
  std::map<int, std::size_t> upgraded{};  ///< by the version that they are stored in
  std::size_t unreadable = 0;
  std::vector<std::string> reasons{};  ///< of the first few that are: `tictactoe/r1: cells is missing`

  [[nodiscard]] std::size_t looked_at() const;
};

/// By the kinds' names; kinds without stored actors are left out.
using state_survey = std::vector<kind_survey>;

/// Why a stored actor cannot be read, in a sentence; empty if it can.
struct stored_row {
  std::string kind, id;
  int schema = 1;
  std::string state, events;
};
[[nodiscard]] std::string fault_of(const stored_row& row, const catalog& kinds);

/// Reads all actors that are stored in `directory`. Calls `complain` with a sentence for each that cannot be read.
/// Throws std::runtime_error if the file cannot be read.
state_survey survey(const std::string& directory, const catalog& kinds,
                    const std::function<void(const std::string&)>& complain = {});
/// The same of one file, such as a backup.
state_survey survey_file(const std::string& file, const catalog& kinds,
                         const std::function<void(const std::string&)>& complain);

/// Reads up to `most` actors of each kind: the oldest, the newest, and some between. Ends after `patience`, whatever
/// was read by then. A folder without a store has none. Throws as `survey` does.
/// `reads` is told of each before it is read.
state_survey sample(const std::string& directory, const catalog& kinds, std::size_t most,
                    std::chrono::milliseconds patience, const std::function<void(const address&)>& reads = {});

}  // namespace parlor
