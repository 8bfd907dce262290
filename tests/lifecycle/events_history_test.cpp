#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <random>

#include "tests/support/hall.hpp"
#include "tests/support/json.hpp"
#include "tests/support/listener.hpp"

using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

// Histories of moves, whispers, sleeps, kills and failing disks, with watchers that come and go at any time. Each
// must hear what a watcher that never left would have heard: nothing twice, nothing missing, nothing of others.
namespace {

struct utterance {
  std::string hearer;  ///< the one player it is for; empty: all
  std::string text;
};
/// The acknowledged sentences, by version: all that may be heard.
using record = std::map<std::uint64_t, utterance>;

/// A watcher of the hall that comes and goes.
struct follower {
  void come(simulation& sim) {
    on = std::make_unique<listener>(sim, player, "hall/a", place.version ? std::optional(place) : std::nullopt);
  }
  void take() {
    if (!on) return;
    for (std::string& line : bare(on->heard())) heard.push_back(std::move(line));
    if (on->started()) place = on->place();
  }
  void drop() {
    take();
    on.reset();
  }
  [[nodiscard]] lines expected(const record& said) const {
    lines list{"snapshot 2"};
    for (const auto& [version, entry] : said) {
      const auto& [hearer, text] = entry;
      std::string number = std::to_string(version);
      if (hearer.empty()) list.push_back(number + ".1 said " + sentence(text));
      else if (hearer == player) list.push_back(number + ".1 whispered " + sentence(text));
      list.push_back("version " + number);
    }
    return list;
  }

  std::string player;
  std::unique_ptr<listener> on{};
  feed_cursor place{};
  lines heard{};
};

}  // namespace

TEST_CASE("whatever happens, a watcher that comes back hears everything once") {
  auto seed = GENERATE(range(1, 201));
  INFO("seed " << seed);
  std::mt19937 random(static_cast<unsigned>(seed));
  auto roll = [&random](unsigned sides) { return random() % sides; };
  options limits;
  limits.events_kept_max = limits.events_kept_bytes_max = 100'000;  // here nobody is away for too long
  simulation sim(speaking(), limits);
  seat_two(sim);
  std::vector<follower> followers;
  for (const char* player : {"ann", "bob", "", "eve"}) followers.push_back({player});
  for (follower& f : followers) f.come(sim);
  record said;
  int texts = 0;
  for (int step = 0; step < 60; ++step) {
    switch (roll(9)) {
      case 0: followers[roll(4)].drop(); break;
      case 1: sim.advance(40min, 5min); break;
      case 2:
        for (follower& f : followers) f.drop();
        sim.crash();
        break;
      case 3: sim.store.fail_saves = roll(3) == 0; break;
      default: {
        std::string text = std::to_string(++texts);
        int seat = static_cast<int>(roll(2));
        bool secret = roll(2) == 0;
        pending_reply p = secret ? sim.post("ann", "hall/a", "whisper", json("seat", seat, "text", text))
                                 : sim.post("bob", "hall/a", "say", sentence(text));
        if (p.word() == "ok") said[p.answer().tag.version] = {secret ? (seat == 0 ? "ann" : "bob") : "", text};
      }
    }
    for (follower& f : followers)
      if (!f.on && roll(3) == 0) f.come(sim);
  }
  sim.store.fail_saves = false;
  for (follower& f : followers) {
    f.drop();
    f.come(sim);
    f.take();
    std::erase_if(f.heard, [](const std::string& line) { return line.starts_with("failed"); });
    INFO("player " << f.player);
    CHECK(f.heard == f.expected(said));
  }
}
