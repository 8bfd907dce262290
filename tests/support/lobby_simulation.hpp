#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "actors/catalog.hpp"
#include "tests/support/json.hpp"
#include "tests/support/json_part.hpp"
#include "tests/support/simulation.hpp"

namespace parlor::testing {

inline constexpr const char* game = "tictactoe";

/// A simulation of all kinds, seen from the lobby of tic-tac-toe.
struct lobby_simulation : simulation {
  explicit lobby_simulation(const bounds& limits = {}) : simulation(actors::make_catalog(), {.bounds = limits}) {}
  pending_reply ask(std::string player, std::string command, std::string args = "{}", std::string game_kind = game) {
    return post(std::move(player), "lobby/" + game_kind, std::move(command), std::move(args));
  }
  /// The id of the room that `command` answers with.
  std::string room_from(std::string player, std::string command, std::string game_kind = game) {
    pending_reply p = ask(std::move(player), std::move(command), "{}", game_kind);
    REQUIRE(p.word() == "ok");
    CHECK(json_part(p.body(), "kind") == game_kind);
    return json_part(p.body(), "id");
  }
  std::string create(std::string player, std::string game_kind = game) {
    return room_from(std::move(player), "create", std::move(game_kind));
  }
  std::string quick_join(std::string player) { return room_from(std::move(player), "quick_join"); }

  std::string say(std::string player, const std::string& room, std::string command) {
    return post(std::move(player), std::string(game) + "/" + room, std::move(command)).word();
  }
  std::string join(std::string player, const std::string& room) { return say(std::move(player), room, "join"); }
  std::string room(const std::string& id, std::string_view path) {
    pending_reply p = get("", std::string(game) + "/" + id);
    return p.word() == "ok" ? json_part(p.body(), path) : p.word();
  }

  std::string list(std::string args = "{}", std::string game_kind = game) {
    pending_reply p = ask("", "list", std::move(args), std::move(game_kind));
    REQUIRE(p.word() == "ok");
    return p.body();
  }
  /// The ids on a page of the list.
  std::vector<std::string> ids(std::string args = "{}", std::string game_kind = game) {
    std::string page = list(std::move(args), std::move(game_kind));
    std::vector<std::string> found;
    for (std::size_t i = 0;; ++i) {
      std::string id = json_part(page, "rooms[" + std::to_string(i) + "].id");
      if (id == "absent") return found;
      found.push_back(id);
    }
  }
  /// How many seats the list says are free in a room; `absent` if it does not list it.
  std::string free_in(const std::string& id) {
    std::string page = list(json("limit", 100));
    for (std::size_t i = 0;; ++i) {
      std::string at = "rooms[" + std::to_string(i) + "]";
      if (json_part(page, at) == "absent") return "absent";
      if (json_part(page, at + ".id") == id) return json_part(page, at + ".free");
    }
  }
};

}  // namespace parlor::testing
