#include <atomic>
#include <catch2/catch.hpp>
#include <latch>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "runtime/hosting/loops/blocking_pool.hpp"

using namespace parlor;

TEST_CASE("a pool without threads runs the work at once, on the caller's") {
  blocking_pool pool(0);
  std::thread::id ran_on;
  pool.run([&] { ran_on = std::this_thread::get_id(); });
  CHECK(ran_on == std::this_thread::get_id());
}

TEST_CASE("a pool runs work on a thread of its own") {
  blocking_pool pool(1);
  std::thread::id ran_on;
  std::latch done{1};
  pool.run([&] {
    ran_on = std::this_thread::get_id();
    done.count_down();
  });
  done.wait();
  CHECK(ran_on != std::this_thread::get_id());
}

TEST_CASE("as many handlers may block at once as the pool has threads") {
  // Each waits for all the others: with fewer threads than four this would never end.
  blocking_pool pool(4);
  std::latch all_there{4}, done{4};
  for (int i = 0; i < 4; ++i)
    pool.run([&] {
      all_there.arrive_and_wait();
      done.count_down();
    });
  done.wait();
}

TEST_CASE("never more run at once than the pool has threads") {
  constexpr int works = 200;
  std::atomic<int> running{0}, most{0};
  std::latch done{works};
  blocking_pool pool(3);
  for (int i = 0; i < works; ++i)
    pool.run([&] {
      int now = ++running;
      for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {}
      std::this_thread::yield();
      --running;
      done.count_down();
    });
  done.wait();
  CHECK(most >= 1);
  CHECK(most <= 3);
}

TEST_CASE("one thread runs the work in the order in which it came") {
  std::vector<int> order;  // written by the one thread, read after the latch
  std::latch done{100};
  blocking_pool pool(1);
  for (int i = 0; i < 100; ++i)
    pool.run([&, i] {
      order.push_back(i);
      done.count_down();
    });
  done.wait();
  for (int i = 0; i < 100; ++i) CHECK(order[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("work comes from any thread, and all of it is run, once") {
  constexpr int threads = 4, each = 2000;
  std::vector<std::atomic<int>> runs(threads * each);
  std::latch done{threads * each};
  blocking_pool pool(3);
  std::vector<std::thread> callers;
  for (int t = 0; t < threads; ++t)
    callers.emplace_back([&, t] {
      for (int i = 0; i < each; ++i)
        pool.run([&, at = static_cast<std::size_t>(t * each + i)] {
          ++runs[at];
          done.count_down();
        });
    });
  for (std::thread& t : callers) t.join();
  done.wait();
  int once = 0;
  for (auto& times : runs) once += times == 1;
  CHECK(once == threads * each);
}

TEST_CASE("work may bring more work") {
  std::latch done{10};
  blocking_pool pool(2);
  std::function<void(int)> step = [&](int left) {
    done.count_down();
    if (left > 1) pool.run([&, left] { step(left - 1); });
  };
  pool.run([&] { step(10); });
  done.wait();
}

TEST_CASE("a pool that ends waits for what has begun") {
  std::atomic<bool> ended{false};
  std::latch begun{1}, may_end{1};
  std::optional<blocking_pool> pool(std::in_place, 1);
  pool->run([&] {
    begun.count_down();
    may_end.wait();
    ended = true;
  });
  begun.wait();
  std::thread releasing([&] { may_end.count_down(); });
  pool.reset();
  CHECK(ended);
  releasing.join();
}

TEST_CASE("when a pool has ended, work that waited has run or was let go of") {
  for (int round = 0; round < 100; ++round) {
    auto held = std::make_shared<int>(0);
    std::atomic<int> runs{0};
    {
      blocking_pool pool(2);
      for (int i = 0; i < 20; ++i) pool.run([&runs, held] { ++runs; });
    }
    CHECK(runs <= 20);
    CHECK(held.use_count() == 1);
  }
}

TEST_CASE("the thread that ran the work lets go of it before it waits for more") {
  // A request in the work's hands answers for itself when it is dropped: it may not hang there.
  struct tells_its_end {
    std::latch& gone;
    ~tells_its_end() { gone.count_down(); }
  };
  std::latch gone{1};
  blocking_pool pool(1);
  pool.run([token = std::make_shared<tells_its_end>(gone)] {});
  gone.wait();
}

TEST_CASE("letting go of work may bring more work") {
  // A request that is dropped answers, and whoever hears it may have something to do.
  struct brings_more {
    blocking_pool& pool;
    std::latch& done;
    ~brings_more() {
      pool.run([&done = done] { done.count_down(); });
    }
  };
  std::latch done{1};
  blocking_pool pool(1);
  pool.run([token = std::make_shared<brings_more>(pool, done)] {});
  done.wait();
}
