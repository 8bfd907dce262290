// A list of pairs is written as names and values, and would not be read again.
// says: keys in JSON are strings: use std::map<std::string, T>, or a list of structs
#include <utility>
#include <vector>

#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  std::vector<std::pair<int, int>> m;
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));  // here
};

}  // namespace

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace parlor
