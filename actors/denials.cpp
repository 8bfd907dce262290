#include "runtime/authoring/denials.hpp"

#include <algorithm>

#include "actors/catalog.hpp"
#include "runtime/authoring/actor_of.hpp"

// What operators forbid, as they order it: see denials.hpp. What is over goes with the next order.
namespace parlor::actors {
namespace {

/// Some 200 bytes each: the list is stored whole with each order, and every thread that serves has it in memory.
constexpr std::size_t denials_max = 10'000;

void tidy(denials& lists, instant now) {
  for (auto* list : {&lists.revoked, &lists.players, &lists.addresses})
    std::erase_if(*list, [&](const denial& d) { return !d.holds(now); });
}

bool take_off(std::vector<denial>& list, const std::string& name) {
  return std::erase_if(list, [&](const denial& d) { return d.name == name; }) > 0;
}

verdict on_deny(denials& lists, const deny_order& order, context& ctx) {
  tidy(lists, ctx.time());
  auto& list = lists.in(order.list);
  take_off(list, order.name);
  if (lists.revoked.size() + lists.players.size() + lists.addresses.size() >= denials_max)
    return reject("denials_full");
  std::int64_t now_ms = to_ms(ctx.time());
  list.push_back({.name = order.name,
                  .since_ms = now_ms,
                  .until_ms = order.seconds == 0 ? 0 : now_ms + order.seconds * 1000,
                  .by = std::string(ctx.player()),
                  .why = order.why});
  return accept();
}

verdict on_lift(denials& lists, const lift_order& order, context& ctx) {
  tidy(lists, ctx.time());
  return take_off(lists.in(order.list), order.name) ? accept() : reject("not_denied");
}

denials view(const denials& lists) { return lists; }

}  // namespace

kind denials_of_operators() {
  return actor_of<denials>{.name = denials_kind,
                           .reached_by = reach::internal,
                           .commands = {{"deny", on_deny, open_to::players}, {"lift", on_lift, open_to::players}},
                           .view = view};
}

}  // namespace parlor::actors
