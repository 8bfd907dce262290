#pragma once

#include <string>

#include "http/settings/settings.hpp"

namespace parlor::http {

/// What `parlor token` is asked for.
struct token_order {
  std::string player{};
  std::string ttl = "1h";
  bool admin = false;
};

/// What `parlor letters` is asked for.
struct letters_order {
  std::string number{};  ///< empty: any
  std::string kind{}, id{};
  bool everything = false;  ///< `--all`
};

/// What the program is asked for. Only command_line.cpp knows what reads it.
struct command_line {
  enum class subcommand { serve, token, backup, restore, verify, upgrade, letters, clock, config };
  subcommand asked = subcommand::serve;
  given_settings given{};
  std::string config_file{};
  token_order token{};
  letters_order letters{};
  std::string file{};               ///< of `backup` and `restore`; the word of `letters` and `clock`
  bool in_spite_of_faults = false;  ///< `restore --force`
  bool quick = false;               ///< `verify --quick`
  bool dry_run = false;             ///< `upgrade --dry-run`, the only way so far
};

/// Reads the command line. If help or the version was asked for, or the line has a mistake, the reader at the terminal
/// is told and the program ends: with status 2 after a mistake. May change the order of `argv`.
command_line read_command_line(int argc, char** argv);

}  // namespace parlor::http
