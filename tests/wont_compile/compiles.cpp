// The control: everything as it should be. The files beside this one hold one mistake each.
#include "runtime/authoring/room_of.hpp"

namespace parlor {
namespace {

enum class colour { red, green };

struct board {
  std::array<int, 9> cells{};
  colour hue = colour::red;
  std::optional<int> last;
  static constexpr auto fields = describe(
      field("cells", &board::cells), field("hue", &board::hue, one_of("red", "green")), field("last", &board::last));
};

struct place {
  int cell = 0;
  static constexpr auto fields = describe(field("cell", &place::cell, between(0, 8)));
};

verdict on_place(board&, const place&, context&) { return accept(); }
verdict on_ask(const board&, context&) { return unchanged(); }
verdict_of<place> on_look(const board& b, context&) {
  if (!b.last) return reject("empty");
  return accept(place{*b.last});
}
board view(const board& b, const viewer&) { return b; }

}  // namespace

kind game() {
  auto on_pass = [costs = 2](board& b, context&) {
    b.last = costs;
    return accept();
  };
  return room_of<board>{
      .name = "game",
      .commands = {{"place", on_place}, {"ask", on_ask}, {"look", on_look}, {"pass", on_pass, open_to::seated}},
      .view = view};
}

}  // namespace parlor
