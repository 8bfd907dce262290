#include <catch2/catch.hpp>

#include "tests/programs/arcade.hpp"

using namespace parlor::testing;
using namespace std::chrono_literals;
using Catch::Contains;

// Guests' programs and those of named players, on a server that has room for few.
namespace {

const std::string plain = R"(["python3", "rude.py", "plain", "{port}"])";

/// The process that answers a player; the refusal's word if none does.
std::string program_of(arcade& a, const std::string& player, const std::string& address = {}) {
  loopback_client::headers from;
  if (!address.empty()) from.emplace("X-Forwarded-For", address);
  http_answer answer = a.post(player, "who", {}, from);
  return answer.status == 200 ? answer.body : answer.code();
}

}  // namespace

TEST_CASE("four guests leave a named player's program alone, and their share to the next one") {
  arcade a("max_processes = 4", "", plain);
  std::string ann = program_of(a, "ann");
  for (int i = 0; i < 4; ++i) a.as_guest("guest" + std::to_string(i));
  for (int i = 0; i < 3; ++i) CHECK(program_of(a, "guest" + std::to_string(i)) != "too_many_programs");
  http_answer refused = a.post("guest3", "who");
  CHECK(refused.status == 503);
  CHECK(refused.code() == "too_many_programs");
  CHECK_FALSE(refused.header("retry-after").empty());
  CHECK_THAT(refused.body, Contains("guests run as many programs as they may"));
  CHECK(program_of(a, "ann") == ann);
  // A named player comes in at the cost of the guest who was idle for longest.
  CHECK(a.as("bob").size() == 1);
  std::string second = program_of(a, "guest1");
  CHECK(program_of(a, "bob") != "overloaded");
  CHECK(a.server->says("program_crowded_out mygame/" + a.name_of("guest0")));
  CHECK(program_of(a, "guest1") == second);
  CHECK(program_of(a, "ann") == ann);
  CHECK_THAT(a.metrics(), Contains("parlor_bounds_refused_total{bound=\"too_many_programs\"} 1"));
}

TEST_CASE("a new guest for every request gets an address no more than its share") {
  arcade a("max_processes = 8", "trusted_proxies = \"127.0.0.1\"", plain);
  const std::string there = "192.0.2.1", elsewhere = "192.0.2.2";
  for (int i = 0; i < 4; ++i) a.as_guest("guest" + std::to_string(i));
  std::string first = program_of(a, "guest0", there), second = program_of(a, "guest1", there);
  CHECK(program_of(a, "guest2", there) == "too_many_programs");
  CHECK(program_of(a, "guest3", elsewhere) != "too_many_programs");
  CHECK(program_of(a, "guest0", there) == first);
  CHECK(program_of(a, "guest1", there) == second);
}

TEST_CASE("a guest's program that was not used for a while makes room for another guest's") {
  arcade a("max_processes = 2\nin_use_for = \"1s\"", "", plain);
  for (const char* name : {"guest0", "guest1"}) a.as_guest(name);
  std::string first = program_of(a, "guest0");
  CHECK(program_of(a, "guest1") == "too_many_programs");
  REQUIRE(eventually([&] { return program_of(a, "guest1") != "too_many_programs"; }));
  CHECK(a.server->says("program_crowded_out mygame/" + a.name_of("guest0")));
}
