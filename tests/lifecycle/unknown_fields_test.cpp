#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "runtime/authoring/room_of.hpp"
#include "tests/support/json.hpp"
#include "tests/support/simulation.hpp"

// A newer program was rolled back: the older one serves what the newer wrote, and loses nothing of it.
using namespace parlor;
using namespace parlor::testing;
using Catch::Contains;

namespace {

namespace older {
struct corner {
  int tiles = 0;
  static constexpr auto fields = describe(field("tiles", &corner::tiles));
};
struct board {
  int moves = 0;
  corner left{};
  std::vector<corner> rest{};
  std::map<std::string, corner> owned{};
  static constexpr auto fields = describe(field("moves", &board::moves), field("left", &board::left),
                                          field("rest", &board::rest), field("owned", &board::owned));
};
}  // namespace older

namespace newer {
struct corner {
  int tiles = 0;
  std::string paint{};
  static constexpr auto fields = describe(field("tiles", &corner::tiles), field("paint", &corner::paint, if_any));
};
struct board {
  int moves = 0;
  std::vector<int> hints{};
  corner left{};
  std::vector<corner> rest{};
  std::map<std::string, corner> owned{};
  static constexpr auto fields =
      describe(field("moves", &board::moves), field("hints", &board::hints, or_default), field("left", &board::left),
               field("rest", &board::rest), field("owned", &board::owned));
};
}  // namespace newer

template <class Board>
verdict on_move(Board& b, context&) {
  ++b.moves;
  return accept();
}
template <class Board>
verdict on_clear(Board& b, context&) {
  b.owned.clear();
  return accept();
}
verdict on_paint(newer::board& b, context&) {
  b.hints = {3, 1};
  b.left.paint = "blue";
  b.owned["ann"].paint = "red";
  return accept();
}
verdict on_spill(newer::board& b, context&) {
  b.rest.push_back({1, "green"});
  return accept();
}
template <class Board>
Board view(const Board& b) {
  return b;
}

room_of<older::board> older_rooms(bool keeps = true) {
  return {.name = "tiles",
          .seats = exactly(1),
          .keeps_unknown_fields = keeps,
          .commands = {{"move", on_move<older::board>}, {"clear", on_clear<older::board>}},
          .view = view<older::board>};
}
room_of<newer::board> newer_rooms() {
  return {.name = "tiles",
          .seats = exactly(1),
          .commands = {{"move", on_move<newer::board>}, {"paint", on_paint}, {"spill", on_spill}},
          .view = view<newer::board>};
}

/// A room that the newer program has served.
struct painted_simulation : simulation {
  painted_simulation() : simulation(kind(newer_rooms())) {
    post("ann", "tiles/r", "join");
    CHECK(post("ann", "tiles/r", "paint").word() == "ok");
  }
  std::string room() { return get("ann", "tiles/r").body(); }
};

}  // namespace

TEST_CASE("an older program that keeps what it does not know gives it back to the newer one") {
  painted_simulation sim;
  sim.deploy(older_rooms());
  CHECK_THAT(sim.room(), Contains(R"("view":{"moves":0,"left":{"tiles":0},"rest":[],"owned":{"ann":{"tiles":0}}})"));
  CHECK(sim.post("ann", "tiles/r", "move").word() == "ok");
  sim.crash();
  CHECK(sim.post("ann", "tiles/r", "move").word() == "ok");
  sim.deploy(newer_rooms());
  CHECK_THAT(sim.room(), Contains(R"("view":{"moves":2,"hints":[3,1],"left":{"tiles":0,"paint":"blue"},"rest":[],)"
                                  R"("owned":{"ann":{"tiles":0,"paint":"red"}}})"));
  CHECK(sim.post("ann", "tiles/r", "move").word() == "ok");
}

TEST_CASE("what was kept in a part that is no more goes with it") {
  painted_simulation sim;
  sim.deploy(older_rooms());
  CHECK(sim.post("ann", "tiles/r", "clear").word() == "ok");
  sim.deploy(newer_rooms());
  CHECK_THAT(sim.room(), Contains(R"("hints":[3,1],"left":{"tiles":0,"paint":"blue"},"rest":[],"owned":{}})"));
}

TEST_CASE("without the option an older program leaves what it does not know as it is") {
  painted_simulation sim;
  sim.deploy(older_rooms(false));
  auto refused = sim.post("ann", "tiles/r", "move");
  CHECK(refused.word() == "state_unreadable");
  CHECK(refused.answer().why.detail == "game.left.paint is not a known field");
  sim.deploy(newer_rooms());
  CHECK_THAT(sim.room(), Contains(R"("moves":0,"hints":[3,1])"));
}

TEST_CASE("what is unknown in a list is not lost: the state is left as it is") {
  painted_simulation sim;
  CHECK(sim.post("ann", "tiles/r", "spill").word() == "ok");
  sim.deploy(older_rooms());
  auto refused = sim.post("ann", "tiles/r", "move");
  CHECK(refused.word() == "state_unreadable");
  CHECK(refused.answer().why.detail ==
        "game.rest[0].paint is not a known field, and stands in a list, where none can be kept");
}

TEST_CASE("a state of a later schema is not read, whatever is kept") {
  simulation sim(newer_rooms());
  auto raised = newer_rooms();
  raised.upgrades = {{[](json_value saved) -> result<std::string> { return saved.text(); }}};
  sim.deploy(raised);
  sim.post("ann", "tiles/r", "join");
  sim.deploy(older_rooms());
  CHECK(sim.get("ann", "tiles/r").word() == "state_unreadable");
}
