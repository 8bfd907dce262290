// A time is written as a sentence for people, and is not read.
// says: an instant is only written: use std::int64_t with milliseconds
#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  instant m;
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));
};

}  // namespace

kind game() { return room_of<board>{.name = "game"}; }  // here

}  // namespace parlor
