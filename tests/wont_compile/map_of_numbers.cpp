// Names in JSON are strings.
// says: keys in JSON are strings: use std::map<std::string, T>, or a list of structs
#include <map>
#include <string>

#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  std::map<int, std::string> m;
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));  // here
};

}  // namespace

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace parlor
