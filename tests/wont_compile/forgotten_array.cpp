// An array is one member, however many it could be initialised from.
// says: every member must stand in `fields`
#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  std::array<int, 2> mine{};
  std::array<int, 2> theirs{};  // forgotten
  static constexpr auto fields = describe(field("mine", &board::mine));
};

}  // namespace

kind game() { return room_of<board>{.name = "game"}; }  // here

}  // namespace parlor
