#include "http/settings/settings.hpp"

#include <algorithm>
#include <cstdlib>
#include <ostream>
#include <set>
#include <sstream>
#include <thread>
#include <utility>

#include "http/settings/config_file.hpp"
#include "http/settings/deny_settings.hpp"
#include "http/settings/tables.hpp"

namespace parlor::http {
namespace {

const std::vector<setting<settings>>& server_table() {
  static const std::vector<setting<settings>> list = [] {
    std::vector<setting<settings>> joined;
    for (auto part : {server_settings, connection_settings, runtime_settings, handler_settings, message_settings,
                      start_settings, fortune_settings, log_level_settings, log_settings, reader_settings,
                      limit_settings, bound_settings, invitation_settings})
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

/// `where` is how a sentence about the value begins.
void put(settings& to, const setting<settings>& s, const std::string& value, const std::string& where) {
  if (s.read(to, value)) return;
  throw settings_error(where + (s.is_secret ? "" : " \"" + value + "\"") + " is not " + s.expects);
}

void read_kind(kind_settings& to, const file_entry& table) {
  to.where = table.where;
  for (const auto& [key, where, value] : table_of(table)) {
    if (key == "state_bytes_max") {
      if (!parse_number(text_of(value, where), to.state_bytes_max.emplace(), 1024, 1'000'000'000))
        throw settings_error(where + " is not a number of bytes from 1024");
      continue;
    }
    auto d = parse_duration(text_of(value, where));
    if (!d) throw settings_error(where + " is not a length of time such as 30m");
    if (key == "idle_after") to.idle_after = d;
    else if (key == "finished_after") to.finished_after = d;
    else throw settings_error(where + " is not a setting of a kind: idle_after, finished_after, state_bytes_max");
  }
}

void read_kinds(settings& to, const file_entry& kinds) {
  if (kinds.value.is != file_value::form::table)
    throw settings_error(kinds.where + " must be tables: [kinds.tictactoe]");
  for (const file_entry& table : kinds.value.entries) read_kind(to.kinds[table.key], table);
}

void read_processes(settings& to, const file_entry& processes) {
  if (processes.value.is != file_value::form::table)
    throw settings_error(processes.where + " must be tables: [process.mygame]");
  for (const file_entry& table : processes.value.entries) {
    process_settings& p = to.processes[table.key] = read_process(table);
    if (!p.gateway) continue;
    if (!to.gate.action_kind.empty())
      throw settings_error(table.where + ".gateway: " + to.gate.action_kind + " is the gateway already");
    to.gate.action_kind = table.key;
  }
}

void read_setting(settings& to, const file_entry& entry) {
  auto s = std::find_if(server_table().begin(), server_table().end(),
                        [&](const setting<settings>& candidate) { return candidate.name == entry.key; });
  if (s == server_table().end()) throw settings_error(entry.where + " is not a setting; see parlor config");
  put(to, *s, text_of(entry.value, entry.where), entry.where);
}

void read_file(settings& to, const std::string& file) {
  for (const file_entry& entry : read_config_file(file)) {
    if (entry.key == "kinds") read_kinds(to, entry);
    else if (entry.key == "process") read_processes(to, entry);
    else if (entry.key == "deny") to.denied = read_denials(entry);
    else read_setting(to, entry);
  }
}

/// What follows from other settings.
void complete(settings& s) {
  // Who is exempt from limits of requests brings many connections, too.
  s.listen.connections.proxies = s.gate.limits.proxies;
  s.listen.connections.loopback = s.gate.limits.loopback;
  if (s.runtime.threads == 0) s.runtime.threads = std::max(1u, std::thread::hardware_concurrency());
}

void print_kind(const std::string& name, const kind_settings& k, std::ostream& out) {
  out << "\n[kinds." << name << "]\n";
  if (k.idle_after) out << "idle_after = " << in_quotes(print_duration(*k.idle_after)) << "\n";
  if (k.finished_after) out << "finished_after = " << in_quotes(print_duration(*k.finished_after)) << "\n";
  if (k.state_bytes_max) out << "state_bytes_max = " << *k.state_bytes_max << "\n";
}

/// The tables of kinds and of processes, each as it is printed, by its heading.
std::map<std::string, std::string> tables_of(const settings& s) {
  std::map<std::string, std::string> tables;
  for (const auto& [name, k] : s.kinds) {
    std::ostringstream text;
    print_kind(name, k, text);
    tables["kinds." + name] = text.str();
  }
  for (const auto& [name, p] : s.processes) {
    std::ostringstream text;
    print(name, p, text);
    tables["process." + name] = text.str();
  }
  return tables;
}

/// The tables that the one has and the other has not, or has otherwise.
void add_missing(std::set<std::string>& names, const settings& owner, const settings& other) {
  auto others = tables_of(other);
  for (const auto& [name, text] : tables_of(owner))
    if (auto found = others.find(name); found == others.end() || found->second != text) names.insert(name);
}

}  // namespace

std::vector<setting_option> setting_options() {
  std::vector<setting_option> options;
  for (const setting<settings>& s : server_table()) {
    std::string about = s.help;
    if (!s.is_secret) about += " [" + s.show(settings{}) + "]";
    options.push_back({s.name, option_of(s), about + " (" + variable_of(s) + ")", s.reloads});
  }
  return options;
}

settings make_settings(const given_settings& given, const std::string& config_file) {
  settings made;
  std::string file = config_file;
  if (const char* named = std::getenv("PARLOR_CONFIG"); file.empty() && named) file = named;
  if (!file.empty()) read_file(made, file);
  for (const setting<settings>& s : server_table()) {
    if (const char* value = std::getenv(variable_of(s).c_str())) put(made, s, value, variable_of(s) + ": " + s.name);
    if (auto it = given.find(s.name); it != given.end()) put(made, s, it->second, option_of(s) + ": " + s.name);
  }
  complete(made);
  return made;
}

settings_changes take_over(settings& running, const settings& fresh) {
  settings_changes found;
  std::set<std::string> later;
  for (const setting<settings>& s : server_table()) {
    std::string before = s.show(running), after = s.show(fresh);
    if (before == after) continue;
    if (s.reloads) found.taken.push_back(s.name + " " + before + " to " + after);
    else found.later.push_back(s.name);
    if (s.reloads) s.copy(running, fresh);
  }
  add_missing(later, running, fresh);
  add_missing(later, fresh, running);
  found.later.insert(found.later.end(), later.begin(), later.end());
  if (to_json(running.denied) != to_json(fresh.denied)) {
    found.taken.push_back("deny");
    running.denied = fresh.denied;
  }
  complete(running);
  return found;
}

void print(const settings& s, std::ostream& out) {
  print_table(server_table(), s, out);
  for (const auto& [name, k] : s.kinds) print_kind(name, k, out);
  for (const auto& [name, p] : s.processes) print(name, p, out);
  print(s.denied, out);
}

}  // namespace parlor::http
