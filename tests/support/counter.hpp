#pragma once

#include <functional>
#include <stdexcept>
#include <string>

#include "runtime/authoring/actor_of.hpp"

/// The smallest actor that shows everything: it counts, and its handlers misbehave on request.
namespace parlor::testing {

struct tally_state {
  int count = 0;
  static constexpr auto fields = describe(field("count", &tally_state::count));
};

struct amount {
  int by = 1;
  static constexpr auto fields = describe(field("by", &amount::by, between(0, 1000), or_default));
};

struct target {
  std::string id;
  static constexpr auto fields = describe(field("id", &target::id));
};

inline verdict_of<tally_state> on_add(tally_state& s, const amount& a, context&) {
  s.count += a.by;
  return accept(s);
}
inline verdict_of<tally_state> on_read(const tally_state& s, context&) { return accept(s); }
inline verdict on_refuse(tally_state& s, context&) {
  s.count = -1;
  return reject("refused_by_rule");
}
inline verdict on_throw(tally_state& s, context&) {
  s.count = -1;
  throw std::runtime_error("the handler fell over");
}
inline verdict on_pass_on(tally_state& s, const target& t, context& ctx) {
  ctx.tell({ctx.self().kind, t.id}, "add", amount{5});
  ++s.count;
  return accept();
}
inline verdict on_later(tally_state&, context& ctx) {
  ctx.remind("later", std::chrono::hours(2), "add");
  return accept();
}
inline verdict on_never_mind(tally_state&, context& ctx) {
  ctx.forget("later");
  return accept();
}
inline verdict on_erase(tally_state&, context& ctx) {
  ctx.erase();
  return accept();
}

inline tally_state view_count(const tally_state& s) { return s; }

/// `by_id`: addressed like a room, made by `add` alone; else each player has one.
inline actor_of<tally_state> counter(bool by_id = true) {
  return {.name = "counter",
          .reached_by = by_id ? reach::room : reach::session,
          .created_by = by_id ? std::vector<std::string>{"add"} : std::vector<std::string>{},
          .commands = {{"add", on_add},
                       {"read", on_read},
                       {"refuse", on_refuse},
                       {"throw", on_throw},
                       {"pass_on", on_pass_on},
                       {"later", on_later},
                       {"never_mind", on_never_mind},
                       {"erase", on_erase}},
          .view = view_count};
}

}  // namespace parlor::testing
