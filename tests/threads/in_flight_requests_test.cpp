#include <array>
#include <atomic>
#include <barrier>
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "runtime/hosting/requests/in_flight_requests.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/pending_reply.hpp"
#include "tests/support/side_by_side.hpp"

using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

const kind& chess() {
  static const kind k{.name = "chess"};
  return k;
}

/// A runtime's door, with one clock.
struct door {
  explicit door(std::size_t in_flight_max = 10'000) : in_flight(in_flight_max) {}

  static request_ptr make(instant deadline, const pending_reply& to, source from = source::client_post) {
    return std::make_shared<request>(call{.to = {"chess", "r1"}, .from = from}, chess(), 0, deadline, to.receiver());
  }
  request_ptr enter(duration patience = 10s, source from = source::client_post) {
    heard = {};
    auto r = make(time.now() + patience, heard, from);
    let_in = in_flight.admit(*r);
    return r;
  }
  void pass(duration by, duration step = 100ms) {
    for (; by > duration{0}; by -= step) {
      time.advance(std::min(step, by));
      in_flight.expire(time.now());
    }
  }

  manual_clock time;
  in_flight_requests in_flight;
  pending_reply heard;  // of the last one to enter
  bool let_in = false;
};

bool balanced(const tally& t) { return t.accepted == t.answered + t.refused + t.in_flight; }

/// Runs `work(0)` to `work(count - 1)` on threads of their own, and joins them.
template <class Work>
void at_once(int count, Work work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back([&work, i] { work(i); });
  for (std::thread& t : threads) t.join();
}

}  // namespace

TEST_CASE("a request is counted from the door to its answer") {
  door d;
  auto r = d.enter();
  CHECK(d.let_in);
  CHECK(d.in_flight.clients().accepted == 1);
  CHECK(d.in_flight.clients().in_flight == 1);
  CHECK(r->start());
  CHECK(r->answer({}));
  CHECK(d.heard.word() == "ok");
  CHECK(d.in_flight.clients().answered == 1);
  CHECK(d.in_flight.clients().in_flight == 0);
  CHECK(d.in_flight.alive() == 1);  // answered, and still there
  r.reset();
  CHECK(d.in_flight.alive() == 0);
  CHECK(d.in_flight.refused_by().empty());
}

TEST_CASE("a rejection by the rules is an answer, not a refusal") {
  door d;
  d.enter()->answer({.why = {"not_your_turn"}});
  CHECK(d.heard.word() == "not_your_turn");
  CHECK(d.in_flight.clients().answered == 1);
  CHECK(d.in_flight.clients().refused == 0);
}

TEST_CASE("the first answer counts and the later ones are ignored") {
  door d;
  auto r = d.enter();
  CHECK(r->answer({}));
  CHECK_FALSE(r->answer({.why = {"not_your_turn"}}));
  CHECK_FALSE(r->refuse("storage_failed"));
  CHECK_FALSE(r->expire());
  CHECK_FALSE(r->start());
  r.reset();
  CHECK(d.heard.times() == 1);
  CHECK(d.heard.word() == "ok");
  CHECK(d.in_flight.clients().answered == 1);
  CHECK(d.in_flight.clients().refused == 0);
}

TEST_CASE("a request that everyone let go of says so itself") {
  door d;
  d.enter();
  CHECK(d.heard.times() == 1);
  CHECK(d.heard.word() == "dropped");
  CHECK(d.in_flight.refused_by().at("dropped") == 1);
  CHECK(d.in_flight.clients().in_flight == 0);
}

TEST_CASE("a runtime that is full refuses clients, and has room again when one is answered") {
  door d(2);
  auto first = d.enter();
  auto second = d.enter();
  auto third = d.enter();
  CHECK_FALSE(d.let_in);
  CHECK(d.heard.word() == "overloaded");
  first->answer({});  // the answer makes room; the request may live on
  auto fourth = d.enter();
  CHECK(d.let_in);
  d.enter();
  CHECK_FALSE(d.let_in);
  CHECK(d.in_flight.refused_by().at("overloaded") == 2);
  CHECK(balanced(d.in_flight.clients()));
}

TEST_CASE("closed doors refuse clients and let the runtime finish") {
  door d;
  auto inside = d.enter();
  d.in_flight.close();
  CHECK(d.in_flight.closed());
  d.enter();
  CHECK_FALSE(d.let_in);
  CHECK(d.heard.word() == "stopping");
  auto message = d.enter(10s, source::actor);
  CHECK(d.let_in);
  CHECK(inside->answer({}));
  CHECK(message->answer({}));
}

