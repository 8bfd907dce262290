#include <atomic>
#include <catch2/catch.hpp>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "runtime/hosting/feeds/feeds.hpp"

// Feeds with threads: watchers come and go while an actor has its turns on another thread.
using namespace parlor;

namespace {

/// Hears versions, and knows the next one.
struct counting final : watcher {
  void hear(feed_update_ptr update) override {
    std::uint64_t expected = last.load();
    if (expected != 0 && update->tag.version != expected + 1) ++wrong;
    last = update->tag.version;
    ++heard;
  }
  void end(watch_end) override { ++ended; }
  std::atomic<std::uint64_t> last{0};
  std::atomic<int> heard{0}, ended{0}, wrong{0};
};

}  // namespace

TEST_CASE("watchers come, hear versions without a gap, and go, while others do") {
  const options limits;
  feeds hub(limits);
  const kind actor_kind{.name = "room"};
  std::atomic<bool> over{false};
  std::atomic<int> wrong{0}, heard{0};

  // Where the actor has its turns: it starts those who wait for that, and publishes.
  std::mutex waiting_mutex;
  std::vector<subscription_ptr> waiting;
  std::thread actor([&] {
    for (std::uint64_t version = 1; !over; ++version) {
      {
        std::lock_guard lock(waiting_mutex);
        for (const subscription_ptr& s : std::exchange(waiting, {})) hub.start(s, {1, version - 1});
      }
      announcement news;
      for (std::string& player : hub.players(actor_kind, "r"))
        news.emplace_back(std::move(player), std::make_shared<const feed_update>(feed_update{.tag = {1, version}}));
      hub.publish(actor_kind, "r", news);
    }
  });
  std::vector<std::thread> comers;
  for (int t = 0; t < 3; ++t)
    comers.emplace_back([&, player = t == 0 ? std::string() : "p" + std::to_string(t)] {
      for (int i = 0; i < 300; ++i) {
        auto me = std::make_shared<counting>();
        auto s = std::make_shared<subscription>(actor_kind, "r", player, std::nullopt, me);
        if (!hub.enter(s).empty()) ++wrong;
        {
          std::lock_guard lock(waiting_mutex);
          waiting.push_back(s);
        }
        while (me->heard < 3 && me->ended == 0) std::this_thread::yield();
        hub.leave(s);
        wrong += me->wrong + me->ended;  // nobody is sent away here
        heard += me->heard;
      }
    });
  for (std::thread& t : comers) t.join();
  over = true;
  actor.join();
  CHECK(wrong == 0);
  CHECK(heard >= 3 * 300);
  CHECK(hub.count() == 0);
}

TEST_CASE("when an actor ends all who watch it go at once, and nobody else") {
  const options limits;
  feeds hub(limits);
  const kind actor_kind{.name = "room"};
  constexpr int many = 1000;
  std::vector<std::shared_ptr<counting>> watchers;
  std::vector<subscription_ptr> at;
  auto come = [&](const char* id, std::string player) {
    watchers.push_back(std::make_shared<counting>());
    at.push_back(std::make_shared<subscription>(actor_kind, id, std::move(player), std::nullopt, watchers.back()));
    REQUIRE(hub.enter(at.back()).empty());
  };
  for (int i = 0; i < many; ++i) come("r", i % 2 ? "p" + std::to_string(i) : std::string());
  come("s", "");
  for (const subscription_ptr& s : at) hub.start(s, {1, 1});
  come("r", "early");  // its first look is not answered yet
  auto gone = std::make_shared<const feed_update>(feed_update{.is = feed_update::type::closed});
  announcement news;
  for (std::string& player : hub.players(actor_kind, "r"))
    if (player != "p1") news.emplace_back(std::move(player), gone);
  hub.publish(actor_kind, "r", news);
  for (int i = 0; i < many; ++i) {
    CHECK(watchers[static_cast<std::size_t>(i)]->heard == (i != 1));
    CHECK(watchers[static_cast<std::size_t>(i)]->ended == (i == 1));  // nobody knew what to tell it
  }
  CHECK(hub.count() == 2);
  CHECK(hub.players(actor_kind, "r") == std::vector<std::string>{"early"});
  CHECK(hub.players(actor_kind, "s").size() == 1);
  for (const subscription_ptr& s : at) hub.leave(s);
  CHECK(hub.count() == 0);
}

TEST_CASE("a watch ends at its time, and leaves nothing to be done then if it went before") {
  const options limits;
  feeds hub(limits);
  const kind actor_kind{.name = "room"};
  auto staying = std::make_shared<counting>(), going = std::make_shared<counting>();
  auto item = std::make_shared<subscription>(actor_kind, "r", "", std::nullopt, staying);
  auto other = std::make_shared<subscription>(actor_kind, "r", "", std::nullopt, going);
  REQUIRE(hub.enter(item, from_ms(5000)).empty());
  REQUIRE(hub.enter(other, from_ms(5000)).empty());
  hub.leave(other);
  std::weak_ptr<subscription> left = std::exchange(other, nullptr);
  CHECK(left.expired());
  hub.ring(from_ms(4999));
  CHECK(staying->ended == 0);
  hub.ring(from_ms(5000));
  CHECK(staying->ended == 1);
  CHECK(going->ended == 0);
  CHECK(hub.count() == 0);
}

TEST_CASE("a runtime that stops sends everybody away once, and lets nobody in") {
  const options limits;
  feeds hub(limits);
  const kind actor_kind{.name = "room"};
  std::vector<std::shared_ptr<counting>> watchers;
  std::vector<subscription_ptr> subscriptions;
  std::mutex mutex;
  std::vector<std::thread> comers;
  for (int t = 0; t < 3; ++t)
    comers.emplace_back([&] {
      for (int i = 0;; ++i) {
        auto me = std::make_shared<counting>();
        auto s = std::make_shared<subscription>(actor_kind, "r" + std::to_string(i % 50), "", std::nullopt, me);
        if (!hub.enter(s).empty()) return;
        std::lock_guard lock(mutex);
        watchers.push_back(me);
        subscriptions.push_back(s);
      }
    });
  while (hub.count() < 100) std::this_thread::yield();
  hub.stop();
  for (std::thread& t : comers) t.join();
  CHECK(watchers.size() >= 100);
  for (const auto& w : watchers) CHECK(w->ended == 1);
  CHECK(hub.count() == 0);
  auto late = std::make_shared<subscription>(actor_kind, "r", "", std::nullopt, std::weak_ptr<watcher>());
  CHECK(hub.enter(late) == "stopping");
}
