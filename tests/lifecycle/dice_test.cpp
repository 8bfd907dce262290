#include <catch2/catch.hpp>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "runtime/authoring/actor_of.hpp"
#include "tests/support/json_part.hpp"
#include "tests/support/simulation.hpp"
#include "tests/support/threaded_runtime.hpp"

// What is left to chance: nobody can foretell it, and the store can repeat it.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

constexpr int sides = 1'000'000;

struct cup {
  std::vector<int> rolled;
  static constexpr auto fields = describe(field("rolled", &cup::rolled));
};

struct dared {
  int below = 0;
  static constexpr auto fields = describe(field("below", &dared::below));
};

verdict on_set_down(cup&, context&) { return accept(); }
verdict on_roll(cup& c, context& ctx) {
  for (int i = 0; i < 3; ++i) c.rolled.push_back(ctx.roll(sides));
  return accept();
}
/// A mistake of an author: the player is shown what was rolled, and may try again.
verdict on_dare(cup& c, const dared& d, context& ctx) {
  c.rolled.push_back(ctx.roll(sides));
  if (c.rolled.back() >= d.below) return reject("too_high", std::to_string(c.rolled.back()));
  return accept();
}
verdict on_roll_over(cup&, context& ctx) { throw std::runtime_error(std::to_string(ctx.roll(sides))); }
cup view(const cup& c) { return c; }

kind cups() {
  return actor_of<cup>{
      .name = "cup",
      .reached_by = reach::room,
      .created_by = {"set_down"},
      .commands = {{"set_down", on_set_down}, {"roll", on_roll}, {"dare", on_dare}, {"roll_over", on_roll_over}},
      .view = view};
}

/// The generator of before, which runs backwards: what a client who knows one of its numbers makes of it.
namespace splitmix {
constexpr std::uint64_t step = 0x9e3779b97f4a7c15, first = 0xbf58476d1ce4e5b9, second = 0x94d049bb133111eb;

std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30)) * first;
  z = (z ^ (z >> 27)) * second;
  return z ^ (z >> 31);
}
std::uint64_t unshift(std::uint64_t z, int by) {
  std::uint64_t whole = z;
  for (int known = by; known < 64; known += by) whole = z ^ (whole >> by);
  return whole;
}
/// Of an odd number.
std::uint64_t inverse(std::uint64_t odd) {
  std::uint64_t x = odd;
  for (int i = 0; i < 6; ++i) x *= 2 - odd * x;
  return x;
}
std::uint64_t unmix(std::uint64_t z) {
  z = unshift(z, 31) * inverse(second);
  z = unshift(z, 27) * inverse(first);
  return unshift(z, 30);
}
/// The number that the runtime drew as its `n`-th.
std::uint64_t drawn(std::uint64_t seed, std::uint64_t n) { return mix((seed ^ (0xd1342543de82ef95 * n)) + step); }
std::uint64_t seed_behind(std::uint64_t number, std::uint64_t n) {
  return (unmix(number) - step) ^ (0xd1342543de82ef95 * n);
}
}  // namespace splitmix

/// All seeds that a server has had which showed this number as one of its first.
std::vector<std::uint64_t> seeds_behind(std::uint64_t number) {
  std::vector<std::uint64_t> seeds;
  for (std::uint64_t n = 1; n < 64; ++n) seeds.push_back(splitmix::seed_behind(number, n));
  return seeds;
}

std::uint64_t incarnation_of(const pending_reply& made) { return made.answer().tag.incarnation; }

std::vector<int> rolled_by(const std::string& cup) {
  std::vector<int> seen;
  for (int i = 0;; ++i) {
    std::string roll = json_part(cup, "rolled[" + std::to_string(i) + "]");
    if (roll == "absent") return seen;
    seen.push_back(std::stoi(roll));
  }
}

/// Runs a command once more, on the state of before, with the dice of a record.
std::string replayed(const kind& actor_kind, const std::string& before, const std::string& command,
                     const std::string& args, const roll_record& record) {
  auto again = wake(actor_kind, actor_kind.schema(), before);
  address self{actor_kind.name, "a"};
  dice luck(record.seed);
  context ctx({.self = self, .player = "ann"}, from_ms(0), luck);
  auto parsed = json_document::parse(args);
  CHECK(again.value()->run(*actor_kind.find_command(command), parsed.value().root(), ctx, nullptr).accepted());
  std::string after;
  again.value()->save(after);
  return after;
}

