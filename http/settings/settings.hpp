#pragma once

#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "http/admission/deny_list.hpp"
#include "http/admission/gateway_options.hpp"
#include "http/settings/process_settings.hpp"
#include "http/settings/settings_error.hpp"
#include "http/settings/text_of_values.hpp"
#include "http/sockets/server_options.hpp"
#include "runtime/services/chat.hpp"
#include "runtime/values/options.hpp"

/// Everything that can be set, from the command line, the environment and a TOML file.
///
/// One table (tables.hpp) names each setting once: its option `--idle-after`, its variable
/// `PARLOR_IDLE_AFTER` and its key `idle_after` in the file follow from the name, and so do the help and
/// `parlor config`. The command line goes before the environment, the environment before the file.
namespace parlor::http {

/// What a kind does differently here; only the configuration file can say it.
struct kind_settings {
  std::optional<duration> idle_after;
  std::optional<duration> finished_after;
  std::optional<std::size_t> state_bytes_max;
  std::string where{};  ///< how a sentence about it begins
};

struct settings {
  server_options listen;
  gateway_options gate;
  options runtime;
  std::string data = "./data";
  bool refuse_unreadable = false;  ///< a server does not start that cannot read what is stored
  std::string proxies;             ///< as they were given; they are in `gate`
  std::string secret;              ///< empty: generated and kept in `data`
  chat_options fortune{};
  std::string log_level = "info";
  std::string log_format = "text";
  bool start_again = true;   ///< the server is started by a parent, which starts it again
  bool console_link = true;  ///< shown on a terminal, and only there
  std::map<std::string, kind_settings> kinds;
  start_limits starts;                                ///< of processes' programs
  std::map<std::string, process_settings> processes;  ///< by their kinds' names
  denials denied;                                     ///< beside what operators deny; only the file can say it
};

/// What the command line said, by setting.
using given_settings = std::map<std::string, std::string>;

/// An option of the command line for a setting.
struct setting_option {
  std::string setting;  ///< its name in `given_settings`
  std::string option;   ///< `--idle-after`
  std::string help;
  bool reloads;  ///< a running server takes it over from the file at SIGHUP
};

/// An option for each setting, in the order of the help.
std::vector<setting_option> setting_options();

/// Puts the settings together. Throws settings_error.
settings make_settings(const given_settings& given, const std::string& config_file);

/// What became of the settings that differ.
struct settings_changes {
  std::vector<std::string> taken{};  ///< `player_rate 50 to 5`, and `deny`
  std::vector<std::string> later{};  ///< the names of those that hold from the next start
};
/// Changes the settings of a running server to those that it has just read, as far as they reload.
settings_changes take_over(settings& running, const settings& fresh);

/// Writes the settings as a file that would make them. A secret is not written.
void print(const settings& s, std::ostream& out);

}  // namespace parlor::http
