#include <catch2/catch.hpp>
#include <stdexcept>

#include "runtime/authoring/room_of.hpp"
#include "tests/support/json.hpp"
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

/// A vault in which ann and bob sit.
struct vault_simulation : simulation {
  explicit vault_simulation(bool blocking = false) : simulation(hiding(blocking)) {
    for (const char* player : {"ann", "bob"}) post(player, "vault/a", "join");
  }
  pending_reply hide(std::string player, int seat) {
    return post(std::move(player), "vault/a", "hide", json("seat", seat));
  }
  std::string seen_by(std::string player) { return get(std::move(player), "vault/a").word(); }
};

}  // namespace

TEST_CASE("who cannot be shown an actor is told so, and nobody else is the worse for it") {
  bool blocking = GENERATE(false, true);
  vault_simulation sim(blocking);
  REQUIRE(sim.hide("ann", -1).word() == "ok");
  CHECK(sim.seen_by("eve") == "handler_failed");
  CHECK(sim.log.last("handler_threw", "vault/a") == "view: no hand of that seat");
  CHECK(sim.seen_by("") == "handler_failed");
  CHECK(sim.seen_by("ann") == "ok");
  CHECK(listener(sim, "eve", "vault/a").heard() == lines{"failed handler_failed"});
  CHECK(listener(sim, "eve", "vault/a", feed_cursor{{}, 2}).heard() == lines{"failed handler_failed"});
  CHECK(listener(sim, "bob", "vault/a").started());
  pending_reply stale =
      sim.send({.to = at("vault/a"), .player = "eve", .command = "hide", .if_match = version_tag{1, 1}});
  sim.run();
  CHECK(stale.word() == "handler_failed");
  CHECK(sim.balanced());
}

TEST_CASE("a command is told to all who can be shown what it did; the others are sent away") {
  vault_simulation sim;
  listener ann(sim, "ann", "vault/a"), bob(sim, "bob", "vault/a"), eve(sim, "", "vault/a");
  for (listener* l : {&ann, &bob, &eve}) l->heard();
  CHECK(sim.hide("ann", -1).word() == "ok");
  for (listener* l : {&ann, &bob}) {
    lines heard = l->heard();
    REQUIRE(heard.size() == 2);
    CHECK(heard[0] == "3.1 hidden {}");
    CHECK_THAT(heard[1], Contains("version 3"));
  }
  CHECK(eve.heard() == lines{"end behind"});
  CHECK(sim.hide("bob", 0).word() == "ok");
  CHECK(ann.heard() == lines{"end behind"});
  CHECK(bob.heard().size() == 2);
}

TEST_CASE("a command whose sender cannot be shown what it did has not happened") {
  bool blocking = GENERATE(false, true);
  vault_simulation sim(blocking);
  listener eve(sim, "", "vault/a");
  eve.heard();
  for (int time = 1; time <= 2; ++time) {  // nor is the answer kept
    CHECK(sim.post_once("k", "ann", "vault/a", "hide", json("seat", 0)).word() == "handler_failed");
    CHECK(sim.log.count("handler_threw", "vault/a") == static_cast<std::size_t>(time));
  }
  CHECK(eve.heard().empty());
  CHECK(sim.seen_by("ann") == "ok");
  sim.restart();
  CHECK(sim.get("ann", "vault/a").answer().tag.version == 2);
  CHECK(sim.hide("bob", 0).word() == "ok");
  // Nor what only looks, or changes nothing.
  for (const char* command : {"nothing", "ask"}) {
    CHECK(sim.post("ann", "vault/a", command).word() == "handler_failed");
    CHECK(sim.post("bob", "vault/a", command).word() == "ok");
  }
  CHECK(sim.balanced());
}
