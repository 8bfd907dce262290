#include <catch2/catch.hpp>

#include "runtime/authoring/actor_of.hpp"
#include "runtime/hosting/operators.hpp"
#include "tests/support/simulation.hpp"

// While the clock may be wrong nothing is deleted for its age, and nothing else is otherwise.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

struct page_state {
  int used = 0;
  static constexpr auto fields = describe(field("used", &page_state::used));
};

verdict on_use(page_state& s, context& ctx) {
  ++s.used;
  ctx.remind("tidy", 1h, "tidy");
  return accept();
}
verdict on_tidy(page_state& s, context& ctx) {
  s.used = -1;
  ctx.tell({"page", "index"}, "forgotten");
  ctx.erase();
  return accept();
}
verdict on_forgotten(page_state& s, context&) {
  s.used += 100;
  return accept();
}
verdict on_drop(page_state&, context& ctx) {
  ctx.erase();
  return accept();
}

page_state view_page(const page_state& s) { return s; }

/// An hour after its last use a page is deleted, and the index hears of it.
kind page() {
  return actor_of<page_state>{.name = "page",
                              .reached_by = reach::room,
                              .created_by = {"use"},
                              .commands = {{"use", on_use},
                                           {"drop", on_drop},
                                           {"tidy", on_tidy, open_to::actors},
                                           {"forgotten", on_forgotten, open_to::actors}},
                              .view = view_page};
}

struct held_pages {
  held_pages() : sim(page()) {
    sim.post("ann", "page/index", "use");
    sim.store.holds = true;
    sim.post("ann", "page/a", "use");
  }
  bool there(std::string_view actor = "page/a") { return sim.get("ann", actor).word() == "ok"; }
  std::string body(std::string_view actor) { return sim.get("ann", actor).body(); }
  std::size_t waiting() { return sim.runtime().stats().deletions_held; }

  simulation sim;
};

}  // namespace

TEST_CASE("a deletion that is held happens when the clock is accepted, as if it came then") {
  held_pages p;
  p.sim.advance(3h, 1min);
  CHECK(p.waiting() == 2);  // the index, too
  CHECK(p.body("page/a") == R"({"used":1})");
  CHECK(p.body("page/index") == R"({"used":1})");
  p.sim.post("ann", "page/index", "use");  // its hour begins anew
  p.sim.runtime().operators().accept_clock("root");
  p.sim.advance(2s);
  CHECK(p.waiting() == 0);
  CHECK_FALSE(p.there());
  CHECK(p.body("page/index") == R"({"used":102})");
  CHECK(p.sim.runtime().stats().messages_lost == 0);
  CHECK(p.sim.balanced());
}

TEST_CASE("a deletion that is held is owed still after a restart") {
  held_pages p;
  p.sim.advance(2h, 1min);
  for (int i = 0; i < 2; ++i) {
    p.sim.crash();
    p.sim.advance(1min);
    CHECK(p.there());
    CHECK(p.waiting() == 2);
  }
  p.sim.store.holds = false;
  p.sim.advance(2s);
  CHECK_FALSE(p.there());
}

TEST_CASE("what was used while its deletion was held is kept, for its whole time") {
  held_pages p;
  p.sim.advance(2h, 1min);
  p.sim.post("ann", "page/a", "use");
  p.sim.store.holds = false;
  p.sim.advance(59min, 1min);
  CHECK(p.body("page/a") == R"({"used":2})");
  p.sim.advance(2min, 1min);
  CHECK_FALSE(p.there());
}

TEST_CASE("what a player or an operator removes is removed while deletions are held") {
  held_pages p;
  CHECK(p.sim.post("ann", "page/a", "drop").word() == "ok");
  CHECK_FALSE(p.there());
  p.sim.post("ann", "page/b", "use");
  p.sim.runtime().operators().give({.is = operator_order::action::close, .actor = at("page/b"), .by = "root"},
                                   [](reply&&) {});
  p.sim.run();
  CHECK_FALSE(p.there("page/b"));
}
