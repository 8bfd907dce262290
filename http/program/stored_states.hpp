#pragma once

#include <functional>
#include <string>

#include "runtime/storage/sqlite_survey.hpp"
#include "runtime/values/journal.hpp"

/// Whether this program can read what is stored, as the log, the terminal and operators are told of it.
namespace parlor::http {

/// Reads a sample of each kind's stored states, in a process of its own: see `survey_apart`.
state_survey sample_states(const std::string& data, const catalog& kinds);

/// Has the log say what of a sample cannot be read, a line for each kind; that ends the start with std::runtime_error
/// if `refuses`. Kinds of which nothing is stored are added.
void tell_of_sample(state_survey& seen, const catalog& kinds, bool refuses, journal& log);

using tell_function = std::function<void(const std::string& line)>;

/// `parlor verify --quick`: tells of the same sample. Returns the program's exit status.
int verify_quickly(const std::string& data, const catalog& kinds, const tell_function& tell);

/// `parlor upgrade --dry-run`: reads all stored states, and tells of each kind how they read. Returns the program's
/// exit status.
int try_upgrade(const std::string& data, const catalog& kinds, const tell_function& tell);

}  // namespace parlor::http
