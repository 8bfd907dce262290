#include <signal.h>

#include <catch2/catch.hpp>
#include <iostream>
#include <map>
#include <set>

#include "tests/chaos/arena.hpp"
#include "tests/chaos/healthy_players.hpp"

using namespace parlor::testing;
using namespace std::chrono_literals;
using Catch::Contains;

// Everything that can go wrong goes wrong in one server, beside a thousand rooms in which nothing does. For 20 s here,
// PARLOR_CHAOS_SECONDS=600 for the long run (docs/testing.md).
namespace {

using moment = healthy_players::clock::time_point;

int seconds_of_chaos() {
  const char* given = std::getenv("PARLOR_CHAOS_SECONDS");
  return given ? std::stoi(given) : 20;
}

/// What goes wrong, where: the path behind a room's, and the mistake.
const std::vector<std::pair<std::string, std::string>> troubles = [] {
  std::vector<std::pair<std::string, std::string>> list;
  for (const char* how : {"throw", "throw_int", "break", "grow", "allocate", "alarm", "tell", "fork", "remind", "crash",
                          "loop", "recurse", "no_function", "abort", "terminate", "divide", "exit", "sleep"})
    for (const char* where : {"mistake", "later", "look", "ask"}) list.emplace_back(where, how);
  return list;
}();

/// Makes one mistake after another, in rooms of its own, and notes when a handler got stuck. Nobody waits for it.
class troublemaker {
 public:
  explicit troublemaker(arena& at) : at_(at) {}

  void make_trouble(std::chrono::seconds length) {
    auto until = healthy_players::clock::now() + length, releases = healthy_players::clock::now() + 30s;
    for (std::size_t i = 0; healthy_players::clock::now() < until; ++i) {
      const auto& [where, how] = troubles[i % troubles.size()];
      // An operator who learns nothing, and lets it all happen again.
      if (healthy_players::clock::now() > releases) {
        release_everything();
        releases += 30s;
      }
      made_.emplace_back(healthy_players::clock::now(), where + " " + how);
      make(i % 3 == 2 ? "flash" : "chaos", "r" + std::to_string(i % 40), where, how);
      std::this_thread::sleep_for(200ms);
    }
  }
  /// Goes on until every command and every room that went wrong is refused.
  bool ends_quarantined() {
    std::set<std::string> open;
    for (int round = 0; round < 12; ++round) {
      open.clear();
      for (const char* kind : {"chaos", "flash"})
        for (const auto& where : {"mistake", "ask"}) {
          http_answer a = make(kind, "last" + std::to_string(round), where, "crash");
          if (a.code() != "quarantined")
            open.insert(std::string(kind) + " " + where + ": " + std::to_string(a.status) + a.code());
        }
      if (open.empty()) return true;
    }
    for (const std::string& name : open) UNSCOPED_INFO("not in quarantine: " << name);
    return false;
  }
  [[nodiscard]] const std::vector<moment>& stuck_at() const { return stuck_at_; }
  /// The last trouble before a time.
  [[nodiscard]] std::string last_before(moment at) const {
    auto next = std::upper_bound(made_.begin(), made_.end(), at, [](moment t, const auto& m) { return t < m.first; });
    return next == made_.begin() ? "" : std::prev(next)->second;
  }

 private:
  http_answer make(const std::string& kind, const std::string& id, const std::string& where, const std::string& how) {
    http_answer answer;
    try {
      at_.post(kind + "/" + id + "/open");
      if (how == "loop" || how == "sleep") stuck_at_.push_back(healthy_players::clock::now());
      std::string body = R"({"how":")" + how + R"("})";
      answer = at_.post(kind + "/" + id + "/" + where, body);
      if (where == "look") answer = at_.get(kind + "/" + id);
    } catch (const std::exception&) {
      // The server is just being started again.
    }
    return answer;
  }
  void release_everything() {
    try {
      for (const char* kind : {"chaos", "flash"}) {
        for (const char* part : {"mistake", "ask", "view"})
          at_.order("release", R"({"scope":"command","kind":")" + std::string(kind) + R"(","part":")" + part + "\"}");
        for (int room = 0; room < 40; ++room)
          at_.order("release",
                    R"({"scope":"actor","kind":")" + std::string(kind) + R"(","id":"r)" + std::to_string(room) + "\"}");
      }
    } catch (const std::exception&) {
      // The next round comes.
    }
  }

  arena& at_;
  std::vector<moment> stuck_at_;
  std::vector<std::pair<moment, std::string>> made_;
};

