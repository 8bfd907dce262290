#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "tests/support/directory_fixture.hpp"

// How long actors stay: idle times, sweeps, and who goes first where space is needed.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

TEST_CASE("an actor stays for the short stay until it is kept, then for its kind's time") {
  directory_fixture fixture;
  directory_entry& kept = fixture.wake("kept");
  fixture.wake("short");
  fixture.actors.keep(kept, fixture.time.now());
  fixture.time.advance(29s);
  CHECK(fixture.leave_idle().empty());
  fixture.time.advance(1s);
  CHECK(fixture.leave_idle() == std::vector<std::string>{"short"});
  fixture.time.advance(9min + 29s);
  CHECK(fixture.leave_idle().empty());
  fixture.time.advance(1s);
  CHECK(fixture.leave_idle() == std::vector<std::string>{"kept"});
}

TEST_CASE("only a client's POST extends an actor's time") {
  directory_fixture fixture;
  for (const char* id : {"posted", "looked_at", "told"}) fixture.actors.keep(fixture.wake(id), fixture.time.now());
  fixture.time.advance(9min);
  fixture.use("posted", source::client_post);
  fixture.use("looked_at", source::client_get);
  fixture.use("told", source::actor);
  fixture.time.advance(1min);
  CHECK(fixture.leave_idle().size() == 2);
  CHECK(fixture.actors.look(chess(), "posted"));
  fixture.time.advance(9min);
  CHECK(fixture.leave_idle() == std::vector<std::string>{"posted"});
}

TEST_CASE("an actor that has a request is not idle, however long it takes") {
  directory_fixture fixture;
  fixture.wake("r1");
  fixture.offer("r1");
  fixture.time.advance(1h);
  CHECK(fixture.leave_idle().empty());
  fixture.work_off();
  CHECK(fixture.leave_idle() == std::vector<std::string>{"r1"});
}

TEST_CASE("a busy actor at the front does not keep the ones behind it awake") {
  directory_fixture fixture;
  for (const char* id : {"a", "b", "c"}) fixture.wake(id);
  fixture.offer("a", source::client_get);
  fixture.time.advance(1min);
  auto idle = fixture.leave_idle();
  std::sort(idle.begin(), idle.end());
  CHECK(idle == std::vector<std::string>{"b", "c"});
}

TEST_CASE("the short sweep takes those on a short stay only") {
  directory_fixture fixture;
  fixture.actors.keep(fixture.wake("kept"), fixture.time.now());
  fixture.wake("short");
  fixture.time.advance(1h);
  CHECK(fixture.leave_idle(true) == std::vector<std::string>{"short"});
  CHECK(fixture.leave_idle(false) == std::vector<std::string>{"kept"});
}

TEST_CASE("kinds may have stays of different lengths") {
  directory_fixture fixture;
  fixture.actors.keep(fixture.wake("long", chess(), 2h), fixture.time.now());
  fixture.actors.keep(fixture.wake("brief", dice_game(), 1min), fixture.time.now());
  fixture.time.advance(1min);
  CHECK(fixture.leave_idle() == std::vector<std::string>{"brief"});
  fixture.time.advance(2h);
  CHECK(fixture.leave_idle() == std::vector<std::string>{"long"});
}

TEST_CASE("an actor that is used all the time sleeps by its last use, to the millisecond") {
  // A use moves it in its list only now and then; that must not show.
  directory_fixture fixture;
  fixture.actors.keep(fixture.wake("r1"), fixture.time.now());
  for (int use = 0; use < 200; ++use) {
    fixture.time.advance(777ms);
    fixture.use("r1");
  }
  fixture.time.advance(10min - 1ms);
  CHECK(fixture.leave_idle().empty());
  fixture.time.advance(1ms);
  CHECK(fixture.leave_idle() == std::vector<std::string>{"r1"});
}

TEST_CASE("a sweep finds exactly those whose last use is long enough ago") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    directory_fixture fixture;
    dice luck(seed);
    std::map<std::string, instant> last_used;  // of those that stay for 10 min
    int wrong = 0, slept = 0;
    for (int step = 0; step < 3000; ++step) {
      std::string id = std::to_string(luck.roll(200));
      fixture.time.advance(duration{luck.roll(4000)});
      if (last_used.contains(id)) fixture.use(id);
      else fixture.actors.keep(fixture.wake(id), fixture.time.now());
      last_used[id] = fixture.time.now();
      if (step % 40 != 0) continue;
      for (const std::string& gone : fixture.leave_idle(false, 3)) {
        wrong += fixture.time.now() - last_used.at(gone) < 10min;
        last_used.erase(gone);
        ++slept;
      }
      for (const auto& [left, when] : last_used) wrong += fixture.time.now() - when >= 10min;
    }
    CHECK(wrong == 0);
    CHECK(slept > 50);
  }
}

TEST_CASE("a sweep in pieces takes everyone who is idle, once, and no more at a time than it may") {
  directory_fixture fixture;
  for (int i = 0; i < 500; ++i) fixture.actors.keep(fixture.wake(std::to_string(i)), fixture.time.now());
  fixture.time.advance(10min);
  std::vector<std::string> gone;
  bool done = false;
  while (!done) {
    auto piece = fixture.sweep_piece(7, done);
    CHECK(piece.size() <= 7);
    gone.insert(gone.end(), piece.begin(), piece.end());
    fixture.wake("short" + std::to_string(gone.size()));  // life goes on
  }
  std::sort(gone.begin(), gone.end());
  CHECK(std::adjacent_find(gone.begin(), gone.end()) == gone.end());
  CHECK(gone.size() == 500);
}

