// The text behind a pointer is not the state's.
// says: a char* cannot be described: use std::string
#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  const char* m = "";
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));  // here
};

}  // namespace

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace parlor
