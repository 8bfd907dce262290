#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <vector>

#include "runtime/hosting/loops/request_batch.hpp"
#include "tests/support/quiet_house.hpp"

using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

/// A loop whose rounds the test makes itself.
class toy_loop final : public event_loop {
 public:
  asio::io_context& context() override { std::terminate(); }
  void post(work) override { std::terminate(); }
  void post_later(std::chrono::microseconds, work) override { std::terminate(); }
  void after_turns(work) override { std::terminate(); }
  void at_round_end(work) override { std::terminate(); }
  void before_turns(work what) override { before.push_back(std::move(what)); }
  void round() {
    for (work& one : std::exchange(before, {})) one();
  }
  std::vector<work> before;
};

std::vector<directory::arrival> arrivals_of(std::initializer_list<std::string> ids) {
  std::vector<directory::arrival> all;
  for (const std::string& id : ids) all.push_back({a_request(id)});
  return all;
}

std::vector<std::string> ids_of(const std::vector<request_ptr>& mail) {
  std::vector<std::string> ids;
  for (const request_ptr& r : mail) ids.push_back(r->what().to.id);
  return ids;
}

}  // namespace

TEST_CASE("of requests that are offered together each meets what it would meet alone") {
  quiet_house h(2);
  h.wake("r1");
  h.wake("r2");
  h.actors.leave(h.wake("gone"));
  auto all = arrivals_of({"r2", "r1", "nobody", "r1", "gone", "r1", "r2"});
  h.actors.offer_all(all, h.time.now());
  CHECK(ids_of(h.mail) == std::vector<std::string>{"r2", "r1", "r1", "r2"});
  std::vector<offered> became;
  for (const auto& a : all) {
    became.push_back(a.became);
    CHECK((a.r == nullptr) == (a.became == offered::delivered));
  }
  using enum directory::offered;
  CHECK(became == std::vector<offered>{delivered, delivered, not_awake, delivered, leaving,
                                       actor_busy, delivered});
  all.clear();
  CHECK(h.actors.look(chess(), "r1"));
}

TEST_CASE("requests that are offered together are counted on their actors before they are put") {
  quiet_house h;
  slot& s = h.wake("r1");
  auto all = arrivals_of({"r1", "r1"});
  h.actors.offer_all(all, h.time.now());
  CHECK_FALSE(h.actors.leave(s));
  h.work_off();
  CHECK(h.drained == std::vector<slot*>{&s});
}

TEST_CASE("many actors are found together, however crowded the table is") {
  quiet_house h;
  std::vector<directory::arrival> all;
  std::vector<std::string> ids;
  for (int i = 0; i < 3000; ++i) {
    ids.push_back("room_" + std::to_string(i) + std::string(static_cast<std::size_t>(i % 40), 'x'));
    h.wake(ids.back());
    all.push_back({a_request(ids.back())});
  }
  h.actors.offer_all(all, h.time.now());
  CHECK(ids_of(h.mail) == ids);
}

TEST_CASE("what a loop reads in one round goes to the actors together, before the turns") {
  quiet_house h;
  h.wake("r1");
  toy_loop loop;
  std::vector<std::string> turned_away;
  arrivals here(loop, h.actors, h.time, [&](std::span<directory::arrival> all) {
    CHECK(all.size() == 3);
    for (const directory::arrival& a : all) {
      if (!a.r) continue;
      CHECK(a.became == offered::not_awake);
      turned_away.push_back(a.r->what().to.id);
    }
  });
  for (int round = 1; round <= 2; ++round) {
    here.add(a_request("r1"));
    here.add(a_request("r2"));
    here.add(a_request("r1"));
    CHECK(loop.before.size() == 1);
    CHECK(h.mail.empty());
    loop.round();
    CHECK(h.mail.size() == 2);
    CHECK(turned_away.size() == static_cast<std::size_t>(round));
    h.work_off();
  }
}