TEST_CASE("a sweep that looks at many in vain does so in pieces, too") {
  directory_fixture fixture(10'000);
  for (int i = 0; i < 2000; ++i) fixture.actors.keep(fixture.wake(std::to_string(i)), fixture.time.now());
  fixture.time.advance(10s);  // less than a grain: they stand where they stood
  for (int i = 0; i < 2000; ++i)
    if (i % 100 != 0) fixture.use(std::to_string(i));
  fixture.time.advance(10min - 10s);
  int pieces = 0, in_vain = 0;
  std::size_t gone = 0;
  for (bool done = false; !done; ++pieces) {
    auto piece = fixture.sweep_piece(5, done);
    gone += piece.size();
    in_vain += piece.empty() && !done;
  }
  CHECK(gone == 20);
  CHECK(in_vain > 0);
  CHECK(pieces > 2000 / 64);
  fixture.time.advance(10s);
  CHECK(fixture.leave_idle().size() == 2000 - 20);
}

TEST_CASE("a sweep in pieces misses nobody, though those that it would look at next move or go") {
  directory_fixture fixture;
  dice luck(8);
  std::map<std::string, directory_entry*> idle;
  for (int i = 0; i < 2000; ++i) {
    directory_entry& s = fixture.wake(std::to_string(i));
    fixture.actors.keep(s, fixture.time.now());
    idle[std::to_string(i)] = &s;
  }
  fixture.time.advance(10min);
  for (bool done = false; !done;) {
    for (const std::string& gone : fixture.sweep_piece(1, done)) REQUIRE(idle.erase(gone) == 1);
    for (int i = 0; i < 4 && !idle.empty(); ++i) {
      auto item = idle.lower_bound(std::to_string(luck.roll(2000)));
      if (item == idle.end()) item = idle.begin();
      if (luck.roll(2) == 0) {
        fixture.use(item->first);
      } else {
        REQUIRE(fixture.actors.leave(*item->second));
        fixture.actors.remove(*item->second);
      }
      idle.erase(item);
    }
  }
  CHECK(idle.empty());
}

TEST_CASE("a short sweep between the pieces of a long one begins anew, and so does the long one") {
  directory_fixture fixture;
  for (int i = 0; i < 100; ++i) fixture.actors.keep(fixture.wake(std::to_string(i)), fixture.time.now());
  for (int i = 0; i < 100; ++i) fixture.wake("short" + std::to_string(i));
  fixture.time.advance(10min);
  bool done = false;
  CHECK(fixture.sweep_piece(30, done).size() == 30);
  CHECK_FALSE(done);
  for (int i = 0; i < 50; ++i) fixture.wake("short, too " + std::to_string(i));
  fixture.time.advance(1min);
  fixture.leave_idle(true);
  for (directory_entry* s : fixture.actors.all_awake()) CHECK(s->id().find("short") == std::string::npos);
  fixture.leave_idle(false);
  CHECK(fixture.actors.awake() == 0);
}

TEST_CASE("where space is needed the least recently used leaves first, and never one at work") {
  directory_fixture fixture;
  for (const char* id : {"a", "b", "c", "d"}) {
    fixture.actors.keep(fixture.wake(id), fixture.time.now());
    fixture.time.advance(1s);
  }
  fixture.use("a");
  fixture.offer("b");
  CHECK(fixture.leave_coldest() == "c");
  CHECK(fixture.leave_coldest() == "d");
  CHECK(fixture.leave_coldest() == "a");
  CHECK(fixture.leave_coldest() == "nobody");
  fixture.work_off();
  CHECK(fixture.leave_coldest() == "b");
}

TEST_CASE("a few leave in the exact order of their last use, though none was moved by it") {
  directory_fixture fixture;
  dice luck(4);
  std::vector<std::string> by_use;
  for (int i = 0; i < 100; ++i) by_use.push_back(std::to_string(i));
  for (const std::string& id : by_use) fixture.actors.keep(fixture.wake(id), fixture.time.now());
  for (std::size_t i = by_use.size(); i > 0; --i)
    std::swap(by_use[i - 1], by_use[static_cast<std::size_t>(luck.roll(static_cast<int>(i)))]);
  for (const std::string& id : by_use) {
    fixture.time.advance(100ms);
    fixture.use(id);
  }
  std::vector<std::string> left;
  while (fixture.actors.all_awake().size() > 0) left.push_back(fixture.leave_coldest());
  CHECK(left == by_use);
}

TEST_CASE("where space is needed among many, who leaves is the coldest but for a thirty-second") {
  directory_fixture fixture;
  dice luck(3);
  std::map<std::string, instant> last_used;
  for (int i = 0; i < 5000; ++i) {
    std::string id = std::to_string(luck.roll(1000));
    fixture.time.advance(duration{luck.roll(100)});
    if (last_used.contains(id)) fixture.use(id);
    else fixture.actors.keep(fixture.wake(id), fixture.time.now());
    last_used[id] = fixture.time.now();
  }
  while (!last_used.empty()) {
    auto colder = [](const auto& a, const auto& b) { return a.second < b.second; };
    instant coldest = std::min_element(last_used.begin(), last_used.end(), colder)->second;
    std::string id = fixture.leave_coldest();
    REQUIRE(last_used.contains(id));
    CHECK(last_used[id] - coldest <= duration(10min) / 32);
    last_used.erase(id);
  }
  CHECK(fixture.leave_coldest() == "nobody");
}
