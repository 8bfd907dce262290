#include "bench/kinds.hpp"

#include <utility>

#include "actors/catalog.hpp"
#include "runtime/authoring/room_of.hpp"

namespace parlor::bench {
namespace {

struct board {
  std::array<int, 9> cells{};  // 0 free, else seat + 1
  static constexpr auto fields = describe(field("cells", &board::cells));
};

struct place {
  int cell = 0;
  static constexpr auto fields = describe(field("cell", &place::cell, between(0, 8)));
};

// Takes the cell, or gives it back: the board is another one after every move.
verdict on_place(board& b, const place& move, context& ctx) {
  int& cell = b.cells[static_cast<std::size_t>(move.cell)];
  cell = cell == ctx.seat() + 1 ? 0 : ctx.seat() + 1;
  return accept();
}

board view_board(const board& b) { return b; }

struct sum {
  std::int64_t count = 0;
  static constexpr auto fields = describe(field("count", &sum::count));
};

struct amount {
  int by = 1;
  static constexpr auto fields = describe(field("by", &amount::by, between(0, 1000), or_default));
};

verdict on_add(sum& s, const amount& a, context&) {
  s.count += a.by;
  return accept();
}

sum view_sum(const sum& s) { return s; }

std::string named(std::string name, bool durable) { return durable ? std::move(name) + "_durable" : name; }

}  // namespace

kind table(bool durable) {
  return room_of<board>{.name = named("table", durable),
                        .seats = exactly(2),
                        .turns = simultaneous(),
                        .durable = durable,
                        .commands = {{"place", on_place}},
                        .view = view_board};
}

kind tally(bool durable) {
  return actor_of<sum>{.name = named("tally", durable),
                       .reached_by = reach::room,
                       .durable = durable,
                       .commands = {{"add", on_add}},
                       .view = view_sum};
}

kind tictactoe(bool durable) {
  kind game = actors::tictactoe();
  game.name = named("tictactoe", durable);
  game.durable = durable;
  return game;
}

std::vector<kind> kinds() {
  return {table(false), table(true), tally(false), tally(true), tictactoe(false), tictactoe(true)};
}

}  // namespace parlor::bench
