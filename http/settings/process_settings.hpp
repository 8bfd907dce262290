#pragma once

#include <iosfwd>
#include <map>
#include <string>
#include <vector>

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

/// A value of the file: one text, or a list of them.
struct file_value {
  std::vector<std::string> texts;  ///< exactly one if it is no list
  bool is_list = false;
};

/// Reads the keys of a table. Throws settings_error; `where` is how it begins.
process_settings read_process(const std::map<std::string, file_value>& keys, const std::string& where);

/// Writes the table as it would be read.
void print(const std::string& name, const process_settings& p, std::ostream& out);

}  // namespace parlor::http
