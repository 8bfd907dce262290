#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "tests/support/quiet_house.hpp"

// How long actors stay: idle times, sweeps, and who goes first where space is needed.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

TEST_CASE("an actor stays for the short stay until it is kept, then for its kind's time") {
  quiet_directory h;
  directory_entry& kept = h.wake("kept");
  h.wake("short");
  h.actors.keep(kept, h.time.now());
  h.time.advance(29s);
  CHECK(h.leave_idle().empty());
  h.time.advance(1s);
  CHECK(h.leave_idle() == std::vector<std::string>{"short"});
  h.time.advance(9min + 29s);
  CHECK(h.leave_idle().empty());
  h.time.advance(1s);
  CHECK(h.leave_idle() == std::vector<std::string>{"kept"});
}

TEST_CASE("only a client's POST extends an actor's time") {
  quiet_directory h;
  for (const char* id : {"posted", "looked_at", "told"}) h.actors.keep(h.wake(id), h.time.now());
  h.time.advance(9min);
  h.use("posted", source::client_post);
  h.use("looked_at", source::client_get);
  h.use("told", source::actor);
  h.time.advance(1min);
  CHECK(h.leave_idle().size() == 2);
  CHECK(h.actors.look(chess(), "posted"));
  h.time.advance(9min);
  CHECK(h.leave_idle() == std::vector<std::string>{"posted"});
}

TEST_CASE("an actor that has a request is not idle, however long it takes") {
  quiet_directory h;
  h.wake("r1");
  h.offer("r1");
  h.time.advance(1h);
  CHECK(h.leave_idle().empty());
  h.work_off();
  CHECK(h.leave_idle() == std::vector<std::string>{"r1"});
}

TEST_CASE("a busy actor at the front does not keep the ones behind it awake") {
  quiet_directory h;
  for (const char* id : {"a", "b", "c"}) h.wake(id);
  h.offer("a", source::client_get);
  h.time.advance(1min);
  auto idle = h.leave_idle();
  std::sort(idle.begin(), idle.end());
  CHECK(idle == std::vector<std::string>{"b", "c"});
}

TEST_CASE("the short sweep takes those on a short stay only") {
  quiet_directory h;
  h.actors.keep(h.wake("kept"), h.time.now());
  h.wake("short");
  h.time.advance(1h);
  CHECK(h.leave_idle(true) == std::vector<std::string>{"short"});
  CHECK(h.leave_idle(false) == std::vector<std::string>{"kept"});
}

TEST_CASE("kinds may have stays of different lengths") {
  quiet_directory h;
  h.actors.keep(h.wake("long", chess(), 2h), h.time.now());
  h.actors.keep(h.wake("brief", dice_game(), 1min), h.time.now());
  h.time.advance(1min);
  CHECK(h.leave_idle() == std::vector<std::string>{"brief"});
  h.time.advance(2h);
  CHECK(h.leave_idle() == std::vector<std::string>{"long"});
}

TEST_CASE("an actor that is used all the time sleeps by its last use, to the millisecond") {
  // A use moves it in its list only now and then; that must not show.
  quiet_directory h;
  h.actors.keep(h.wake("r1"), h.time.now());
  for (int use = 0; use < 200; ++use) {
    h.time.advance(777ms);
    h.use("r1");
  }
  h.time.advance(10min - 1ms);
  CHECK(h.leave_idle().empty());
  h.time.advance(1ms);
  CHECK(h.leave_idle() == std::vector<std::string>{"r1"});
}

TEST_CASE("a sweep finds exactly those whose last use is long enough ago") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    quiet_directory h;
    dice luck(seed);
    std::map<std::string, instant> last_used;  // of those that stay for 10 min
    int wrong = 0, slept = 0;
    for (int step = 0; step < 3000; ++step) {
      std::string id = std::to_string(luck.roll(200));
      h.time.advance(duration{luck.roll(4000)});
      if (last_used.contains(id)) h.use(id);
      else h.actors.keep(h.wake(id), h.time.now());
      last_used[id] = h.time.now();
      if (step % 40 != 0) continue;
      for (const std::string& gone : h.leave_idle(false, 3)) {
        wrong += h.time.now() - last_used.at(gone) < 10min;
        last_used.erase(gone);
        ++slept;
      }
      for (const auto& [left, when] : last_used) wrong += h.time.now() - when >= 10min;
    }
    CHECK(wrong == 0);
    CHECK(slept > 50);
  }
}

TEST_CASE("a sweep in pieces takes everyone who is idle, once, and no more at a time than it may") {
  quiet_directory h;
  for (int i = 0; i < 500; ++i) h.actors.keep(h.wake(std::to_string(i)), h.time.now());
  h.time.advance(10min);
  std::vector<std::string> gone;
  bool done = false;
  while (!done) {
    auto piece = h.sweep_piece(7, done);
    CHECK(piece.size() <= 7);
    gone.insert(gone.end(), piece.begin(), piece.end());
    h.wake("short" + std::to_string(gone.size()));  // life goes on
  }
  std::sort(gone.begin(), gone.end());
  CHECK(std::adjacent_find(gone.begin(), gone.end()) == gone.end());
  CHECK(gone.size() == 500);
}

