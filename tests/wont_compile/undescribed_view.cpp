// What a view returns goes out as JSON: it must be described.
// says: what a view returns needs `fields`: it goes out as JSON
#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

struct board {
  int n = 0;
  static constexpr auto fields = describe(field("n", &board::n));
};
struct picture {
  int n = 0;
};

picture view(const board& b) { return {b.n}; }

}  // namespace

view_of<board> shown() { return view; }  // here

}  // namespace parlor
