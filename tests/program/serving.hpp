#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/program.hpp"
#include "tests/support/scratch_folder.hpp"

namespace parlor::testing {

/// The command line of a server on a folder, at a port that the system chooses.
inline std::vector<std::string> serving(const scratch_folder& data, std::vector<std::string> more = {}) {
  std::vector<std::string> args{"serve",     "--address", "127.0.0.1", "--port",   "0",
                                "--threads", "2",         "--data",    data.path()};
  args.insert(args.end(), more.begin(), more.end());
  return args;
}

/// A token as the program prints it for a player.
inline std::string token_for(const scratch_folder& data, const std::string& player) {
  program p({"token", "--player", player, "--data", data.path()});
  REQUIRE(p.ends() == 0);
  return p.output().substr(0, p.output().find('\n'));
}

}  // namespace parlor::testing
