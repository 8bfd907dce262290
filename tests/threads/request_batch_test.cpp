#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <vector>

#include "runtime/hosting/loops/request_batch.hpp"
#include "tests/support/directory_fixture.hpp"

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
  void after_runs(work) override { std::terminate(); }
  void at_round_end(work) override { std::terminate(); }
  void before_runs(work task) override { before.push_back(std::move(task)); }
  void round() {
    for (work& task : std::exchange(before, {})) task();
  }
  std::vector<work> before;
};

std::vector<directory::batched_request> arrivals_of(std::initializer_list<std::string> ids) {
  std::vector<directory::batched_request> batch;
  for (const std::string& id : ids) batch.push_back({a_request(id)});
  return batch;
}

std::vector<std::string> ids_of(const std::vector<request_ptr>& mail) {
  std::vector<std::string> ids;
  for (const request_ptr& r : mail) ids.push_back(r->call().to.id);
  return ids;
}

}  // namespace

TEST_CASE("of requests that are offered together each meets what it would meet alone") {
  directory_fixture fixture(2);
  fixture.wake("r1");
  fixture.wake("r2");
  fixture.actors.leave(fixture.wake("gone"));
  auto batch = arrivals_of({"r2", "r1", "nobody", "r1", "gone", "r1", "r2"});
  fixture.actors.offer_all(batch, fixture.time.now());
  CHECK(ids_of(fixture.mail) == std::vector<std::string>{"r2", "r1", "r1", "r2"});
  std::vector<offered> became;
  for (const auto& a : batch) {
    became.push_back(a.became);
    CHECK((a.r == nullptr) == (a.became == offered::delivered));
  }
  using enum directory::offered;
  CHECK(became == std::vector<offered>{delivered, delivered, not_awake, delivered, leaving, actor_busy, delivered});
  batch.clear();
  CHECK(fixture.actors.look(chess(), "r1"));
}

TEST_CASE("requests that are offered together are counted on their actors before they are put") {
  directory_fixture fixture;
  directory_entry& s = fixture.wake("r1");
  auto batch = arrivals_of({"r1", "r1"});
  fixture.actors.offer_all(batch, fixture.time.now());
  CHECK_FALSE(fixture.actors.leave(s));
  fixture.work_off();
  CHECK(fixture.drained == std::vector<directory_entry*>{&s});
}

TEST_CASE("many actors are found together, however crowded the table is") {
  directory_fixture fixture;
  std::vector<directory::batched_request> batch;
  std::vector<std::string> ids;
  for (int i = 0; i < 3000; ++i) {
    ids.push_back("room_" + std::to_string(i) + std::string(static_cast<std::size_t>(i % 40), 'x'));
    fixture.wake(ids.back());
    batch.push_back({a_request(ids.back())});
  }
  fixture.actors.offer_all(batch, fixture.time.now());
  CHECK(ids_of(fixture.mail) == ids);
}

TEST_CASE("what a loop reads in one round goes to the actors together, before the turns") {
  directory_fixture fixture;
  fixture.wake("r1");
  toy_loop loop;
  std::vector<std::string> turned_away;
  request_batch here(loop, fixture.actors, fixture.time, [&](std::span<directory::batched_request> batch) {
    CHECK(batch.size() == 3);
    for (const directory::batched_request& a : batch) {
      if (!a.r) continue;
      CHECK(a.became == offered::not_awake);
      turned_away.push_back(a.r->call().to.id);
    }
  });
  for (int round = 1; round <= 2; ++round) {
    here.add(a_request("r1"));
    here.add(a_request("r2"));
    here.add(a_request("r1"));
    CHECK(loop.before.size() == 1);
    CHECK(fixture.mail.empty());
    loop.round();
    CHECK(fixture.mail.size() == 2);
    CHECK(turned_away.size() == static_cast<std::size_t>(round));
    fixture.work_off();
  }
}
