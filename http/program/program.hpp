#pragma once

/// The program: the one place that names every part and puts them together.
namespace parlor::http {

/// Does what the command line asks for. Returns the program's exit status; what went wrong is told on stderr.
int run_program(int argc, char** argv);

}  // namespace parlor::http
