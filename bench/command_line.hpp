#pragma once

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <exception>
#include <iostream>

/// What the programs of the harness do the same at their beginning and at their end.
namespace parlor::bench {

/// Reads the command line; ends the program when it asks for help, or is wrong.
inline void parse_or_exit(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    std::exit(app.exit(e));
  }
}

/// For `main` to return: 0, or 1 when the work ended with an exception, which is printed.
template <class Work>
int exit_code_of(const char* program, Work work) {
  try {
    work();
    return 0;
  } catch (const std::exception& e) {
    std::cerr << program << ": " << e.what() << std::endl;
    return 1;
  }
}

}  // namespace parlor::bench
