#pragma once

#include <stdexcept>
#include <string>

#include "runtime/authoring/actor_of.hpp"
#include "tests/support/simulation.hpp"

/// Actors that tell without end.
namespace parlor::testing {

struct relay_state {
  int heard = 0;
  static constexpr auto fields = describe(field("heard", &relay_state::heard));
};

struct relay_args {
  std::string id{};  ///< whom else it concerns
  int count = 0;
  static constexpr auto fields =
      describe(field("id", &relay_args::id, or_default), field("count", &relay_args::count, or_default));
};

namespace relays {

/// Tells the other, who tells this one.
inline verdict on_serve(relay_state& s, const relay_args& other, context& ctx) {
  ++s.heard;
  ctx.tell({ctx.self().kind, other.id}, "serve", relay_args{ctx.self().id});
  return accept();
}
/// The same, with a pause.
inline verdict on_wait(relay_state& s, const relay_args& other, context& ctx) {
  ++s.heard;
  ctx.remind("later", std::chrono::seconds(1), "serve_then_wait", to_json(other));
  return accept();
}
inline verdict on_serve_then_wait(relay_state& s, const relay_args& other, context& ctx) {
  ++s.heard;
  ctx.tell({ctx.self().kind, other.id}, "wait", relay_args{ctx.self().id});
  return accept();
}
/// Tells two whom nobody knows yet.
inline verdict on_fork(relay_state& s, context& ctx) {
  ++s.heard;
  for (int i = 0; i < 2; ++i) ctx.tell({ctx.self().kind, ctx.fresh_id()}, "fork");
  return accept();
}
/// Tells one so often; or as many others, if none is named.
inline verdict on_spray(relay_state& s, const relay_args& a, context& ctx) {
  ++s.heard;
  for (int i = 0; i < a.count; ++i) ctx.tell({ctx.self().kind, a.id.empty() ? "r" + std::to_string(i) : a.id}, "hear");
  return accept();
}
inline verdict on_hear(relay_state& s, context&) {
  ++s.heard;
  return accept();
}
inline verdict on_hear_later(relay_state&, context& ctx) {
  ctx.remind("later", std::chrono::seconds(1), "hear");
  return accept();
}
inline verdict on_fall_over(relay_state&, context&) { throw std::runtime_error("the handler fell over"); }

inline relay_state view_heard(const relay_state& s) { return s; }

}  // namespace relays

inline actor_of<relay_state> relay() {
  return {.name = "relay",
          .commands = {{"serve", relays::on_serve},
                       {"wait", relays::on_wait},
                       {"serve_then_wait", relays::on_serve_then_wait},
                       {"fork", relays::on_fork},
                       {"spray", relays::on_spray},
                       {"hear", relays::on_hear},
                       {"hear_later", relays::on_hear_later},
                       {"fall_over", relays::on_fall_over}},
          .view = relays::view_heard};
}

/// How often an actor has heard something.
inline std::string heard_by(simulation& sim, std::string_view actor) { return sim.get("ann", actor).body(); }
inline std::string heard(int times) { return R"({"heard":)" + std::to_string(times) + "}"; }

}  // namespace parlor::testing
