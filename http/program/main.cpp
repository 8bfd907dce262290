#include "http/program/program.hpp"

int main(int argc, char** argv) { return parlor::http::run_program(argc, argv); }
