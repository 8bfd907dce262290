#include <catch2/catch.hpp>

#include "tests/programs/arcade.hpp"
#include "tests/support/descriptors_of.hpp"

using namespace parlor::testing;
using Catch::Contains;

// A server that has no descriptor left asks no player's program anything, and blames none for that. Not under the
// sanitizers: without a descriptor their look at an object's type fails.
#ifndef __SANITIZE_ADDRESS__
namespace {

/// An arcade whose clients come by one connection, since it takes no other while it has no descriptors.
struct full_arcade : arcade {
  using arcade::arcade;

  http_answer ask(const std::string& name, const std::string& path) {
    return kept.request("POST", "/api/mygame/" + path, as(name));
  }
  void is_overloaded(const std::string& name) {
    http_answer refused = ask(name, "who");
    INFO(refused.body);
    CHECK(refused.status == 503);
    CHECK(refused.code() == "overloaded");
    CHECK(refused.header("retry-after") == "1");
  }

  descriptors_of descriptors{server->serving_pid()};
  loopback_client kept{port};
};

}  // namespace

TEST_CASE("a server without a descriptor asks no program, starts none, and ends none") {
  auto command = GENERATE(std::string(arcade::tcp), std::string(arcade::unix_socket));
  full_arcade a("", "", command);
  for (const char* name : {"ann", "bob"}) a.as(name);
  std::string pid = json_part(a.ask("ann", "who").body, "pid");
  a.descriptors.forbid_more();
  a.is_overloaded("ann");
  // Nor is it said of bob's that it has failed, and must wait.
  for (int i = 0; i < 3; ++i) a.is_overloaded("bob");
  CHECK(a.server->says("/bob: cannot be started"));
  a.descriptors.allow_more();
  CHECK(json_part(a.ask("ann", "who").body, "pid") == pid);
  CHECK(a.ask("bob", "who").status == 200);
}

TEST_CASE("a program that was late is not replaced because the server has no descriptor to ask it by") {
  full_arcade a("answer_within = \"1s\"\nlate_max = 1");
  a.as("ann");
  std::string pid = json_part(a.ask("ann", "who").body, "pid");
  auto late = a.post_later("ann", "slow?seconds=3");
  REQUIRE(eventually([&] { return a.in_flight(1); }));
  REQUIRE(a.ask("ann", "who").status == 200);
  a.descriptors.forbid_more();
  CHECK(late.get().status == 504);
  a.is_overloaded("ann");
  a.descriptors.allow_more();
  CHECK(json_part(a.ask("ann", "who").body, "pid") == pid);
  CHECK_THAT(a.metrics(), Contains("\nparlor_programs_replaced_total 0\n"));
}
#endif
