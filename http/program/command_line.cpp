#include "http/program/command_line.hpp"

#include <CLI/CLI.hpp>
#include <functional>

namespace parlor::http {
namespace {

/// Adds a subcommand with an option for each setting; the command line says `asked` when it is chosen. The options come
/// after those that `own` adds.
void add_subcommand(CLI::App& app, command_line& line, command_line::subcommand asked, const char* name,
                    const char* help, const std::function<void(CLI::App&)>& own) {
  CLI::App& command = *app.add_subcommand(name, help);
  command.callback([&line, asked] { line.asked = asked; });
  own(command);
  command.add_option("--config", line.config_file, "TOML file with settings (PARLOR_CONFIG)");
  for (const setting_option& o : setting_options())
    command.add_option_function<std::string>(
        o.option, [&line, name = o.setting](const std::string& value) { line.given[name] = value; }, o.help);
}

void add_subcommands(CLI::App& app, command_line& line) {
  using subcommand = command_line::subcommand;
  auto no_more = [](CLI::App&) {};
  add_subcommand(app, line, subcommand::serve, "serve", "serve the games over HTTP", no_more);
  add_subcommand(app, line, subcommand::token, "token", "print a token for a player", [&line](CLI::App& command) {
    command.add_option("--player", line.token.player, "the player's name")->required();
    command.add_option("--ttl", line.token.ttl, "how long the token lasts, such as 1h or 30d [1h]");
    command.add_flag("--admin", line.token.admin, "make it an administrator's token");
  });
  add_subcommand(app, line, subcommand::backup, "backup", "copy the stored actors to a file, while serving",
                 [&line](CLI::App& command) {
                   command.add_option("file", line.backup_file, "the file to write; it must not exist")->required();
                 });
  add_subcommand(app, line, subcommand::verify, "verify", "check every stored actor against its kind", no_more);
  add_subcommand(app, line, subcommand::config, "config", "print the effective configuration", no_more);
}

}  // namespace

std::variant<command_line, int> read_command_line(int argc, char** argv) {
  CLI::App app{"parlor: an actor-model runtime for turn-based games"};
  app.set_version_flag("--version", "parlor " PARLOR_VERSION);
  app.require_subcommand(1);
  command_line line;
  add_subcommands(app, line);
  CLI11_PARSE(app, argc, argv);
  return line;
}

}  // namespace parlor::http
