#include "http/settings/settings.hpp"

#include <algorithm>
#include <cstdlib>
#include <ostream>
#include <thread>

#include "http/settings/config_file.hpp"
#include "http/settings/tables.hpp"

namespace parlor::http {
namespace {

const std::vector<setting<settings>>& server_table() {
  static const std::vector<setting<settings>> list = [] {
    std::vector<setting<settings>> joined;
    for (auto part : {server_settings, runtime_settings, start_settings, fortune_settings, log_settings, limit_settings,
                      bound_settings})
      for (setting<settings>& s : part()) joined.push_back(std::move(s));
    return joined;
  }();
  return list;
}

std::string option_of(const setting<settings>& s) {
  std::string option = "--" + s.name;
  std::replace(option.begin() + 2, option.end(), '_', '-');
  return option;
}

std::string variable_of(const setting<settings>& s) {
  std::string variable = "PARLOR_" + s.name;
  for (char& c : variable) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return variable;
}

void put(settings& to, const setting<settings>& s, const std::string& value, const std::string& where) {
  if (s.read(to, value)) return;
  std::string shown = s.show ? " \"" + value + "\"" : "";
  throw settings_error(where + ": " + s.name + shown + " is not " + s.expects);
}

void read_kind(kind_settings& to, const std::vector<file_entry>& entries, const std::string& where) {
  for (const auto& [key, value] : entries) {
    std::string at = where + "." + key;
    auto d = parse_duration(text_of(value, at));
    if (!d) throw settings_error(at + " is not a length of time such as 30m");
    if (key == "idle_after") to.idle_after = d;
    else if (key == "finished_after") to.finished_after = d;
    else throw settings_error(at + " is not a setting of a kind: idle_after, finished_after");
  }
}

void read_kinds(settings& to, const file_value& kinds, const std::string& file) {
  if (kinds.is != file_value::form::table) throw settings_error(file + ": kinds must be tables: [kinds.tictactoe]");
  for (const auto& [name, value] : kinds.entries) {
    std::string where = file + ": kinds." + name;
    if (value.is != file_value::form::table) throw settings_error(where + " must be a table");
    read_kind(to.kinds[name], value.entries, where);
  }
}

void read_processes(settings& to, const file_value& processes, const std::string& file) {
  if (processes.is != file_value::form::table)
    throw settings_error(file + ": process must be tables: [process.mygame]");
  for (const auto& [name, value] : processes.entries) {
    std::string where = file + ": process." + name;
    if (value.is != file_value::form::table) throw settings_error(where + " must be a table");
    process_settings& p = to.processes[name] = read_process(value.entries, where);
    if (!p.gateway) continue;
    if (!to.gate.action_kind.empty())
      throw settings_error(where + ".gateway: " + to.gate.action_kind + " is the gateway already");
    to.gate.action_kind = name;
  }
}

void read_setting(settings& to, const file_entry& entry, const std::string& file) {
  auto s = std::find_if(server_table().begin(), server_table().end(),
                        [&](const setting<settings>& candidate) { return candidate.name == entry.key; });
  std::string where = file + ": " + entry.key;
  if (s == server_table().end()) throw settings_error(where + " is not a setting; see parlor config");
  put(to, *s, text_of(entry.value, where), file);
}

void read_file(settings& to, const std::string& file) {
  for (const file_entry& entry : read_config_file(file)) {
    if (entry.key == "kinds") read_kinds(to, entry.value, file);
    else if (entry.key == "process") read_processes(to, entry.value, file);
    else read_setting(to, entry, file);
  }
}

}  // namespace

std::vector<setting_option> setting_options() {
  std::vector<setting_option> options;
  for (const setting<settings>& s : server_table()) {
    std::string about = s.help;
    if (s.show) about += " [" + s.show(settings{}) + "]";
    options.push_back({s.name, option_of(s), about + " (" + variable_of(s) + ")"});
  }
  return options;
}

settings make_settings(const given_settings& given, const std::string& config_file) {
  settings made;
  std::string file = config_file;
  if (const char* named = std::getenv("PARLOR_CONFIG"); file.empty() && named) file = named;
  if (!file.empty()) read_file(made, file);
  for (const setting<settings>& s : server_table()) {
    if (const char* value = std::getenv(variable_of(s).c_str())) put(made, s, value, variable_of(s));
    if (auto it = given.find(s.name); it != given.end()) put(made, s, it->second, option_of(s));
  }
  // Who is exempt from limits of requests brings many connections, too.
  made.listen.connections.proxies = made.gate.limits.proxies;
  made.listen.connections.loopback = made.gate.limits.loopback;
  if (made.runtime.threads == 0) made.runtime.threads = std::max(1u, std::thread::hardware_concurrency());
  return made;
}

void print(const settings& s, std::ostream& out) {
  print_table(server_table(), s, out);
  for (const auto& [name, k] : s.kinds) {
    out << "\n[kinds." << name << "]\n";
    if (k.idle_after) out << "idle_after = " << in_quotes(print_duration(*k.idle_after)) << "\n";
    if (k.finished_after) out << "finished_after = " << in_quotes(print_duration(*k.finished_after)) << "\n";
  }
  for (const auto& [name, p] : s.processes) print(name, p, out);
}

}  // namespace parlor::http
