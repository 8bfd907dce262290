#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <deque>
#include <future>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "runtime/hosting/loops/event_loop.hpp"
#include "runtime/hosting/runtime.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/fake_service.hpp"
#include "tests/support/json.hpp"
#include "tests/support/json_part.hpp"
#include "tests/support/threaded_runtime.hpp"

// The runtime on threads of its own, in real time.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

/// A thread that does what it is given, in its order: where services live.
class far_away {
 public:
  far_away() : thread_([this] { serve(); }) {}
  ~far_away() {
    do_this({});
    thread_.join();
  }
  void do_this(callback<void(), 96> task) {
    std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(task));
    changed_.notify_one();
  }
  std::atomic<int> services{0};

 private:
  void serve() {
    while (true) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !waiting_.empty(); });
      auto task = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      if (!task) return;
      task();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<callback<void(), 96>> waiting_;
  std::thread thread_;
};

/// Answers from another thread; every seventh question it forgets, and answers with the next one.
class distant_service final : public service {
 public:
  explicit distant_service(far_away& place) : place_(place) { ++place_.services; }
  ~distant_service() override { --place_.services; }
  void ask(std::string, answer_function done) override {
    if (forgotten_)
      place_.do_this([late = std::move(forgotten_)]() mutable { late(std::string("{\"text\":\"late\"}")); });
    forgotten_ = nullptr;
    if (++asked_ % 7 == 0) forgotten_ = std::move(done);
    else place_.do_this([done = std::move(done)]() mutable { done(std::string("{\"text\":\"yes\"}")); });
  }
  void stop(callback<void()> stopped) override {
    place_.do_this([stopped = std::move(stopped)]() mutable { stopped(); });
  }

 private:
  far_away& place_;
  answer_function forgotten_;
  int asked_ = 0;
};

/// What a counter has counted.
int count_of(threaded_runtime& running, const std::string& actor) {
  return std::stoi(json_part(running.post("ann", actor, "read").body(), "count"));
}

}  // namespace

TEST_CASE("many threads send to few actors: each request is answered once and each add counts once") {
  options limits;
  limits.threads = 4;
  limits.in_flight_per_actor_max = 100'000;
  limits.in_flight_max = 100'000;
  threaded_runtime running(counter(), limits);
  pending_reply answers;
  constexpr int threads = 4, each = 2500, actors = 8;
  std::vector<std::thread> senders;
  for (int t = 0; t < threads; ++t)
    senders.emplace_back([&] {
      for (int i = 0; i < each; ++i)
        running.send("ann", "counter/" + std::to_string(i % actors), "add", answers.receiver());
    });
  for (auto& s : senders) s.join();
  CHECK(answers.wait_for(threads * each) == threads * each);
  CHECK(answers.ok() == threads * each);
  int sum = 0;
  for (int a = 0; a < actors; ++a) sum += count_of(running, "counter/" + std::to_string(a));
  CHECK(sum == threads * each);
  for (int a = 0; a < actors; ++a) CHECK(running.log.count("created", "counter/" + std::to_string(a)) == 1);
}

TEST_CASE("what a loop reads together is answered in the order of each actor's requests") {
  constexpr int rounds = 20, batch = 300, actors = 7;
  threaded_runtime running(counter());
  event_loop& loop = *running.runtime().loops().front();
  pending_reply answers;
  std::mutex hearing;
  std::map<std::string, std::vector<std::string>> bodies;
  std::atomic<bool> read_there = false;
  for (int round = 0; round < rounds; ++round) {
    loop.post([&, round] {
      read_there = event_loop::reading() == &loop;
      for (int i = 0; i < batch; ++i) {
        std::string actor = "counter/" + std::to_string((i * 3 + round) % actors);
        running.send("ann", actor, "add", [&, actor, receive = answers.receiver()](reply r) mutable {
          {
            std::lock_guard lock(hearing);
            bodies[actor].push_back(r.ok() ? r.body : r.why.code);
          }
          receive(std::move(r));
        });
      }
    });
    REQUIRE(answers.wait_for((round + 1) * batch) == (round + 1) * batch);
  }
  CHECK(answers.ok() == rounds * batch);
  CHECK(read_there);
  CHECK(event_loop::reading() == nullptr);
  for (const auto& [actor, heard] : bodies) {
    INFO(actor);
    for (std::size_t i = 0; i < heard.size(); ++i) REQUIRE(heard[i] == R"({"count":)" + std::to_string(i + 1) + "}");
  }
}

