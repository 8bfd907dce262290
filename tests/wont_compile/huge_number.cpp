// Numbers of JSON end where clients can no longer count.
// says: an unsigned number of 64 bits is only written: use std::int64_t
#include <cstdint>

#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  std::uint64_t m = 0;
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));
};

}  // namespace

kind game() { return room_of<board>{.name = "game"}; }  // here

}  // namespace parlor
