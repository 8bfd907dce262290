#include <catch2/catch.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "runtime/authoring/actor_of.hpp"
#include "tests/support/replay.hpp"

// A run from one seed repeats, unless a game asks somebody else than its context: then the first difference is named.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

struct cup {
  std::vector<std::int64_t> rolled;
  static constexpr auto fields = describe(field("rolled", &cup::rolled));
};

verdict on_roll(cup& c, context& ctx) {
  c.rolled.push_back(ctx.roll(1'000'000));
  ctx.emit("rolled", c);
  ctx.remind("again", 10s, "later");
  return accept();
}
verdict on_later(cup& c, context& ctx) {
  c.rolled.push_back(to_ms(ctx.time()) + ctx.roll(6));
  return accept();
}
verdict on_ask_a_device(cup& c, context&) {
  c.rolled = {1, static_cast<std::int64_t>(std::random_device()())};
  return accept();
}
verdict on_ask_a_clock(cup& c, context&) {
  c.rolled = {std::chrono::steady_clock::now().time_since_epoch().count()};
  return accept();
}
verdict on_count_all(cup& c, context&) {
  static std::int64_t calls = 0;
  c.rolled = {++calls};
  return accept();
}
verdict on_compare_addresses(cup& c, context&) {
  auto made = std::make_unique<std::vector<int>>(1000);
  c.rolled = {static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(made->data()))};
  return accept();
}
verdict on_refuse_by_chance(cup&, context&) { return reject("not_now", std::to_string(std::random_device()())); }
verdict on_throw_by_chance(cup&, context&) { throw std::runtime_error(std::to_string(std::random_device()())); }
verdict on_emit_by_chance(cup&, context& ctx) {
  ctx.emit("drawn", cup{{static_cast<std::int64_t>(std::random_device()())}});
  return accept();
}
struct picture {
  std::int64_t last = 0;
  static constexpr auto fields = describe(field("last", &picture::last));
};
picture view(const cup& c) { return {c.rolled.empty() ? 0 : c.rolled.back()}; }
picture changing_view(const cup&) {
  static std::int64_t looks = 0;
  return {++looks};
}

kind cups(bool durable = true, picture (*shown)(const cup&) = view) {
  return actor_of<cup>{.name = "cup",
                       .reached_by = reach::room,
                       .durable = durable,
                       .commands = {{"roll", on_roll},
                                    {"later", on_later, open_to::actors},
                                    {"ask_a_device", on_ask_a_device},
                                    {"ask_a_clock", on_ask_a_clock},
                                    {"count_all", on_count_all},
                                    {"compare_addresses", on_compare_addresses},
                                    {"refuse_by_chance", on_refuse_by_chance},
                                    {"throw_by_chance", on_throw_by_chance},
                                    {"emit_by_chance", on_emit_by_chance}},
                       .view = shown};
}

/// What differs if Ann rolls, time passes, and then Bob sends the command.
std::string difference_of(const std::string& command, bool durable = true) {
  return difference_of_two_runs(cups(durable), [&](simulation& sim) {
    sim.post("ann", "cup/a", "roll");
    sim.advance(11s);
    sim.post("bob", "cup/a", command);
  });
}

}  // namespace

TEST_CASE("dice, times and reminders of the context are the same in two runs") {
  CHECK(difference_of("roll") == "");
  CHECK(difference_of("roll", false) == "");
}

TEST_CASE("a game that runs otherwise the second time is told its first difference") {
  struct mistake {
    const char* command;
    const char* where;
  };
  for (bool durable : {true, false})
    for (mistake m : {mistake{"ask_a_device", "rolled[1] of the state is "},
                      {"ask_a_clock", "rolled[0] of the state is "},
                      {"count_all", "rolled[0] of the state is "},
                      {"compare_addresses", "rolled[0] of the state is "},
                      {"refuse_by_chance", "the result is not_now "},
                      {"throw_by_chance", "the result is "},
                      {"emit_by_chance", "the list of wishes is emit drawn "}}) {
      INFO(m.command);
      std::string said = difference_of(m.command, durable);
      CHECK_THAT(said, Contains(std::string(m.command) + " {} of bob to cup/a: " + m.where));
      CHECK_THAT(said, Contains(" in the first run, and "));
    }
}

TEST_CASE("a view that differs is named with who looked") {
  std::string said = difference_of_two_runs(cups(true, changing_view), [](simulation& sim) {
    sim.post("ann", "cup/a", "roll");
    sim.get("bob", "cup/a");
  });
  CHECK_THAT(said, Contains("roll {} of ann to cup/a: last of the answer is 1 in the first run, and "));
}

TEST_CASE("a script that does something else is seen, too") {
  int runs = 0;
  auto differ = [&](bool only_in_second) {
    runs = 0;
    return difference_of_two_runs(cups(), [&](simulation& sim) {
      sim.post("ann", "cup/a", "roll");
      if ((++runs == 2) == only_in_second) sim.post("bob", "cup/a", "roll");
    });
  };
  CHECK_THAT(differ(true), Contains("roll {} of bob to cup/a: only in the second run"));
  CHECK_THAT(differ(false), Contains("roll {} of bob to cup/a: only in the first run"));
}
