#include "actors/catalog.hpp"
#include "runtime/authoring/room_of.hpp"

// Tic-tac-toe: three in a row on a board of nine cells.
namespace parlor::actors {
namespace {

struct board {                 // survives restarts
  std::array<int, 9> cells{};  // 0 free, else seat + 1
  static constexpr auto fields = describe(field("cells", &board::cells));
};

struct place {  // bad input is refused before the rules run
  int cell = 0;
  static constexpr auto fields = describe(field("cell", &place::cell, between(0, 8)));
};

verdict on_place(board& b, const place& move, context& ctx) {
  int& cell = b.cells[move.cell];
  if (cell != 0) return reject("cell_taken");
  cell = ctx.seat() + 1;
  return accept();
}

board view(const board& b) { return b; }  // everyone sees everything

std::optional<ending> over(const board& b) {
  constexpr int lines[8][3] = {{0, 1, 2}, {3, 4, 5}, {6, 7, 8}, {0, 3, 6}, {1, 4, 7}, {2, 5, 8}, {0, 4, 8}, {2, 4, 6}};
  for (auto [x, y, z] : lines)
    if (b.cells[x] != 0 && b.cells[x] == b.cells[y] && b.cells[y] == b.cells[z]) return win(b.cells[x] - 1, "line");
  for (int cell : b.cells)
    if (cell == 0) return {};
  return draw("full");
}

}  // namespace

kind tictactoe() {
  return room_of<board>{.name = "tictactoe",
                        .seats = exactly(2),
                        .turns = round_robin(1),
                        .idle_after = std::chrono::minutes(10),
                        .commands = {{"place", on_place}},
                        .view = view,
                        .over = over};
}

}  // namespace parlor::actors
