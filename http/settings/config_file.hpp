#pragma once

#include <string>
#include <vector>

/// The configuration file, free of the library that reads TOML: only config_file.cpp knows that.
namespace parlor::http {

struct file_entry;

/// A value of the file.
struct file_value {
  enum class form { text, list, table, other };
  form is = form::other;
  std::string text;                 ///< of a text, a whole number, true or false: as the command line would have it
  std::vector<file_value> items;    ///< of a list
  std::vector<file_entry> entries;  ///< of a table, in the order of their keys
};

struct file_entry {
  std::string key;
  std::string where;  ///< `parlor.toml, line 3: process.mygame.ready`: how a sentence about it begins
  file_value value;
};

/// Reads a file. Throws settings_error.
std::vector<file_entry> read_config_file(const std::string& file);

/// The text of a value. Throws settings_error if it has none; `where` is how the sentence begins.
const std::string& text_of(const file_value& value, const std::string& where);

/// The entries of a table. Throws settings_error if the value is none.
const std::vector<file_entry>& table_of(const file_entry& entry);

}  // namespace parlor::http
