#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "http/settings/config_file.hpp"
#include "runtime/services/programs.hpp"

/// `[process.NAME]` of the configuration file: a kind whose players have a program of their own.
///
/// One table (process_settings.cpp) names each key once: how it is read, shown, and what it may be.
namespace parlor::http {

struct process_settings {
  program_options program;
  duration idle_after{0};  ///< 0: the configuration's
  bool gateway = false;    ///< `POST /{player}/action` goes to this one, too
};

/// Reads a table. Throws settings_error.
process_settings read_process(const file_entry& table);

/// Writes the table as it would be read.
void print(const std::string& name, const process_settings& p, std::ostream& out);

}  // namespace parlor::http
