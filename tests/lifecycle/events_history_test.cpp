#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <random>

#include "tests/support/hall.hpp"
#include "tests/support/listener.hpp"

using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

// Histories of moves, whispers, sleeps, kills and failing disks, with watchers that come and go at any time. Each
// must hear what a watcher that never left would have heard: nothing twice, nothing missing, nothing of others.
TEST_CASE("whatever happens, a watcher that comes back hears everything once") {
  auto seed = GENERATE(range(1, 201));
  INFO("seed " << seed);
  std::mt19937 random(static_cast<unsigned>(seed));
  auto roll = [&random](unsigned sides) { return random() % sides; };
  options limits;
  limits.events_kept_max = limits.events_kept_bytes_max = 100'000;  // here nobody is away for too long
  simulation sim(speaking(), limits);
  seat_two(sim);

  struct follower {
    std::string player;
    std::unique_ptr<listener> on;
    feed_cursor place;
    lines heard;
  };
  std::vector<follower> list;
  for (const char* player : {"ann", "bob", "", "eve"}) list.push_back({player, {}, {}, {}});
  auto take = [](follower& f) {
    if (!f.on) return;
    for (std::string& line : bare(f.on->heard())) f.heard.push_back(std::move(line));
    if (f.on->started()) f.place = f.on->place();
  };
  auto come = [&](follower& f) {
    f.on = std::make_unique<listener>(sim, f.player, "hall/a", f.place.version ? std::optional(f.place) : std::nullopt);
  };
  auto drop = [&](follower& f) {
    take(f);
    f.on.reset();
  };
  // What was acknowledged, by version: all that may be heard.
  std::map<std::uint64_t, std::pair<std::string, std::string>> said;  // the seat it is for, or all; the text
  for (follower& f : list) come(f);
  int texts = 0;
  for (int step = 0; step < 60; ++step) {
    switch (roll(9)) {
      case 0: drop(list[roll(4)]); break;
      case 1: sim.advance(40min, 5min); break;
      case 2:
        for (follower& f : list) drop(f);
        sim.crash();
        break;
      case 3: sim.store.fail_saves = roll(3) == 0; break;
      default: {
        std::string text = std::to_string(++texts), seat = std::to_string(roll(2));
        bool secret = roll(2) == 0;
        pending_reply p =
            secret ? sim.post("ann", "hall/a", "whisper", R"({"seat":)" + seat + R"(,"text":")" + text + R"("})")
                   : sim.post("bob", "hall/a", "say", sentence(text));
        if (p.word() == "ok") said[p.answer().tag.version] = {secret ? (seat == "0" ? "ann" : "bob") : "*", text};
      }
    }
    for (follower& f : list)
      if (!f.on && roll(3) == 0) come(f);
  }
  sim.store.fail_saves = false;
  for (follower& f : list) {
    drop(f);
    come(f);
    take(f);
    lines expected{"snapshot 2"};
    for (const auto& [version, text] : said) {
      std::string number = std::to_string(version);
      if (text.first == "*") expected.push_back(number + ".1 said " + sentence(text.second));
      else if (text.first == f.player) expected.push_back(number + ".1 whispered " + sentence(text.second));
      expected.push_back("version " + number);
    }
    std::erase_if(f.heard, [](const std::string& line) { return line.starts_with("failed"); });
    INFO("player " << f.player);
    CHECK(f.heard == expected);
  }
}
