// A member that is not described would silently not be saved.
// says: every member must stand in `fields`
#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  std::array<int, 9> cells{};
  std::optional<int> last;  // forgotten
  static constexpr auto fields = describe(field("cells", &board::cells));
};

}  // namespace

kind game() { return room_of<board>{.name = "game"}; }  // here

}  // namespace parlor
