#include <unistd.h>

#include <iostream>
#include <string>

#include "runtime/services/child_process.hpp"
#include "runtime/services/supervisor.hpp"

// What the tests of child processes run besides themselves:
//
//   supervisor_for_tests supervise         the main of `parlor supervise`
//   supervisor_for_tests serve <variable>  a server with three children that do not end
//
// The server says "serving" when they run, and waits to be killed.
namespace {

int serve(const std::string& program, const std::string& variable) {
  parlor::child_processes children({program, "supervise"});
  const std::string scripts[] = {"echo up > $0; exec sleep 1000",
                                 "trap '' TERM; echo up > $0; while :; do sleep 1000; done",
                                 "setsid sh -c 'sleep 1000 & echo up > $0' $0; sleep 1000 & sleep 1000"};
  int ends[2];
  if (::pipe(ends) != 0) return 1;
  std::string up = "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(ends[1]);
  for (const std::string& script : scripts)
    children.start({.command = {"sh", "-c", script, up},
                    .environment = {"PATH=/usr/bin:/bin", variable},
                    .stop_within = std::chrono::seconds(1)},
                   [](parlor::child_end&&) {});
  char bytes[9];
  for (int read = 0; read < 9;) {
    auto count = ::read(ends[0], bytes, sizeof bytes);
    if (count <= 0) return 1;
    read += static_cast<int>(count);
  }
  std::cout << "serving" << std::endl;
  while (true) ::pause();
}

}  // namespace

int main(int argc, char** argv) {
  std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "supervise") return parlor::supervise(parlor::supervisor_link);
  if (mode == "serve" && argc > 2) return serve(argv[0], argv[2]);
  return 2;
}
