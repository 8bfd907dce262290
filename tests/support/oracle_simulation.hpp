#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/fake_service.hpp"
#include "tests/support/json.hpp"
#include "tests/support/simulation.hpp"

namespace parlor::testing {

/// A simulation of `talk`, whose oracle the test plays.
struct oracle_simulation : with_outside, simulation {
  explicit oracle_simulation(bool with_fallback = false, options limits = {})
      : simulation(talks(world, with_fallback), limits) {}

  pending_reply say(const std::string& words, const std::string& player = "ann") {
    return post(player, "talk/" + player, "say", json("text", words));
  }
  /// Says something and has the oracle answer.
  void chat(const std::string& words, const std::string& answer, const std::string& player = "ann") {
    pending_reply p = say(words, player);
    world.say(answer);
    run();
    REQUIRE(p.word() == "ok");
  }
  std::string lines(const std::string& player = "ann") { return get(player, "talk/" + player).body(); }
};

}  // namespace parlor::testing
