#include "http/program/command_line.hpp"

#include <argp.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>
#include <vector>

namespace parlor::http {
namespace {

using subcommand = command_line::subcommand;

struct subcommand_entry {
  subcommand asked;
  const char* name;
  const char* about;
};

constexpr subcommand_entry subcommands[] = {
    {subcommand::serve, "serve", "serve the games over HTTP"},
    {subcommand::token, "token", "print a token for a player"},
    {subcommand::backup, "backup", "copy the stored actors to a new FILE, while serving"},
    {subcommand::restore, "restore", "put a copy of FILE in the place of the stored actors"},
    {subcommand::verify, "verify", "check every stored actor against its kind"},
    {subcommand::upgrade, "upgrade", "tell how the stored actors read with this program"},
    {subcommand::letters, "letters", "list, redeliver or drop messages that were given up"},
    {subcommand::clock, "clock", "accept: say that the clock is right after it jumped"},
    {subcommand::config, "config", "print the effective configuration"},
};

struct option {
  std::string name;
  const char* value;  ///< its name in the help; null for an option without one
  std::string help;
  std::function<void(const std::string& value)> take;
};

/// What may follow the name of a subcommand. What the line says goes to `line`.
struct arguments {
  command_line& line;
  std::vector<option> options{};
  const char* operand = nullptr;  ///< what stands beside them: FILE, or one of some words; null for nothing
  [[nodiscard]] bool takes(const std::string& value) const {
    if (!operand) return false;
    std::string words = std::string("|") + operand + "|";
    return words == "|FILE|" || words.find("|" + value + "|") != std::string::npos;
  }
};

constexpr int first_key = 256;  // smaller keys are the letters of short options
constexpr argp_option short_help{nullptr, 'h', nullptr, OPTION_HIDDEN, nullptr, -1};

/// What every parser does with -h, and with what none of them knows.
error_t take_other(int key, argp_state* state) {
  if (key != 'h') return ARGP_ERR_UNKNOWN;
  argp_state_help(state, stdout, ARGP_HELP_STD_HELP);
  return 0;
}

/// glibc calls this for each argument, and a last time at the end. argp_error tells the reader and ends the program.
error_t take_argument(int key, char* value, argp_state* state) {
  auto& expected = *static_cast<arguments*>(state->input);
  command_line& line = expected.line;
  std::size_t place = static_cast<std::size_t>(key) - first_key;
  if (key >= first_key && place < expected.options.size()) {
    expected.options[place].take(value ? value : "");
  } else if (key == ARGP_KEY_ARG) {
    if (!expected.takes(value) || state->arg_num > 0) argp_error(state, "'%s' was not expected", value);
    line.file = value;
  } else if (key == ARGP_KEY_END) {
    if (expected.operand && state->arg_num == 0) argp_error(state, "%s is required", expected.operand);
    if (line.asked == subcommand::token && line.token.player.empty()) argp_error(state, "--player is required");
    if (line.asked == subcommand::upgrade && !line.dry_run)
      argp_error(state, "--dry-run is required: an actor is upgraded when it wakes");
  } else {
    return take_other(key, state);
  }
  return 0;
}

/// Adds an option for each setting, after the subcommand's own.
void add_settings(arguments& to) {
  command_line& line = to.line;
  to.options.push_back({"config", "FILE", "TOML file with settings (PARLOR_CONFIG)",
                        [&line](const std::string& value) { line.config_file = value; }});
  for (const setting_option& s : setting_options())
    to.options.push_back({s.option.substr(2), "VALUE", s.help,
                          [&line, name = s.setting](const std::string& value) { line.given[name] = value; }});
}

arguments arguments_of(command_line& line) {
  arguments made{line};
  if (line.asked == subcommand::token)
    made.options = {{"player", "NAME", "the player's name; required",
                     [&line](const std::string& value) { line.token.player = value; }},
                    {"ttl", "TIME", "how long the token lasts, such as 1h or 30d [1h]",
                     [&line](const std::string& value) { line.token.ttl = value; }},
                    {"admin", nullptr, "make it an administrator's token",
                     [&line](const std::string&) { line.token.admin = true; }}};
  if (line.asked == subcommand::restore)
    made.options = {{"force", nullptr, "restore a file with faults, too",
                     [&line](const std::string&) { line.in_spite_of_faults = true; }}};
  if (line.asked == subcommand::verify)
    made.options = {
        {"quick", nullptr, "read a sample of each kind's actors", [&line](const std::string&) { line.quick = true; }}};
  if (line.asked == subcommand::upgrade)
    made.options = {{"dry-run", nullptr, "read all actors, and write nothing; required",
                     [&line](const std::string&) { line.dry_run = true; }}};
  if (line.asked == subcommand::backup || line.asked == subcommand::restore) made.operand = "FILE";
  if (line.asked == subcommand::clock) made.operand = "accept";
  if (line.asked == subcommand::letters) {
    letters_order& letters = line.letters;
    auto into = [](std::string& text) { return [&text](const std::string& value) { text = value; }; };
    made.options = {{"number", "N", "the letter of that number", into(letters.number)},
                    {"kind", "KIND", "letters to actors of that kind", into(letters.kind)},
                    {"id", "ID", "letters to actors of that id", into(letters.id)},
                    {"all", nullptr, "redeliver or drop all letters",
                     [&letters](const std::string&) { letters.everything = true; }}};
    made.operand = "list|redeliver|drop";
  }
  add_settings(made);
  return made;
}

/// Reads what follows the name of a subcommand; argv[0] is that name.
void read_arguments(command_line& line, const subcommand_entry& chosen, int argc, char** argv) {
  line.asked = chosen.asked;
  arguments expected = arguments_of(line);
  std::vector<argp_option> options;
  for (std::size_t i = 0; i < expected.options.size(); ++i) {
    const option& o = expected.options[i];
    int place = static_cast<int>(i);  // as a group of its own, so that the help keeps the order
    options.push_back({o.name.c_str(), first_key + place, o.value, 0, o.help.c_str(), place});
  }
  options.push_back(short_help);
  options.push_back({});
  std::string name = std::string("parlor ") + chosen.name, about = std::string(chosen.about) + ".";
  char* given = std::exchange(argv[0], name.data());  // the name that argp shows
  argp parser{};
  parser.options = options.data();
  parser.parser = take_argument;
  parser.args_doc = expected.operand;
  parser.doc = about.c_str();
  argp_parse(&parser, argc, argv, 0, nullptr, &expected);
  argv[0] = given;
}

error_t take_subcommand(int key, char* value, argp_state* state) {
  auto& line = *static_cast<command_line*>(state->input);
  if (key == ARGP_KEY_NO_ARGS) argp_error(state, "a COMMAND is required");
  if (key != ARGP_KEY_ARG) return take_other(key, state);
  auto chosen = std::find_if(std::begin(subcommands), std::end(subcommands),
                             [&](const subcommand_entry& entry) { return std::string_view(entry.name) == value; });
  if (chosen == std::end(subcommands)) argp_error(state, "there is no command '%s'", value);
  int name_at = state->next - 1;
  read_arguments(line, *chosen, state->argc - name_at, state->argv + name_at);
  state->next = state->argc;
  return 0;
}

}  // namespace

command_line read_command_line(int argc, char** argv) {
  argp_program_version = "parlor " PARLOR_VERSION;
  argp_err_exit_status = 2;
  std::string about = "parlor: an actor-model runtime for turn-based games\vCommands:\n";
  for (const subcommand_entry& entry : subcommands)
    about += std::string("  ") + entry.name + std::string(10 - std::strlen(entry.name), ' ') + entry.about + "\n";
  about += "\n'parlor COMMAND --help' shows the options of a command.";
  constexpr argp_option options[] = {short_help, {}};
  argp parser{};
  parser.options = options;
  parser.parser = take_subcommand;
  parser.args_doc = "COMMAND [OPTION...]";
  parser.doc = about.c_str();
  command_line line;
  argp_parse(&parser, argc, argv, ARGP_IN_ORDER, nullptr, &line);
  return line;
}

}  // namespace parlor::http