TEST_CASE("of what a loop reads together an actor takes as much as it may hold") {
  options limits;
  limits.threads = 1;
  limits.in_flight_per_actor_max = 2;
  threaded_runtime running(counter(), limits);
  pending_reply woken, answers;
  running.send("ann", "counter/a", "add", woken.receiver());
  REQUIRE(woken.wait_for(1) == 1);
  std::atomic<int> busy = 0;
  running.runtime().loops().front()->post([&] {
    for (int i = 0; i < 5; ++i)
      running.send("ann", "counter/a", "add", [&, receive = answers.receiver()](reply r) mutable {
        busy += r.why.code == "actor_busy";
        receive(std::move(r));
      });
  });
  REQUIRE(answers.wait_for(5) == 5);
  CHECK(answers.ok() == 2);
  CHECK(busy == 3);
}

TEST_CASE("what a turn leaves for a loop is done on that loop, in its order") {
  options limits;
  limits.threads = 3;
  threaded_runtime running(counter(), limits);
  std::vector<event_loop*> loops = running.runtime().loops();
  REQUIRE(loops.size() == 3);
  pending_reply answers;
  std::mutex doing;
  std::map<event_loop*, std::vector<int>> done;
  std::atomic<int> elsewhere = 0;
  auto note = [&](event_loop* loop, int i) {
    elsewhere += event_loop::reading() != loop;
    {
      std::lock_guard lock(doing);
      done[loop].push_back(i);
    }
    answers.receiver()({});
  };
  constexpr int each = 100;
  running.send("ann", "counter/a", "add", [&](reply) {
    for (int i = 0; i < each; ++i)
      for (event_loop* loop : loops) loop->after_runs([&, loop, i] { note(loop, i); });
  });
  REQUIRE(answers.wait_for(3 * each) == 3 * each);
  CHECK(elsewhere == 0);
  for (event_loop* loop : loops) {
    CHECK(done[loop].size() == each);
    CHECK(std::is_sorted(done[loop].begin(), done[loop].end()));
  }
}

TEST_CASE("a loop's round has its answers, then its end; what comes between two rounds waits for the next") {
  options limits;
  limits.threads = 1;
  threaded_runtime running(counter(), limits);
  event_loop& loop = *running.runtime().loops().front();
  std::vector<std::string> done;  // on the loop's thread
  auto note = [&done](std::string text) { return [&done, text] { done.push_back(text); }; };
  loop.post([&] {
    loop.at_round_end([&] {
      note("end")();
      loop.at_round_end([&] {
        note("second end")();
        loop.at_round_end(note("third end"));
      });
      loop.after_runs(note("second answer"));
    });
    loop.after_runs([&] {
      note("answer")();
      loop.after_runs(note("its own"));
      loop.at_round_end(note("its end"));
    });
    note("read")();
  });
  std::promise<std::vector<std::string>> finished;
  loop.post_later(100ms, [&] { finished.set_value(done); });
  CHECK(finished.get_future().get() == std::vector<std::string>{"read", "answer", "its own", "end", "its end",
                                                                "second answer", "second end", "third end"});
}

TEST_CASE("actors that sleep and wake all the time lose nothing") {
  options limits;
  limits.threads = 4;
  threaded_runtime running(counter(), limits);
  auto until = std::chrono::steady_clock::now() + 60s;
  auto enough = [&] { return running.log.count("asleep") >= 300 || std::chrono::steady_clock::now() > until; };
  std::thread closer([&] {
    for (int i = 0; !enough(); ++i) {
      std::atomic<bool> closed{false};
      running.runtime().close({"counter", std::to_string(i % 4)}, [&](bool) { closed = true; });
      while (!closed) std::this_thread::yield();
    }
  });
  // Each player waits for an answer before the next request, so that actors are idle now and then.
  std::atomic<int> sent{0}, ok{0};
  std::vector<std::thread> senders;
  for (int p = 0; p < 3; ++p)
    senders.emplace_back([&] {
      while (!enough()) {
        pending_reply answer;
        running.send("ann", "counter/" + std::to_string(sent++ % 4), "add", answer.receiver());
        answer.wait_for(1);
        ok += answer.ok();
      }
    });
  for (auto& s : senders) s.join();
  closer.join();
  CHECK(ok == sent);
  int sum = 0;
  for (int a = 0; a < 4; ++a) sum += count_of(running, "counter/" + std::to_string(a));
  CHECK(sum == sent);
  CHECK(running.log.count("asleep") >= 300);
}