TEST_CASE("a sweep that looks at many in vain does so in pieces, too") {
  quiet_directory h(10'000);
  for (int i = 0; i < 2000; ++i) h.actors.keep(h.wake(std::to_string(i)), h.time.now());
  h.time.advance(10s);  // less than a grain: they stand where they stood
  for (int i = 0; i < 2000; ++i)
    if (i % 100 != 0) h.use(std::to_string(i));
  h.time.advance(10min - 10s);
  int pieces = 0, in_vain = 0;
  std::size_t gone = 0;
  for (bool done = false; !done; ++pieces) {
    auto piece = h.sweep_piece(5, done);
    gone += piece.size();
    in_vain += piece.empty() && !done;
  }
  CHECK(gone == 20);
  CHECK(in_vain > 0);
  CHECK(pieces > 2000 / 64);
  h.time.advance(10s);
  CHECK(h.leave_idle().size() == 2000 - 20);
}

TEST_CASE("a sweep in pieces misses nobody, though those that it would look at next move or go") {
  quiet_directory h;
  dice luck(8);
  std::map<std::string, directory_entry*> idle;
  for (int i = 0; i < 2000; ++i) {
    directory_entry& s = h.wake(std::to_string(i));
    h.actors.keep(s, h.time.now());
    idle[std::to_string(i)] = &s;
  }
  h.time.advance(10min);
  for (bool done = false; !done;) {
    for (const std::string& gone : h.sweep_piece(1, done)) REQUIRE(idle.erase(gone) == 1);
    for (int i = 0; i < 4 && !idle.empty(); ++i) {
      auto item = idle.lower_bound(std::to_string(luck.roll(2000)));
      if (item == idle.end()) item = idle.begin();
      if (luck.roll(2) == 0) {
        h.use(item->first);
      } else {
        REQUIRE(h.actors.leave(*item->second));
        h.actors.remove(*item->second);
      }
      idle.erase(item);
    }
  }
  CHECK(idle.empty());
}

TEST_CASE("a short sweep between the pieces of a long one begins anew, and so does the long one") {
  quiet_directory h;
  for (int i = 0; i < 100; ++i) h.actors.keep(h.wake(std::to_string(i)), h.time.now());
  for (int i = 0; i < 100; ++i) h.wake("short" + std::to_string(i));
  h.time.advance(10min);
  bool done = false;
  CHECK(h.sweep_piece(30, done).size() == 30);
  CHECK_FALSE(done);
  for (int i = 0; i < 50; ++i) h.wake("short, too " + std::to_string(i));
  h.time.advance(1min);
  h.leave_idle(true);
  for (directory_entry* s : h.actors.all_awake()) CHECK(s->id().find("short") == std::string::npos);
  h.leave_idle(false);
  CHECK(h.actors.awake() == 0);
}

TEST_CASE("where space is needed the least recently used leaves first, and never one at work") {
  quiet_directory h;
  for (const char* id : {"a", "b", "c", "d"}) {
    h.actors.keep(h.wake(id), h.time.now());
    h.time.advance(1s);
  }
  h.use("a");
  h.offer("b");
  CHECK(h.leave_coldest() == "c");
  CHECK(h.leave_coldest() == "d");
  CHECK(h.leave_coldest() == "a");
  CHECK(h.leave_coldest() == "nobody");
  h.work_off();
  CHECK(h.leave_coldest() == "b");
}

TEST_CASE("a few leave in the exact order of their last use, though none was moved by it") {
  quiet_directory h;
  dice luck(4);
  std::vector<std::string> by_use;
  for (int i = 0; i < 100; ++i) by_use.push_back(std::to_string(i));
  for (const std::string& id : by_use) h.actors.keep(h.wake(id), h.time.now());
  for (std::size_t i = by_use.size(); i > 0; --i)
    std::swap(by_use[i - 1], by_use[static_cast<std::size_t>(luck.roll(static_cast<int>(i)))]);
  for (const std::string& id : by_use) {
    h.time.advance(100ms);
    h.use(id);
  }
  std::vector<std::string> left;
  while (h.actors.all_awake().size() > 0) left.push_back(h.leave_coldest());
  CHECK(left == by_use);
}

TEST_CASE("where space is needed among many, who leaves is the coldest but for a thirty-second") {
  quiet_directory h;
  dice luck(3);
  std::map<std::string, instant> last_used;
  for (int i = 0; i < 5000; ++i) {
    std::string id = std::to_string(luck.roll(1000));
    h.time.advance(duration{luck.roll(100)});
    if (last_used.contains(id)) h.use(id);
    else h.actors.keep(h.wake(id), h.time.now());
    last_used[id] = h.time.now();
  }
  while (!last_used.empty()) {
    auto colder = [](const auto& a, const auto& b) { return a.second < b.second; };
    instant coldest = std::min_element(last_used.begin(), last_used.end(), colder)->second;
    std::string id = h.leave_coldest();
    REQUIRE(last_used.contains(id));
    CHECK(last_used[id] - coldest <= duration(10min) / 32);
    last_used.erase(id);
  }
  CHECK(h.leave_coldest() == "nobody");
}
