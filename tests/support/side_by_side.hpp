#pragma once

#include <sched.h>
#include <atomic>
#include <chrono>
#include <thread>

/// Two threads that do something in the same instant, again and again: for races that are a few
/// instructions wide.
namespace parlor::testing {

/// Has this thread run on the core of that number among those that the process may use. Two threads
/// that wait for each other are soon put on one core, where they never meet.
inline void stay_on_core(int number) {
  cpu_set_t usable, mine;
  CPU_ZERO(&usable);
  CPU_ZERO(&mine);
  sched_getaffinity(0, sizeof usable, &usable);
  number %= CPU_COUNT(&usable);
  for (std::size_t core = 0; core < CPU_SETSIZE; ++core)
    if (CPU_ISSET(core, &usable) && number-- == 0) CPU_SET(core, &mine);
  sched_setaffinity(0, sizeof mine, &mine);
}

/// Waits with open eyes: what follows must begin within a fraction of a microsecond.
template <class Reached>
void watch_for(Reached reached) {
  for (int looks = 0; !reached(); ++looks)
    if (looks > 1000) std::this_thread::yield();
}

/// Runs `one(n)` and `other(n)` on two threads in the same instant, for n from 0, until `rounds` or
/// a second have passed. Returns how many rounds there were.
template <class One, class Other>
int side_by_side(int rounds, One item, Other other) {
  constexpr int over = -1;
  auto until = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  std::atomic<int> begun{0}, ready{0}, ended{0};
  auto linger = [](int steps) {
    for (std::atomic<int> n{0}; n < steps;) ++n;
  };
  int done = 0;
  std::thread first([&] {
    stay_on_core(0);
    for (; done < rounds && std::chrono::steady_clock::now() < until; ++done) {
      begun = done + 1;
      watch_for([&] { return ready == done + 1; });
      linger(32);
      item(done);
      watch_for([&] { return ended == done + 1; });
    }
    begun = over;
  });
  std::thread second([&] {
    stay_on_core(1);
    for (int round = 1;; ++round) {
      watch_for([&] { return begun == round || begun == over; });
      if (begun == over) return;
      ready = round;
      linger(round % 64);  // earlier than `one`, later than it, and somewhere between at once
      other(round - 1);
      ended = round;
    }
  });
  first.join();
  second.join();
  return done;
}

}  // namespace parlor::testing
