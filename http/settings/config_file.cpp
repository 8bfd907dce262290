#include "http/settings/config_file.hpp"

#include <toml++/toml.h>

#include <utility>

#include "http/settings/settings_error.hpp"

namespace parlor::http {
namespace {

/// Where in the file a table stands: the file, and what comes before its keys.
struct table_place {
  const std::string& file;
  std::string path;
};

std::vector<file_entry> entries_of(const toml::table& table, const table_place& at);

file_value value_of(const toml::node& node, const table_place& at) {
  using form = file_value::form;
  if (auto s = node.value_exact<std::string>()) return {.is = form::text, .text = *s};
  if (auto n = node.value_exact<std::int64_t>()) return {.is = form::text, .text = std::to_string(*n)};
  if (auto b = node.value_exact<bool>()) return {.is = form::text, .text = *b ? "true" : "false"};
  if (auto table = node.as_table()) return {.is = form::table, .entries = entries_of(*table, at)};
  file_value made;
  if (auto list = node.as_array()) {
    made.is = form::list;
    for (auto&& item : *list) made.items.push_back(value_of(item, at));
  }
  return made;
}

std::vector<file_entry> entries_of(const toml::table& table, const table_place& at) {
  std::vector<file_entry> entries;
  for (auto&& [key, node] : table) {
    std::string path = at.path + std::string(key.str());
    std::string where = at.file + ", line " + std::to_string(key.source().begin.line) + ": " + path;
    entries.push_back({std::string(key.str()), std::move(where), value_of(node, {at.file, path + "."})});
  }
  return entries;
}

}  // namespace

std::vector<file_entry> read_config_file(const std::string& file) {
  try {
    return entries_of(toml::parse_file(file), {file, ""});
  } catch (const toml::parse_error& e) {
    auto line = e.source().begin.line;
    std::string place = line > 0 ? file + ", line " + std::to_string(line) : file;
    throw settings_error("cannot read " + place + ": " + std::string(e.description()));
  }
}

const std::string& text_of(const file_value& value, const std::string& where) {
  if (value.is == file_value::form::text) return value.text;
  throw settings_error(where + " must be text, a whole number, true or false");
}

const std::vector<file_entry>& table_of(const file_entry& entry) {
  if (entry.value.is == file_value::form::table) return entry.value.entries;
  throw settings_error(entry.where + " must be a table");
}

}  // namespace parlor::http
