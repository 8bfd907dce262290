#include <catch2/catch.hpp>

#include "tests/support/counter.hpp"
#include "tests/support/json.hpp"
#include "tests/support/listener.hpp"
#include "tests/support/simulation.hpp"

// A store that goes on with a copy is in another era: what clients knew of its versions is of another history.
using namespace parlor;
using namespace parlor::testing;
using lines = std::vector<std::string>;

namespace {

/// Three versions, of which the clients know; then the runtime starts in another era.
struct replaced_store {
  replaced_store() : sim(counter()) {
    for (int i = 0; i < 3; ++i) last = sim.post_once("k" + std::to_string(i), "ann", "counter/a", "add").answer();
    begin_era(0x5eed);
  }
  void begin_era(std::uint64_t era) {
    sim.store.begun_era = era;
    sim.restart();
  }
  lines heard_after(feed_cursor after) { return listener(sim, "", "counter/a", after).heard(); }

  simulation sim;
  reply last;
};

const lines as_it_is{R"(snapshot 3 {"count":3})"};

}  // namespace

TEST_CASE("in another era no version has the tag that it had, and a command for that one does not happen") {
  replaced_store f;
  reply now = f.sim.get("ann", "counter/a").answer();
  CHECK(now.tag.version == f.last.tag.version);
  CHECK(now.tag != f.last.tag);
  auto add_if = [&](version_tag tag) {
    pending_reply p = f.sim.send({.to = at("counter/a"), .player = "ann", .command = "add", .if_match = tag});
    f.sim.run();
    return p;
  };
  pending_reply stale = add_if(f.last.tag);
  CHECK(stale.word() == "stale_version");
  CHECK(stale.answer().tag == now.tag);
  CHECK(add_if(now.tag).body() == R"({"count":4})");
  f.begin_era(0x5eee);
  CHECK(f.sim.get("ann", "counter/a").answer().tag.incarnation != now.tag.incarnation);
  f.begin_era(0x5eed);  // what was stored meanwhile is of the same incarnation
  CHECK(f.sim.get("ann", "counter/a").answer().tag.incarnation == now.tag.incarnation);
}

TEST_CASE("in another era a place in a feed gets a snapshot, and so does a bare version, unless it is the newest") {
  replaced_store f;
  CHECK(f.heard_after({f.last.tag.incarnation, 3}) == as_it_is);
  CHECK(f.heard_after({f.last.tag.incarnation, 2}) == as_it_is);
  std::uint64_t now = f.sim.get("ann", "counter/a").answer().tag.incarnation;
  CHECK(f.heard_after({now, 2}) == lines{R"(version 3 {"count":3})"});
  for (std::uint64_t version : {0U, 2U, 4U}) CHECK(f.heard_after({{}, version}) == as_it_is);
  CHECK(f.heard_after({{}, 3}).empty());
}

TEST_CASE("in another era a command that the store has still counts once, under the tag of now") {
  replaced_store f;
  pending_reply again = f.sim.post_once("k2", "ann", "counter/a", "add");
  CHECK(again.body() == R"({"count":3})");
  CHECK(again.answer().tag == f.sim.get("ann", "counter/a").answer().tag);
  CHECK(f.sim.post_once("k3", "ann", "counter/a", "add").body() == R"({"count":4})");
}
