#include "tests/tutorial/nim.hpp"

// Nim: a heap of 21 sticks, each player takes one to three, and who takes the last one loses.
namespace parlor::actors {

verdict on_take(heap& h, const take& move, context& ctx) {
  if (move.sticks > h.sticks) return reject("too_few_sticks").legal(take{h.sticks});
  h.sticks -= move.sticks;
  h.last = ctx.seat();
  return accept();
}

heap view(const heap& h) { return h; }

std::optional<ending> over(const heap& h) {
  if (h.sticks > 0) return {};
  return win(1 - *h.last, "last_stick");
}

kind nim() {
  return room_of<heap>{.name = "nim",
                       .seats = exactly(2),
                       .turns = round_robin(1),
                       .idle_after = std::chrono::minutes(10),
                       .commands = {{"take", on_take}},
                       .view = view,
                       .over = over};
}

}  // namespace parlor::actors
