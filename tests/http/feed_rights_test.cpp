#include <catch2/catch.hpp>
#include <future>

#include "http/feeds/event_id.hpp"
#include "http/feeds/event_stream.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/json.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/stream_client.hpp"

// A feed lasts as long as the right to it.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

loopback_client::headers under(const std::string& token) {
  return {{"Authorization", "Bearer " + token}, {"Prefer", "wait=25"}};
}

/// A long poll on another connection, for what comes after now.
std::future<http_answer> poll(served& s, const std::string& feed, const loopback_client::headers& with,
                              const std::string& ticket = {}) {
  std::string asked = ticket.empty() ? feed : feed + "?ticket=" + ticket;
  std::string next = s.get(asked, with).field("next");
  REQUIRE_FALSE(next.empty());
  asked += (ticket.empty() ? "?after=" : "&after=") + next;
  return std::async(std::launch::async, [port = s.sockets.port(), asked, with] {
    return loopback_client(port).request("GET", asked, with);
  });
}

/// A clock whose civil time somebody may set.
struct set_clock final : clock {
  [[nodiscard]] instant now() const override { return time; }
  [[nodiscard]] instant civil() const override { return time + set_by; }
  instant time = from_ms(1'700'000'000'000);
  duration set_by{0};
};

/// What is written to it.
struct written final : http::outlet {
  void write(std::shared_ptr<const std::string> more) override { text += *more; }
  void end() override { ended = true; }
  [[nodiscard]] bool has(std::uint64_t version) const {
    return text.find("id: " + http::event_id({1, version}, 0) + "\n") != std::string::npos;
  }
  std::string text;
  bool ended = false;
};

}  // namespace

TEST_CASE("a long poll is answered when its token expires, and tells nothing that comes later") {
  served s;
  for (const char* player : {"ann", "bob"}) s.post("/api/tictactoe/r1/join", s.as(player));
  auto briefly = [&](http::role as) { return s.tokens.sign({"ann", as, real_clock().now() + 3s}); };
  std::string ann = briefly(http::role::player), root = briefly(http::role::admin);
  std::string ticket =
      s.post("/api/session/ticket", under(ann), json("feed", std::string("/api/session/events"))).field("ticket");
  std::vector<std::future<http_answer>> waiting;
  waiting.push_back(poll(s, "/api/session/events", under(ann)));
  waiting.push_back(poll(s, "/api/session/events", {{"Prefer", "wait=25"}}, ticket));
  waiting.push_back(poll(s, "/api/tictactoe/r1/events", under(ann)));
  waiting.push_back(poll(s, "/api/admin/actors/tictactoe/r1/events", under(root)));
  REQUIRE(eventually([&] { return s.runtime.stats().watchers == waiting.size(); }));
  for (auto& answered : waiting) {
    REQUIRE(answered.wait_for(6s) == std::future_status::ready);
    http_answer answer = answered.get();
    CHECK(answer.code() == "unauthorized");
    CHECK(answer.field("detail") == "the token has expired");
  }
  CHECK(s.runtime.stats().watchers == 0);
}

TEST_CASE("a log that is followed in silence ends with its token, too, and so does a stream of events") {
  served s;
  for (const char* player : {"ann", "bob"}) s.post("/api/tictactoe/r1/join", s.as(player));
  stream_client room(s, "/api/tictactoe/r1/events",
                     under(s.tokens.sign({"ann", http::role::player, real_clock().now() + 2s})));
  room.until("event: snapshot");
  stream_client log(s, "/api/admin/log", under(s.tokens.sign({"root", http::role::admin, real_clock().now() + 2s})));
  log.until("event: lines");
  CHECK(s.log.followers() == 1);
  CHECK(eventually([&] { return s.log.followers() == 0; }));
  CHECK(log.connection.read_to_end().find("event:") == std::string::npos);
  CHECK(eventually([&] { return s.sockets.streams().open == 0; }));
  CHECK(room.connection.read_to_end().find("event:") == std::string::npos);
}

TEST_CASE("what comes on the moment at which a token expires is told no more") {
  manual_clock time;
  http::deny_list nobody({});
  http::feed_right right =
      http::feed_rights(time, nobody).make(http::identity{"ann", http::role::player, time.now() + 2s}, {});
  http::event_stream flow({}, right, {});
  auto to = std::make_shared<written>();
  flow.open(to);
  auto hear = [&](std::uint64_t version) {
    feed_update news;
    news.tag = {1, version};
    flow.hear(std::make_shared<const feed_update>(std::move(news)));
  };
  hear(2);
  time.advance(2s - 1ms);
  hear(3);
  CHECK(to->has(3));
  CHECK_FALSE(to->ended);
  time.advance(1ms);
  hear(4);
  CHECK_FALSE(to->has(4));
  CHECK(to->ended);
}

TEST_CASE("a right ends when its token does by either time, and not before") {
  set_clock time;
  http::deny_list nobody({});
  http::feed_rights rights(time, nobody);
  const http::identity ann{"ann", http::role::player, time.civil() + 1min};
  http::feed_right right = rights.make(ann, {});
  CHECK(right.ends() == time.now() + 1min);
  CHECK_FALSE(right.ended());
  time.set_by = 1min;  // set forward: the token has expired for whoever looks at it
  CHECK(right.ended());
  time.set_by = -1h;  // set back: nobody has longer than it was given for
  CHECK_FALSE(right.ended());
  time.time += 1min;
  CHECK(right.ended());
  CHECK(rights.make({}, {}).ends() == instant{});
  CHECK_FALSE(rights.make({}, {}).ended());
}

TEST_CASE("a feed that has gone before it is kept is kept by nobody") {
  manual_clock time;
  http::deny_list nobody({});
  http::feed_right right = http::feed_rights(time, nobody).make({}, {});
  http::event_stream gone({}, right, {}), here({}, right, {});
  auto entry = std::make_shared<int>();
  gone.closed();
  gone.keep({}, entry);
  CHECK(entry.use_count() == 1);
  here.keep({}, entry);
  CHECK(entry.use_count() == 2);
  here.closed();
  CHECK(entry.use_count() == 1);
}
