#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "runtime/authoring/room_of.hpp"
#include "tests/support/simulation.hpp"

/// A kind for what watchers are told.
namespace parlor::testing {

using lines = std::vector<std::string>;

namespace halls {

/// A room where handlers say things aloud and in secret.
struct hall {
  int said = 0;
  static constexpr auto fields = describe(field("said", &hall::said));
};
struct words {
  std::string text;
  int times = 1;
  static constexpr auto fields =
      describe(field("text", &words::text), field("times", &words::times, between(0, 1000), or_default));
};
struct aside {
  int seat = 0;
  std::string text;
  static constexpr auto fields = describe(field("seat", &aside::seat), field("text", &aside::text));
};

inline verdict on_say(hall& h, const words& w, context& ctx) {
  ++h.said;
  for (int i = 0; i < w.times; ++i) ctx.emit("said", w);
  return accept();
}
inline verdict on_whisper(hall& h, const aside& a, context& ctx) {
  ++h.said;
  ctx.emit("whispered", words{a.text, 1}, only_seat(a.seat));
  return accept();
}
inline verdict on_mumble(hall&, const words& w, context& ctx) {
  ctx.emit("said", w);
  return reject("too_quiet");
}
inline verdict on_shout(hall&, const words& w, context& ctx) {
  ctx.emit(w.text, "{}");
  return accept();
}
inline verdict on_recite(hall&, const words& w, context& ctx) {
  ctx.emit("recited", w.text);
  return accept();
}
/// To one player; the text is their name.
inline verdict on_confide(hall&, const words& w, context& ctx) {
  ctx.emit("confided", words{"psst", 1}, only_player(w.text));
  return accept();
}
inline verdict on_burn_down(hall&, context& ctx) {
  ctx.emit("burned");
  ctx.emit("whispered", words{"run", 1}, only_seat(1));
  ctx.erase();
  return accept();
}
inline hall view_hall(const hall& h) { return h; }

}  // namespace halls

inline kind speaking(bool durable = true) {
  using namespace halls;
  return room_of<hall>{.name = "hall",
                       .seats = exactly(2),
                       .turns = simultaneous(),
                       .durable = durable,
                       .commands = {{"say", on_say},
                                    {"whisper", on_whisper},
                                    {"mumble", on_mumble},
                                    {"shout", on_shout},
                                    {"recite", on_recite},
                                    {"confide", on_confide},
                                    {"burn_down", on_burn_down}},
                       .view = view_hall};
}

inline void seat_two(simulation& sim) {
  sim.post("ann", "hall/a", "join");
  sim.post("bob", "hall/a", "join");
}

inline std::string sentence(const std::string& text) { return R"({"text":")" + text + R"(","times":1})"; }

/// The lines without the views, which other cases look at.
inline lines bare(lines list) {
  for (std::string& line : list)
    if (line.starts_with("version ") || line.starts_with("snapshot "))
      line.resize(std::min(line.size(), line.find(" {")));
  return list;
}

}  // namespace parlor::testing
