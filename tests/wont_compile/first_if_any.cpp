// A comma stands before every member but the first, which must be there.
// says: the first member in `fields` is always written: it cannot be if_any
#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  std::string word;
  static constexpr auto fields = describe(field("word", &board::word, if_any));
};

}  // namespace

kind game() { return room_of<board>{.name = "game"}; }  // here

}  // namespace parlor
