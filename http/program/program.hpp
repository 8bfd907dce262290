#pragma once

#include <vector>

#include "runtime/authoring/kind.hpp"

/// The program: the one place that names every part and puts them together.
namespace parlor::http {

/// Does what the command line asks for, with the catalog's kinds and `more`. Returns the program's exit status; what
/// went wrong is told on stderr.
int run_program(int argc, char** argv, const std::vector<kind>& more = {});

}  // namespace parlor::http