std::string stored(simulation& sim, std::string_view actor) {
  std::string state;
  sim.store.peek(at(actor), [&](const auto& found) { state = found->state; });
  return state;
}

}  // namespace

TEST_CASE("splitmix64 runs backwards") {
  constexpr std::uint64_t seed = 0x0123456789abcdef;
  for (std::uint64_t n : {1, 2, 63}) CHECK(splitmix::seed_behind(splitmix::drawn(seed, n), n) == seed);
}

TEST_CASE("one room's ETag foretells neither another's nor what is rolled") {
  threaded_runtime running(cups());
  std::uint64_t shown = incarnation_of(running.post("eve", "cup/eves", "set_down"));
  std::uint64_t next = incarnation_of(running.post("ann", "cup/anns", "set_down"));
  auto rolled = rolled_by(running.post("ann", "cup/anns", "roll").body());
  REQUIRE(rolled.size() == 3);
  for (std::uint64_t seed : seeds_behind(shown))
    for (std::uint64_t n = 1; n < 64; ++n) {
      std::uint64_t foretold = splitmix::drawn(seed, n);
      CHECK(foretold != next);
      std::vector<int> rolls;
      for (std::uint64_t roll = 1; roll <= 3; ++roll)
        rolls.push_back(static_cast<int>(splitmix::mix(foretold + roll * splitmix::step) % sides));
      CHECK(rolls != rolled);
    }
}

TEST_CASE("a roll that was rejected says nothing of the next one, after a restart neither") {
  memory_store data;
  catalog kinds({cups()});
  options limits;
  real_clock time;
  notes log;
  std::set<std::string> seen;
  constexpr int starts = 3, tries = 20;
  for (int start = 0; start < starts; ++start) {
    runtime server(kinds, limits, data, time, log);
    auto say = [&](std::string command, std::string args) {
      pending_reply p;
      server.send({.to = at("cup/a"), .player = "ann", .command = std::move(command), .args = std::move(args)},
                  p.receiver());
      p.wait_for(1);
      return p;
    };
    if (start == 0) CHECK(say("set_down", "{}").word() == "ok");
    for (int n = 0; n < tries; ++n) {
      pending_reply p = say("dare", R"({"below":0})");
      REQUIRE(p.word() == "too_high");
      seen.insert(p.answer().why.detail);
    }
  }
  // Sixty rolls of a million sides: two are the same once in 560 runs, three pairs in less than one of a billion.
  CHECK(seen.size() > starts * tries - 3);
}

TEST_CASE("the seed of a command that rolled stands in its commit, and repeats it") {
  simulation sim(cups());
  sim.post("ann", "cup/a", "set_down");
  CHECK(sim.store.rolled().empty());
  std::set<random_key> seeds;
  for (auto [command, args] : {std::pair("roll", "{}"), {"dare", R"({"below":1000000})"}, {"roll", "{}"}}) {
    std::string before = stored(sim, "cup/a");
    REQUIRE(sim.post("ann", "cup/a", command, args).word() == "ok");
    commit last = sim.store.rolled().back();
    CHECK(replayed(cups(), before, command, args, *last.rolled) == stored(sim, "cup/a"));
    CHECK(last.rolled->at_ms == to_ms(sim.time.now()));
    seeds.insert(last.rolled->seed);
  }
  CHECK(seeds.size() == 3);
  REQUIRE(sim.store.rolled().size() == 3);
  CHECK(sim.store.rolled().back().next.version == 4);
}

TEST_CASE("commands that did not happen leave no seed") {
  simulation sim(cups());
  sim.post("ann", "cup/a", "set_down");
  CHECK(sim.post("ann", "cup/a", "dare", R"({"below":0})").word() == "too_high");
  CHECK(sim.post("ann", "cup/a", "roll_over").word() == "handler_failed");
  CHECK(sim.store.rolled().empty());
}

TEST_CASE("a simulation rolls the same each time, and makes the same incarnations") {
  auto play = [] {
    simulation sim(cups());
    std::vector<std::uint64_t> seen;
    for (std::string actor : {"cup/a", "cup/b", "cup/c"}) {
      seen.push_back(incarnation_of(sim.post("ann", actor, "set_down")));
      for (int roll : rolled_by(sim.post("ann", actor, "roll").body()))
        seen.push_back(static_cast<std::uint64_t>(roll));
    }
    CHECK(std::set(seen.begin(), seen.end()).size() == seen.size());
    return seen;
  };
  CHECK(play() == play());
}
