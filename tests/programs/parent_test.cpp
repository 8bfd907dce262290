#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/programs/arcade.hpp"

using namespace parlor::testing;
using Catch::Contains;

// Players' programs of a server that crashes, and requests that are under way when its parent is told to stop.

TEST_CASE("programs of a server that crashed are ended, and players get new ones from the next") {
  arcade a;
  for (const char* name : {"ann", "bob"}) REQUIRE(a.post(name, "spawn").status == 200);
  std::string before = a.pid_of("ann");
  pid_t serving = a.server->serving_pid();
  ::kill(serving, SIGKILL);
  REQUIRE(eventually([&] { return a.server->serving_pid() != serving; }));
  CHECK(eventually([&] { return a.processes() == 0; }));
  CHECK(a.pid_of("ann") != before);
  CHECK(a.processes() == 1);
}

TEST_CASE("no program, and nobody who stands over one, has the sockets that clients come by") {
  arcade a;
  a.pid_of("ann");
  const auto listening = sockets_of(a.server->pid());
  REQUIRE(listening.size() >= 2);
  auto others = a.pids(), standing_over = children_of(a.server->serving_pid());
  REQUIRE(!standing_over.empty());
  others.insert(others.end(), standing_over.begin(), standing_over.end());
  for (pid_t process : others)
    for (const std::string& socket : sockets_of(process)) CHECK(!listening.contains(socket));
}

TEST_CASE("a terminal's Ctrl-C, which the parent and the server get, asks once") {
  arcade a;
  a.as("ann");
  auto slow = a.post_later("ann", "slow?seconds=2");
  REQUIRE(eventually([&] { return a.in_flight(1); }));
  for (pid_t process : {a.server->serving_pid(), a.server->pid()}) ::kill(process, SIGINT);
  CHECK(slow.get().status == 200);
  CHECK(a.server->ends() == 0);
}

TEST_CASE("who asks twice does not wait") {
  arcade a;
  a.as("ann");
  auto slow = a.post_later("ann", "slow?seconds=8");
  REQUIRE(eventually([&] { return a.in_flight(1); }));
  a.server->signal(SIGTERM);
  REQUIRE(a.server->says("stopping Terminated"));
  a.server->signal(SIGTERM);
  CHECK(a.server->ends() == 128 + SIGTERM);
  CHECK(slow.get().status == 0);
}
