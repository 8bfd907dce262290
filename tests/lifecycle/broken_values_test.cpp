#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "runtime/authoring/room_of.hpp"
#include "runtime/hosting/operators.hpp"
#include "tests/support/json.hpp"
#include "tests/support/json_part.hpp"
#include "tests/support/simulation.hpp"

// A handler that leaves a state which breaks its own description has failed: the room goes on from its last one.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

enum class stage { open, shut, forgotten };

struct sheet {
  std::vector<int> hints{};
  stage now = stage::open;
  double share = 0.5;
  static constexpr auto fields =
      describe(field("hints", &sheet::hints, between(0, 3), at_most(4)),
               field("now", &sheet::now, one_of("open", "shut")), field("share", &sheet::share, between(0.0, 1.0)));
};

struct hint {
  int value = 0;
  static constexpr auto fields = describe(field("value", &hint::value));
};
struct small_hint {
  int value = 0;
  static constexpr auto fields = describe(field("value", &small_hint::value, between(0, 3)));
};

verdict on_hint(sheet& s, const hint& h, context&) {
  s.hints.push_back(h.value);
  return accept();
}
verdict on_forget(sheet& s, context&) {
  s.now = stage::forgotten;
  return accept();
}
verdict on_divide(sheet& s, context&) {
  s.share = std::nan("");
  return accept();
}
verdict on_shout(sheet& s, const hint& h, context& ctx) {
  s.hints.push_back(0);
  ctx.emit("shouted", small_hint{h.value});
  return accept();
}
verdict on_pass(sheet& s, const hint& h, context& ctx) {
  s.hints.push_back(0);
  ctx.tell(ctx.self(), "hint", small_hint{h.value});
  return accept();
}
verdict_of<small_hint> on_ask(sheet& s, const hint& h, context&) {
  s.hints.push_back(0);
  return accept(small_hint{h.value});
}
sheet view(const sheet& s) { return s; }

actor_of<sheet> sheets() {
  return {.name = "sheet",
          .reached_by = reach::room,
          .commands = {{"hint", on_hint},
                       {"forget", on_forget},
                       {"divide", on_divide},
                       {"shout", on_shout},
                       {"pass", on_pass},
                       {"ask", on_ask}}};
}

kind shown_sheets() {
  return actor_of<sheet>{
      .name = "sheet", .reached_by = reach::room, .durable = false, .commands = {{"hint", on_hint}}, .view = view};
}

}  // namespace

TEST_CASE("a state that breaks its description is not stored, and the actor goes on from its last one") {
  struct attempt {
    const char* command;
    int value;
    const char* says;
  };
  for (const attempt& a : {attempt{"hint", 7, "hint: hints[1] must be between 0 and 3, and is 7"},
                           attempt{"forget", 0, "forget: now must be one of open, shut, and is the value 2"},
                           attempt{"divide", 0, "divide: share must be a finite number, and is not a number"},
                           attempt{"shout", 9, "shout: value must be between 0 and 3, and is 9"},
                           attempt{"pass", 9, "pass: value must be between 0 and 3, and is 9"},
                           attempt{"ask", 9, "ask: value must be between 0 and 3, and is 9"}}) {
    INFO(a.command);
    simulation sim(sheets());
    auto tag = sim.post("ann", "sheet/a", "hint", json("value", 3)).answer().tag;
    bool takes_value = a.value != 0;
    auto broken = sim.post("ann", "sheet/a", a.command, takes_value ? json("value", a.value) : "{}");
    CHECK(broken.word() == "handler_failed");
    CHECK(broken.answer().tag.version == 0);
    CHECK(sim.log.last("handler_threw", "sheet/a").starts_with(a.says));
    CHECK(sim.get("ann", "sheet/a").answer().tag == tag);
    sim.restart();
    CHECK(sim.post("ann", "sheet/a", "hint", json("value", 1)).answer().tag.version == tag.version + 1);
  }
}

TEST_CASE("a list that grows past its end stops there") {
  simulation sim(sheets());
  for (int i = 0; i < 4; ++i) CHECK(sim.post("ann", "sheet/a", "hint", json("value", 1)).word() == "ok");
  CHECK(sim.post("ann", "sheet/a", "hint", json("value", 1)).word() == "handler_failed");
  CHECK(sim.log.last("handler_threw", "sheet/a") == "hint: hints must have at most 4 items, and has 5");
}

TEST_CASE("what is shown is held against its description, though nothing is stored") {
  simulation sim(shown_sheets());
  CHECK(sim.post("ann", "sheet/a", "hint", json("value", 2)).word() == "ok");
  CHECK(sim.post("ann", "sheet/a", "hint", json("value", 4)).word() == "handler_failed");
  CHECK(json_part(sim.get("bob", "sheet/a").body(), "hints") == "[2]");
}

TEST_CASE("an operator who looks into a state that is never stored is told why it could not be") {
  actor_of<sheet> in_memory = sheets();
  in_memory.durable = false;
  simulation sim(in_memory);
  CHECK(sim.post("ann", "sheet/a", "forget").word() == "ok");
  std::string inside;
  sim.runtime().operators().inspect(at("sheet/a"), [&](result<inspection>&& seen) { inside = seen.value().inside; });
  sim.run();
  CHECK(json_part(inside, "state") ==
        "now must be one of open, shut, and is the value 2 of an enum, which has no name");
  CHECK(sim.post("ann", "sheet/a", "hint", json("value", 1)).word() == "ok");
}