TEST_CASE("messages between actors are let in without limit and counted apart") {
  door d(1);
  auto client = d.enter();
  std::vector<request_ptr> messages;
  for (int i = 0; i < 10; ++i) messages.push_back(d.enter(10s, source::actor));
  CHECK(d.let_in);
  CHECK(d.in_flight.actors().accepted == 10);
  CHECK(d.in_flight.clients().accepted == 1);
  messages[0]->refuse("storage_failed");
  CHECK(d.in_flight.actors().refused == 1);
  CHECK(d.in_flight.refused_by().empty());  // of clients only
}

TEST_CASE("a request is late at its deadline, not before, and its handler may not begin then") {
  door d;
  auto r = d.enter(1s);
  d.pass(999ms, 111ms);
  CHECK(d.heard.times() == 0);
  d.pass(1ms);
  CHECK(d.heard.word() == "deadline_passed");
  CHECK_FALSE(r->start());
  CHECK(d.in_flight.refused_by().at("deadline_passed") == 1);
}

TEST_CASE("a request that was begun when its deadline passed may have happened") {
  door d;
  auto r = d.enter(1s);
  CHECK(r->start());
  d.pass(1s);
  CHECK(d.heard.word() == "outcome_unknown");
  CHECK_FALSE(r->answer({}));
}

