#include "runtime/authoring/denials.hpp"

#include <algorithm>

#include "actors/catalog.hpp"
#include "runtime/authoring/actor_of.hpp"

// What operators forbid, as they order it: see denials.hpp.
namespace parlor::actors {
namespace {

/// Some 200 bytes each: the list is stored whole with each order, and every thread that serves has it in memory.
constexpr std::size_t denials_max = 10'000;

/// What is over is kept for so long: it holds again once a clock that was far ahead is set right.
constexpr duration kept_after_end = std::chrono::hours(24 * 31);

void remove_over(denials& lists, instant by) {
  for (auto* list : {&lists.revoked, &lists.players, &lists.addresses})
    std::erase_if(*list, [&](const denial& d) { return !d.holds(by); });
}

bool is_full(const denials& lists) {
  return lists.revoked.size() + lists.players.size() + lists.addresses.size() >= denials_max;
}

void take_off(std::vector<denial>& list, const std::string& name) {
  std::erase_if(list, [&](const denial& d) { return d.name == name; });
}

verdict on_deny(denials& lists, const deny_order& order, context& ctx) {
  auto& list = lists.in(order.list);
  take_off(list, order.name);
  remove_over(lists, ctx.time() - kept_after_end);
  if (is_full(lists)) remove_over(lists, ctx.time());
  if (is_full(lists)) return reject("denials_full");
  std::int64_t now_ms = to_ms(ctx.time());
  list.push_back({.name = order.name,
                  .since_ms = now_ms,
                  .until_ms = order.seconds == 0 ? 0 : now_ms + order.seconds * 1000,
                  .by = std::string(ctx.player()),
                  .why = order.why});
  return accept();
}

verdict on_lift(denials& lists, const lift_order& order, context& ctx) {
  auto& list = lists.in(order.list);
  bool held = std::ranges::any_of(list, [&](const denial& d) { return d.name == order.name && d.holds(ctx.time()); });
  if (!held) return reject("not_denied");
  take_off(list, order.name);
  return accept();
}

denials view(const denials& lists) { return lists; }

}  // namespace

kind denials_of_operators() {
  return actor_of<denials>{.name = denials_kind,
                           .reached_by = reach::internal,
                           .state_bytes_max = 16 * 1024 * 1024,  // of `denials_max`, with reasons
                           .commands = {{"deny", on_deny, open_to::players}, {"lift", on_lift, open_to::players}},
                           .view = view};
}

}  // namespace parlor::actors
