// The text that a string_view shows is gone when the state is read.
// says: a std::string_view is only written, for its text is elsewhere: use std::string
#include <string_view>

#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  std::string_view m;
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));
};

}  // namespace

kind game() { return room_of<board>{.name = "game"}; }  // here

}  // namespace parlor
