// An ending has a winner, or none, and a word.
// says: over is std::optional<ending> f(const Game&)
#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};

bool over(const board& b) { return b.n > 0; }

}  // namespace

kind game() { return room_of<board>{.name = "game", .over = over}; }  // here

}  // namespace parlor
