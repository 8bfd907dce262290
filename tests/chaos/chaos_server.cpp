// The program, with kinds that go wrong.
#include "http/program/program.hpp"
#include "tests/chaos/chaos.hpp"

int main(int argc, char** argv) { return parlor::http::run_program(argc, argv, parlor::testing::chaos_kinds()); }