TEST_CASE("a deadline further away than the wheel goes round is kept all the same") {
  door d;
  auto r = d.enter(250s);
  auto sooner = d.enter(200ms);
  auto heard_sooner = d.heard;
  pending_reply long_heard;
  auto at_the_edge = door::make(d.time.now() + 102'400ms, long_heard);  // one turn of the wheel
  d.in_flight.admit(*at_the_edge);
  d.pass(102'399ms, 99ms);
  CHECK(heard_sooner.times() == 1);
  CHECK(long_heard.times() == 0);
  d.pass(1ms);
  CHECK(long_heard.times() == 1);
  d.pass(147s);
  CHECK(r->start());
  d.pass(1s);
  CHECK_FALSE(r->answer({}));
}

TEST_CASE("a ticking that was held up, even for longer than the wheel's turn, misses nobody") {
  for (duration pause : {350ms, 5'000ms, 102'400ms, 300'000ms}) {
    door d;
    d.in_flight.expire(d.time.now());
    std::vector<request_ptr> late;
    std::vector<pending_reply> replies;
    for (duration patience : {1ms, 99ms, 100ms, 101ms, 349ms, 350ms}) {
      late.push_back(d.enter(patience));
      replies.push_back(d.heard);
    }
    d.time.advance(pause);
    d.in_flight.expire(d.time.now());
    for (const auto& heard : replies) CHECK(heard.word() == "deadline_passed");
  }
}

TEST_CASE("a message between actors has no deadline") {
  door d;
  auto message = d.enter(1ms, source::actor);
  d.pass(1h, 1min);
  CHECK(message->start());
}

TEST_CASE("answering, expiring and refusing at once answers exactly once") {
  constexpr int rounds = 60, requests = 100;
  door d;
  std::array<std::vector<request_ptr>, rounds> offered;
  std::array<std::vector<pending_reply>, rounds> replies;
  std::atomic<int> won{0};
  for (std::size_t n = 0; n < rounds; ++n)
    for (int i = 0; i < requests; ++i) {
      offered[n].push_back(d.enter(1ms));
      replies[n].push_back(d.heard);
    }
  d.time.advance(1s);
  std::barrier together(4);
  at_once(4, [&](int thread) {
    for (auto& round : offered) {
      together.arrive_and_wait();
      for (auto& r : round) {
        if (thread == 0) won += r->start() && r->answer({});
        if (thread == 1) won += r->refuse("storage_failed");
        if (thread == 2) won += r->answer({.why = {"not_your_turn"}});
      }
      if (thread == 3) d.in_flight.expire(d.time.now());
    }
  });
  int once = 0;
  for (auto& round : replies)
    for (auto& heard : round) once += heard.times() == 1;
  CHECK(once == rounds * requests);
  tally t = d.in_flight.clients();
  CHECK(t.accepted == rounds * requests);
  CHECK(t.accepted == t.answered + t.refused);
  CHECK(t.in_flight == 0);
  CHECK(won <= rounds * requests);
  std::uint64_t by_word = 0;
  for (const auto& [word, times] : d.in_flight.refused_by()) by_word += times;
  CHECK(by_word == t.refused);
  for (auto& round : offered) round.clear();
  CHECK(d.in_flight.alive() == 0);
}

TEST_CASE("of two answers in the same instant one counts") {
  constexpr int requests = 20'000;
  door d;
  std::vector<request_ptr> offered;
  std::vector<pending_reply> replies;
  for (int i = 0; i < requests; ++i) {
    replies.push_back(pending_reply());
    offered.push_back(door::make(d.time.now(), replies.back()));
  }
  in_flight_requests in_flight(requests);
  for (auto& r : offered) in_flight.admit(*r);
  auto at = [&](int n) -> request& { return *offered[static_cast<std::size_t>(n)]; };
  std::atomic<int> firsts{0};
  int raced = side_by_side(
      requests, [&](int n) { firsts += at(n).answer({}); },
      [&](int n) { firsts += n % 2 ? at(n).refuse("storage_failed") : at(n).expire(); });
  CHECK(firsts == raced);
  int once = 0;
  for (auto& heard : replies) once += heard.times() == 1;
  CHECK(once == raced);
  CHECK(in_flight.clients().answered + in_flight.clients().refused == static_cast<std::uint64_t>(raced));
  CHECK(in_flight.clients().in_flight == static_cast<std::uint64_t>(requests - raced));
  offered.clear();
}

TEST_CASE("a handler that begins while its deadline passes is heard of in the right word") {
  // Begun: the outcome is unknown. Not begun: it never will be, and trying again is safe.
  constexpr int requests = 20'000;
  door d;
  std::vector<request_ptr> offered;
  std::vector<pending_reply> replies;
  for (int i = 0; i < requests; ++i) {
    replies.push_back(pending_reply());
    offered.push_back(door::make(d.time.now(), replies.back()));
  }
  std::vector<char> begun(requests, 0);  // each written by one thread, read after the join
  auto at = [&](int n) -> request& { return *offered[static_cast<std::size_t>(n)]; };
  int raced = side_by_side(
      requests, [&](int n) { begun[static_cast<std::size_t>(n)] = at(n).start(); }, [&](int n) { at(n).expire(); });
  int right = 0;
  for (std::size_t n = 0; n < static_cast<std::size_t>(raced); ++n)
    right += replies[n].word() == (begun[n] ? "outcome_unknown" : "deadline_passed");
  CHECK(right == raced);
}

TEST_CASE("a request that two find late in the same instant was not begun by either") {
  // The ticking and the actor's host may both look: what was never begun may safely be tried again.
  constexpr int requests = 20'000;
  std::vector<request_ptr> offered;
  std::vector<pending_reply> replies;
  for (int i = 0; i < requests; ++i) {
    replies.push_back(pending_reply());
    offered.push_back(door::make(from_ms(0), replies.back()));
  }
  auto late = [&](int n) { offered[static_cast<std::size_t>(n)]->expire(); };
  int raced = side_by_side(requests, late, late);
  int right = 0;
  for (int n = 0; n < raced; ++n) right += replies[static_cast<std::size_t>(n)].word() == "deadline_passed";
  CHECK(right == raced);
}

TEST_CASE("requests come and go on every thread while the deadlines are looked through") {
  constexpr int threads = 3, each = 3000;
  door d;
  std::array<pending_reply, threads * each> replies;
  std::atomic<int> working{threads};
  at_once(threads + 1, [&](int thread) {
    if (thread == threads) {
      while (working > 0) {
        d.time.advance(1ms);
        d.in_flight.expire(d.time.now());
      }
      return;
    }
    std::vector<request_ptr> kept;
    for (int i = 0; i < each; ++i) {
      auto& heard = replies[static_cast<std::size_t>(thread * each + i)] = pending_reply();
      // Close deadlines, so that all threads share one or two buckets.
      auto r = door::make(d.time.now() + duration{i % 50}, heard);
      if (d.in_flight.admit(*r) && i % 3 == 0) kept.push_back(std::move(r));
      else if (i % 3 == 1 && r->start()) r->answer({});
      if (kept.size() > 20) kept.erase(kept.begin(), kept.begin() + 10);
    }
    --working;
  });
  int once = 0;
  for (auto& heard : replies) once += heard.times() == 1;
  CHECK(once == threads * each);
  tally t = d.in_flight.clients();
  CHECK(t.accepted == threads * each);
  CHECK(t.accepted == t.answered + t.refused);
  CHECK(d.in_flight.alive() == 0);
}

TEST_CASE("a full runtime lets in exactly as many as it holds, whoever comes first") {
  constexpr std::size_t room_for = 50;
  door d(room_for);
  std::atomic<std::size_t> entered{0};
  std::array<std::vector<request_ptr>, 4> guests;
  at_once(4, [&](int thread) {
    for (int i = 0; i < 100; ++i) {
      auto r = door::make(d.time.now() + 10s, pending_reply());
      if (d.in_flight.admit(*r)) {
        ++entered;
        guests[static_cast<std::size_t>(thread)].push_back(std::move(r));
      }
    }
  });
  CHECK(entered == room_for);
  CHECK(d.in_flight.clients().in_flight == room_for);
  CHECK(d.in_flight.refused_by().at("overloaded") == 400 - room_for);
}

TEST_CASE("a place that one thread gave back is there for every other") {
  // Places are dealt out to threads; whoever needs more than its share takes from the others.
  constexpr std::size_t room_for = 40;
  door d(room_for);
  for (int thread = 0; thread < 20; ++thread) {
    std::size_t entered = 0;
    at_once(1, [&](int) {
      std::vector<request_ptr> guests;
      for (int i = 0; i < 100; ++i) {
        guests.push_back(door::make(d.time.now() + 10s, pending_reply()));
        entered += d.in_flight.admit(*guests.back());
      }
    });
    CHECK(entered == room_for);
  }
}

TEST_CASE("a runtime never holds more than it has room for, however they come and go") {
  constexpr int room_for = 20, threads = 4;
  door d(room_for);
  std::atomic<int> inside{0}, most{0}, entered{0};
  std::atomic<int> working{threads};
  int unbalanced = 0;
  at_once(threads + 1, [&](int thread) {
    if (thread == threads) {
      // A reading adds up at any moment.
      for (; working > 0; std::this_thread::yield()) {
        tally t = d.in_flight.clients();
        unbalanced += !balanced(t) || t.in_flight > t.accepted;
      }
      return;
    }
    dice luck(static_cast<std::uint64_t>(thread) + 1);
    std::vector<request_ptr> guests;
    for (int i = 0; i < 20'000; ++i) {
      if (luck.roll(2) == 0) {
        auto r = door::make(d.time.now() + 10s, pending_reply());
        if (!d.in_flight.admit(*r)) continue;
        int now = ++inside;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {}
        ++entered;
        guests.push_back(std::move(r));
      } else if (!guests.empty()) {
        --inside;  // before the answer makes room
        guests.back()->answer({});
        guests.pop_back();
      }
    }
    inside -= static_cast<int>(guests.size());
    guests.clear();
    --working;
  });
  CHECK(most <= room_for);
  CHECK(unbalanced == 0);
  tally t = d.in_flight.clients();
  CHECK(t.answered + d.in_flight.refused_by()["dropped"] == static_cast<std::uint64_t>(entered));
  CHECK(t.in_flight == 0);
  // No place was lost on the way.
  std::vector<request_ptr> guests;
  for (int i = 0; i < room_for; ++i) {
    guests.push_back(d.enter());
    CHECK(d.let_in);
  }
  d.enter();
  CHECK_FALSE(d.let_in);
}

TEST_CASE("there is someone alive while requests bring about requests, on whatever thread") {
  // Each is entered before the one that brought it about is gone, as a stopping system relies on.
  constexpr int runners = 3, laps = 300;
  door d;
  std::array<std::atomic<request*>, runners> baton{};
  std::array<request_ptr, runners> held;
  auto enter = [&](source from) {
    auto r = door::make(from_ms(1'000), pending_reply(), from);
    d.in_flight.admit(*r);
    return r;
  };
  held[0] = enter(source::actor);
  std::atomic<bool> over{false};
  int none = 0;
  at_once(runners + 1, [&](int thread) {
    auto me = static_cast<std::size_t>(thread);
    if (thread == runners) {
      baton[0] = held[0].get();
      while (!over) none += d.in_flight.alive() == 0 && !over;
      return;
    }
    for (int lap = 0; lap < laps; ++lap) {
      watch_for([&] { return baton[me] != nullptr; });
      baton[me] = nullptr;
      request_ptr mine = std::move(held[me]);
      std::size_t next = (me + 1) % runners;
      held[next] = enter(lap % 2 ? source::actor : source::client_post);
      mine->answer({});
      mine.reset();
      baton[next] = held[next].get();
    }
    if (me + 1 == runners) over = true;
  });
  CHECK(none == 0);
  CHECK(d.in_flight.alive() == 1);
  held = {};
  CHECK(d.in_flight.alive() == 0);
}

TEST_CASE("once nothing is alive, the doors may be taken away") {
  // What a stopping system does: it waits for this number and then is gone.
  for (int round = 0; round < 100; ++round) {
    auto d = std::make_unique<in_flight_requests>(100);
    std::vector<request_ptr> requests;
    for (int i = 0; i < 3; ++i) {
      requests.push_back(door::make(from_ms(1'000 + i), pending_reply()));
      REQUIRE(d->admit(*requests.back()));
    }
    std::thread last([&] { requests.clear(); });
    for (int spins = 0; d->alive() > 0; ++spins)
      if (spins > 1000) std::this_thread::yield();
    d.reset();
    last.join();
  }
}
