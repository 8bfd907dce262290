#include "actors/catalog.hpp"
#include "runtime/authoring/room_of.hpp"

// Gomoku: five in a row on a board of 15 by 15.
namespace parlor::actors {
namespace {

constexpr int width = 15;

struct point {
  int x = 0;
  int y = 0;
  static constexpr auto fields =
      describe(field("x", &point::x, between(0, width - 1)), field("y", &point::y, between(0, width - 1)));
};

struct board {
  std::array<int, width * width> cells{};  // row by row; 0 free, else seat + 1
  std::optional<point> last;
  static constexpr auto fields = describe(field("cells", &board::cells), field("last", &board::last));

  int at(int x, int y) const { return x < 0 || y < 0 || x >= width || y >= width ? 0 : cells[y * width + x]; }
};

verdict on_place(board& b, const point& move, context& ctx) {
  int& cell = b.cells[move.y * width + move.x];
  if (cell != 0) return reject("cell_taken");
  cell = ctx.seat() + 1;
  b.last = move;
  return accept();
}

board view(const board& b) { return b; }

// How many stones of one colour lie in a line through the last move, in the direction (dx, dy).
int line_length(const board& b, int dx, int dy) {
  int colour = b.at(b.last->x, b.last->y);
  int length = 1;
  for (int way : {1, -1})
    for (int n = 1; b.at(b.last->x + way * n * dx, b.last->y + way * n * dy) == colour; ++n) ++length;
  return length;
}

std::optional<ending> over(const board& b) {
  if (!b.last) return {};
  for (auto [dx, dy] : {std::pair{1, 0}, {0, 1}, {1, 1}, {1, -1}})
    if (line_length(b, dx, dy) >= 5) return win(b.at(b.last->x, b.last->y) - 1, "line");
  for (int cell : b.cells)
    if (cell == 0) return {};
  return draw("full");
}

}  // namespace

kind gomoku() {
  return room_of<board>{.name = "gomoku",
                        .seats = exactly(2),
                        .turns = round_robin(1),
                        .commands = {{"place", on_place}},
                        .view = view,
                        .over = over};
}

}  // namespace parlor::actors
