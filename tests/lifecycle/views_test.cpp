#include <catch2/catch.hpp>
#include <stdexcept>

#include "runtime/authoring/room_of.hpp"
#include "tests/support/listener.hpp"

// Views that throw. They stand on every way out: a game that forgot the spectators must not fall over for all.
using namespace parlor;
using namespace parlor::testing;
using Catch::Contains;

namespace {

using lines = std::vector<std::string>;

/// A room that cannot be shown to some: to whoever has this seat, if any.
struct vault {
  int hidden_from = -2;
  static constexpr auto fields = describe(field("hidden_from", &vault::hidden_from));
};
struct choice {
  int seat = -1;
  static constexpr auto fields = describe(field("seat", &choice::seat));
};

verdict on_hide(vault& v, const choice& c, context& ctx) {
  v.hidden_from = c.seat;
  ctx.emit("hidden");
  return accept();
}
verdict on_nothing(vault&, context&) { return unchanged(); }
verdict on_ask(const vault&, context&) { return accept(); }
vault view_vault(const vault& v, const viewer& viewer) {
  if (viewer.seat == v.hidden_from) throw std::out_of_range("no hand of that seat");
  return v;
}

kind hiding(bool blocking = false) {
  return room_of<vault>{.name = "vault",
                        .turns = simultaneous(),
                        .blocking = blocking,
                        .commands = {{"hide", on_hide}, {"nothing", on_nothing}, {"ask", on_ask}},
                        .view = view_vault};
}

struct house {
  explicit house(bool blocking = false) : sim(hiding(blocking)) {
    for (const char* player : {"ann", "bob"}) sim.post(player, "vault/a", "join");
  }
  pending hide(std::string player, int seat) {
    return sim.post(std::move(player), "vault/a", "hide", R"({"seat":)" + std::to_string(seat) + "}");
  }
  std::string seen_by(std::string player) { return sim.get(std::move(player), "vault/a").word(); }

  simulation sim;
};

}  // namespace

TEST_CASE("who cannot be shown an actor is told so, and nobody else is the worse for it") {
  bool blocking = GENERATE(false, true);
  house h(blocking);
  REQUIRE(h.hide("ann", -1).word() == "ok");
  CHECK(h.seen_by("eve") == "handler_failed");
  CHECK(h.sim.log.last("handler_threw", "vault/a") == "view: no hand of that seat");
  CHECK(h.seen_by("") == "handler_failed");
  CHECK(h.seen_by("ann") == "ok");
  CHECK(listener(h.sim, "eve", "vault/a").heard() == lines{"failed handler_failed"});
  CHECK(listener(h.sim, "eve", "vault/a", feed_cursor{{}, 2}).heard() == lines{"failed handler_failed"});
  CHECK(listener(h.sim, "bob", "vault/a").started());
  pending stale = h.sim.send({.to = at("vault/a"), .player = "eve", .command = "hide", .if_match = version_tag{1, 1}});
  h.sim.run();
  CHECK(stale.word() == "handler_failed");
  CHECK(h.sim.balanced());
}

TEST_CASE("a command is told to all who can be shown what it did; the others are sent away") {
  house h;
  listener ann(h.sim, "ann", "vault/a"), bob(h.sim, "bob", "vault/a"), eve(h.sim, "", "vault/a");
  for (listener* l : {&ann, &bob, &eve}) l->heard();
  CHECK(h.hide("ann", -1).word() == "ok");
  for (listener* l : {&ann, &bob}) {
    lines heard = l->heard();
    REQUIRE(heard.size() == 2);
    CHECK(heard[0] == "3.1 hidden {}");
    CHECK_THAT(heard[1], Contains("version 3"));
  }
  CHECK(eve.heard() == lines{"end behind"});
  CHECK(h.hide("bob", 0).word() == "ok");
  CHECK(ann.heard() == lines{"end behind"});
  CHECK(bob.heard().size() == 2);
}

TEST_CASE("a command whose sender cannot be shown what it did has not happened") {
  bool blocking = GENERATE(false, true);
  house h(blocking);
  listener eve(h.sim, "", "vault/a");
  eve.heard();
  for (int time = 1; time <= 2; ++time) {  // nor is the answer kept
    CHECK(h.sim.post_once("k", "ann", "vault/a", "hide", R"({"seat":0})").word() == "handler_failed");
    CHECK(h.sim.log.count("handler_threw", "vault/a") == static_cast<std::size_t>(time));
  }
  CHECK(eve.heard().empty());
  CHECK(h.seen_by("ann") == "ok");
  h.sim.restart();
  CHECK(h.sim.get("ann", "vault/a").answer().tag.version == 2);
  CHECK(h.hide("bob", 0).word() == "ok");
  // Nor what only looks, or changes nothing.
  for (const char* command : {"nothing", "ask"}) {
    CHECK(h.sim.post("ann", "vault/a", command).word() == "handler_failed");
    CHECK(h.sim.post("bob", "vault/a", command).word() == "ok");
  }
  CHECK(h.sim.balanced());
}
