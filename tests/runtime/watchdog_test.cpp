#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "runtime/hosting/loops/watchdog.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/notes.hpp"

using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

/// A watchdog with a limit of 100 ms, and handlers that run as long as the test lets time pass.
struct watch {
  manual_clock time;
  notes log;
  parlor::watchdog watchdog{time, log, 100ms};
  address actor{"chess", "r1"};
  std::string command = "play";

  [[nodiscard]] std::size_t noted() const { return log.count("slow_handler"); }
};

std::uint64_t bytes_counted = 0;

/// Runs a handler on a thread of its own, whose allocations are counted.
void run_with_allocations(watchdog& watchdog, const address& actor, const std::string& command, std::uint64_t bytes) {
  find_allocation_counter = [] { return const_cast<const std::uint64_t*>(&bytes_counted); };
  std::thread([&] {
    watchdog::guard running(watchdog, actor, command);
    bytes_counted += bytes;
  }).join();
  find_allocation_counter = nullptr;
}

}  // namespace

TEST_CASE("a handler that allocates more than it should is named, with how much") {
  constexpr std::uint64_t mib = 1 << 20;
  watch w;
  parlor::watchdog strict(w.time, w.log, 100ms, 64 * mib);
  run_with_allocations(strict, w.actor, w.command, 64 * mib);
  CHECK(w.log.count("handler_memory") == 0);
  run_with_allocations(strict, w.actor, w.command, 2700 * mib);
  CHECK(w.log.last("handler_memory", "chess/r1") == "play allocated 2700 MiB");
  CHECK(strict.hungry() == 1);
  run_with_allocations(strict, w.actor, w.command, mib);
  CHECK(strict.hungry() == 1);
}

TEST_CASE("a handler within the limit is not named") {
  watch w;
  {
    watchdog::guard running(w.watchdog, w.actor, w.command);
    w.time.advance(100ms);
    w.watchdog.look();
  }
  w.watchdog.look();
  CHECK(w.noted() == 0);
}

TEST_CASE("a handler that runs too long is named while it still runs, once") {
  watch w;
  {
    watchdog::guard running(w.watchdog, w.actor, w.command);
    w.time.advance(101ms);
    w.watchdog.look();
    CHECK(w.log.count("slow_handler", "chess/r1") == 1);
    CHECK(w.log.last("slow_handler") == "play is still running after 101 ms");
    w.time.advance(10s);
    w.watchdog.look();
    w.watchdog.look();
    CHECK(w.noted() == 1);
  }
  CHECK(w.noted() == 1);  // and not again at its end
}

TEST_CASE("a handler that nobody looked at is named at its end") {
  watch w;
  {
    watchdog::guard running(w.watchdog, w.actor, w.command);
    w.time.advance(250ms);
  }
  CHECK(w.noted() == 1);
  CHECK(w.log.last("slow_handler") == "play ran for 250 ms");
}

TEST_CASE("the next handler in the same place starts afresh") {
  watch w;
  {
    watchdog::guard slow(w.watchdog, w.actor, w.command);
    w.time.advance(1s);
    w.watchdog.look();
  }
  {
    watchdog::guard quick(w.watchdog, w.actor, w.command);
    w.time.advance(50ms);
    w.watchdog.look();
  }
  CHECK(w.noted() == 1);
  {
    watchdog::guard slow(w.watchdog, w.actor, w.command);
    w.time.advance(1s);
    w.watchdog.look();
  }
  CHECK(w.noted() == 2);
}

TEST_CASE("a handler that runs longer than it may is stuck, unless the process stood still meanwhile") {
  watch w;
  std::vector<std::string> stuck;
  parlor::watchdog watchdog{
      w.time,
      w.log,
      {.slow = 100ms, .relief = 10ms, .abort = 5s, .blocking_abort = 10s},
      [&](const running_handler& r, pthread_t on, duration ran) {
        CHECK(pthread_equal(on, pthread_self()));
        stuck.push_back(r.part + " of " + std::string(r.sender) + " after " + std::to_string(ran.count()));
      }};
  watchdog.look();
  auto look_for = [&](duration time) {
    for (duration passed{0}; passed < time; passed += 500ms) {
      w.time.advance(500ms);
      watchdog.look();
    }
  };
  SECTION("on a thread that serves others") {
    struct loop final : relievable {
      int relieved = 0, back = 0;
      bool relieve() override { return ++relieved > 0; }
      void take_back() override { ++back; }
    } serves;
    served_here = &serves;
    {
      watchdog::guard running(watchdog, w.actor, w.command, {}, "ann");
      CHECK(running_here->actor.id == "r1");
      look_for(5s);
      CHECK(stuck.empty());
      CHECK(serves.relieved == 1);
      w.time.advance(1h);  // nobody looked
      watchdog.look();
      CHECK(stuck.empty());
      look_for(500ms);
      CHECK(stuck == std::vector<std::string>{"play of ann after 3605500"});
      CHECK(serves.back == 0);
    }
    CHECK(serves.back == 1);
    served_here = nullptr;
  }
  SECTION("on a thread that nobody else needs") {
    watchdog::guard running(watchdog, w.actor, w.command);
    look_for(10s);
    CHECK(stuck.empty());
    look_for(500ms);
    CHECK(stuck.size() == 1);
  }
  served_here = nullptr;
}

TEST_CASE("what runs here is known while it runs, and no longer") {
  watch w;
  std::string view = "view";
  CHECK_FALSE(running_here);
  {
    watchdog::guard outer(w.watchdog, w.actor, w.command);
    {
      watchdog::guard inner(w.watchdog, w.actor, view);
      CHECK(running_here->part == "view");
    }
    CHECK(running_here->part == "play");
  }
  CHECK_FALSE(running_here);
}

TEST_CASE("only the slow one of several handlers is named") {
  watch w;
  address other{"chess", "r2"};
  watchdog::guard slow(w.watchdog, w.actor, w.command);
  w.time.advance(80ms);
  watchdog::guard quick(w.watchdog, other, w.command);
  w.time.advance(80ms);
  w.watchdog.look();
  CHECK(w.log.count("slow_handler", "chess/r1") == 1);
  CHECK(w.log.count("slow_handler", "chess/r2") == 0);
}

TEST_CASE("more handlers than the watchdog has places are all named, the last ones at their end") {
  watch w;
  std::vector<std::unique_ptr<watchdog::guard>> running;
  for (int i = 0; i < 300; ++i) running.push_back(std::make_unique<watchdog::guard>(w.watchdog, w.actor, w.command));
  w.time.advance(1s);
  w.watchdog.look();
  CHECK(w.noted() >= 100);
  CHECK(w.noted() < 300);
  while (!running.empty()) running.pop_back();
  CHECK(w.noted() == 300);
}
