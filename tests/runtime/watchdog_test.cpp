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
  running.clear();
  CHECK(w.noted() == 300);
}
