#pragma once

#include <utility>
#include <vector>

#include "actors/catalog.hpp"
#include "runtime/authoring/room_of.hpp"

/// A kind whose turns have a clock, as none of the program's games has: of the folder `clocks`.
namespace parlor::testing {

struct pile {
  int stones = 10;
  static constexpr auto fields = describe(field("stones", &pile::stones));
};

inline verdict on_take(pile& p, context&) {
  --p.stones;
  return accept();
}
inline pile view_pile(const pile& p) { return p; }

inline kind clocked() {
  return room_of<pile>{.name = "pile",
                       .seats = exactly(2),
                       .turns = round_robin(1),
                       .turn_time = std::chrono::minutes(1),
                       .commands = {{"take", on_take}},
                       .view = view_pile};
}

/// The program's kinds and this one.
inline catalog kinds_with_clocked() {
  std::vector<kind> kinds = actors::make_catalog().kinds();
  kinds.push_back(clocked());
  return catalog(std::move(kinds));
}

}  // namespace parlor::testing