TEST_CASE("services on other threads: each command is answered once, and no service outlives the runtime") {
  constexpr int players = 40, says = 50;
  far_away place;
  outside none;
  pending_reply answers;
  auto talking = talks(none);
  talking.services = {service_from<words, words>(
      "oracle", [&](const address&) { return std::make_unique<distant_service>(place); }, nullptr, 20ms)};
  {
    options limits{.idle_after = 1ms, .sweep_every = 2ms, .short_stay = 1ms, .threads = 3};
    threaded_runtime running(kind(talking), limits);
    std::vector<std::thread> senders;
    for (int half = 0; half < 2; ++half)
      senders.emplace_back([&, half] {
        for (int i = 0; i < says; ++i) {
          for (int p = half; p < players; p += 2)
            running.send("ann", "talk/p" + std::to_string(p), "say", answers.receiver(), json("text", "hello"));
          if (i % 10 == 0) std::this_thread::sleep_for(60ms);  // some fall asleep
        }
      });
    for (std::thread& t : senders) t.join();
    CHECK(answers.wait_for(players * says) == players * says);
    CHECK(answers.ok() > players * says / 2);
    CHECK(running.log.count("service_failed") == static_cast<std::size_t>(players * says - answers.ok()));
    CHECK(running.log.count("service_made") > players);
    CHECK(running.runtime().stop());
    CHECK(place.services == 0);
  }
}

TEST_CASE("a handler that blocks is named while it still runs, and holds up nobody else") {
  static std::mutex gate;
  struct blocked {
    static verdict work(tally_state&, context&) {
      std::lock_guard wait(gate);
      return accept();
    }
  };
  auto blocking = counter();
  blocking.blocking = true;
  blocking.created_by.clear();
  blocking.commands.push_back({"work", blocked::work});
  options limits;
  limits.threads = 1;
  limits.handler_slow = 1ms;
  threaded_runtime running{kind(blocking), limits};
  pending_reply slow, quick;
  {
    std::lock_guard held(gate);
    running.send("ann", "counter/slow", "work", slow.receiver());
    running.send("ann", "counter/quick", "add", quick.receiver());
    CHECK(quick.wait_for(1) == 1);
    auto until = std::chrono::steady_clock::now() + 30s;
    while (running.log.count("slow_handler", "counter/slow") == 0 && std::chrono::steady_clock::now() < until)
      std::this_thread::yield();
  }
  CHECK(slow.wait_for(1) == 1);
  CHECK(running.log.count("slow_handler", "counter/slow") == 1);
  CHECK_THAT(running.log.last("slow_handler", "counter/slow"), Catch::Contains("work is still running after"));
}

TEST_CASE("a runtime that stops answers what it accepted") {
  threaded_runtime running(counter());
  pending_reply answers;
  for (int i = 0; i < 1000; ++i) running.send("ann", "counter/" + std::to_string(i), "add", answers.receiver());
  CHECK(running.runtime().stop());
  CHECK(answers.wait_for(1000) == 1000);
  CHECK(answers.ok() == 1000);
  CHECK(running.runtime().stats().awake == 0);
  CHECK(running.store.size() == 1000);
}

TEST_CASE("a runtime that cannot finish in time says so, within its bound") {
  static std::mutex gate;
  struct stuck {
    static verdict work(tally_state&, context&) {
      std::lock_guard wait(gate);
      return accept();
    }
  };
  auto blocking = counter();
  blocking.blocking = true;
  blocking.created_by.clear();
  blocking.commands.push_back({"work", stuck::work});
  options limits;
  limits.stop_within = 50ms;
  threaded_runtime running{kind(blocking), limits};
  pending_reply answers;
  {
    std::lock_guard held(gate);
    running.send("ann", "counter/a", "work", answers.receiver());
    CHECK_FALSE(running.runtime().stop());
  }
  CHECK(answers.wait_for(1) == 1);
}
