#include "runtime/authoring/denials.hpp"

#include <catch2/catch.hpp>

#include "actors/catalog.hpp"
#include "tests/support/json.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/workbench.hpp"

using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

std::string deny(const std::string& name, int seconds) {
  return json("list", std::string("players"), "name", name, "seconds", seconds, "why", std::string("rude"));
}

}  // namespace

TEST_CASE("a denial takes the place of an older one, and goes when it is over") {
  workbench list(actors::denials_of_operators());
  CHECK(list.say("root", "deny", deny("ann", 60)) == "ok");
  CHECK(list.say("eve", "deny", deny("ann", 0)) == "ok");
  CHECK(list.part("players[0].by") == "eve");
  CHECK(list.part("players[0].until_ms") == "0");
  CHECK(list.say("root", "deny", deny("bob", 60)) == "ok");
  list.time += 61s;
  CHECK(list.say("root", "lift", json("list", std::string("players"), "name", std::string("bob"))) == "not_denied");
  CHECK(list.say("root", "deny", deny("cam", 60)) == "ok");
  CHECK(list.part("players[0].name") == "ann");
  CHECK(list.part("players[2].name") == "cam");
  list.time += 32 * 24h;
  CHECK(list.say("root", "deny", deny("dan", 60)) == "ok");
  CHECK(list.part("players[1].name") == "dan");
  list.sleep_and_wake();
  CHECK(list.say("root", "lift", json("list", std::string("players"), "name", std::string("ann"))) == "ok");
  CHECK(list.say("root", "lift", json("list", std::string("players"), "name", std::string("ann"))) == "not_denied");
  CHECK(list.say("root", "lift", json("list", std::string("revoked"), "name", std::string("cam"))) == "not_denied");
}

TEST_CASE("a clock that was a month ahead has lifted nothing for good") {
  workbench list(actors::denials_of_operators());
  CHECK(list.say("root", "deny", deny("ann", 3600)) == "ok");
  list.time += 30 * 24h;
  CHECK(list.say("root", "deny", deny("bob", 60)) == "ok");
  CHECK(list.part("players[0].name") == "ann");
}

TEST_CASE("the denials are bounded, and what is over makes room") {
  denials full;
  for (int i = 0; i < 10'000; ++i) full.players.push_back({"p" + std::to_string(i), 0, i == 0 ? 1000 : 0, "root", ""});
  kind actor = actors::denials_of_operators();
  auto state = actor.make_activation();
  REQUIRE_FALSE(state->load(json_document::parse(to_json(full)).value().root()));
  auto order = json_document::parse(deny("ann", 60));
  dice rolls(1);
  const address self{denials_kind, denials_id};
  auto at = [&](std::int64_t ms) {
    context ctx({.self = self, .player = "root"}, from_ms(ms), rolls);
    return state->run(0, order.value().root(), ctx, nullptr).why().code;
  };
  CHECK(at(999) == "denials_full");
  CHECK(at(1000).empty());
  CHECK(at(1001).empty());  // in place of the one before
}