double ms(healthy_players::clock::duration d) { return std::chrono::duration<double, std::milli>(d).count(); }

double p99(std::vector<double> lengths) {
  if (lengths.empty()) return 0;
  std::sort(lengths.begin(), lengths.end());
  return lengths[lengths.size() * 99 / 100];
}

bool overlaps(const healthy_players::move& m, const std::vector<moment>& from, std::chrono::milliseconds length) {
  return std::any_of(from.begin(), from.end(), [&](moment at) { return m.began < at + length && m.ended > at - 50ms; });
}

}  // namespace

TEST_CASE("whatever goes wrong in some rooms, all others play on, and lose nothing") {
  const auto length = std::chrono::seconds(seconds_of_chaos());
  arena a({"--handler-abort", "1s"}, arena::again::by_its_parent);
  healthy_players players(a.port, a.ann(), 1000);
  a.operators();
  REQUIRE(players.open_rooms());
  std::atomic<bool> over{false};
  players.play(1s, over);
  std::vector<double> quiet;
  for (const auto& m : players.play(std::min<std::chrono::milliseconds>(length / 4, 20s), over))
    quiet.push_back(ms(m.ended - m.began));

  troublemaker trouble(a);
  bool all_quarantined = false;
  std::thread making([&] {
    trouble.make_trouble(length);
    all_quarantined = trouble.ends_quarantined();
    over = true;
  });
  auto moves = players.play(length * 2 + 60s, over);
  making.join();

  std::vector<moment> ends;
  for (const auto& m : moves)
    if (m.tries > 1) ends.push_back(m.ended);
  std::vector<double> calm, while_stuck, across_an_end;
  std::map<std::string, int> refused, slow_by;
  for (const auto& m : moves) {
    double took = ms(m.ended - m.began);
    if (!m.refused.empty()) ++refused[m.refused];
    if (m.tries > 1) across_an_end.push_back(took);
    else if (overlaps(m, trouble.stuck_at(), 1500ms)) while_stuck.push_back(took);
    else if (!overlaps(m, ends, 1000ms)) calm.push_back(took);
    else continue;
    if (m.tries == 1 && took > 3 * p99(quiet)) ++slow_by[trouble.last_before(m.ended)];
  }
  auto longest = [](const std::vector<double>& v) { return v.empty() ? 0.0 : *std::max_element(v.begin(), v.end()); };
  std::cout << length.count() << " s of chaos: " << moves.size() << " moves of healthy rooms; p99 quiet " << p99(quiet)
            << " ms (" << quiet.size() << "), beside chaos " << p99(calm) << " ms (" << calm.size()
            << "), while a handler was stuck " << p99(while_stuck) << " ms, longest " << longest(while_stuck) << " ("
            << while_stuck.size() << "); across an end of the process " << across_an_end.size() << ", longest "
            << longest(across_an_end) << " ms";
  for (const auto& [word, times] : refused) std::cout << "; " << word << " " << times;
  for (const auto& [name, times] : slow_by) std::cout << "; slow after " << name << ": " << times;
  std::cout << std::endl;

  CHECK(all_quarantined);
  CHECK(players.wrong_rooms().empty());
  CHECK(across_an_end.size() > 0);
  CHECK(longest(while_stuck) < 1500);
  // The second that a handler may be stuck, and a start; beside other work some of these.
  CHECK(longest(across_an_end) < (length >= 300s ? 2500 : 5000));
  // In a short run a few messages without end are more than one move of a hundred, and other work counts.
  CHECK(p99(calm) <= (length >= 300s ? 3 : 15) * p99(quiet));
  CHECK(json_part(loopback_client(a.port).request("GET", "/api/admin", a.operators()).body, "store_broken") == "");
}
