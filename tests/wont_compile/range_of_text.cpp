// A range says nothing of a string.
// says: between is for numbers
#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  std::string word;
  static constexpr auto fields = describe(field("word", &board::word, between(1, 9)));  // here
};

}  // namespace

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace parlor
