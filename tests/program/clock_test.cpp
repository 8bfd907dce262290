#include <catch2/catch.hpp>

#include "tests/program/serving.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/loopback_client.hpp"
#include "tests/support/program.hpp"
#include "tests/support/stepped_clock.hpp"

// A server whose civil clock is set while it serves.
using namespace parlor::testing;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

/// A server and the clock that it goes by.
class clocked_server {
 public:
  loopback_client::headers token(const std::string& player, const std::string& ttl) {
    program p({"token", "--player", player, "--ttl", ttl, "--data", data.path()}, clock.environment());
    REQUIRE(p.ends() == 0);
    return {{"Authorization", "Bearer " + p.output().substr(0, p.output().find('\n'))}};
  }
  int status(const std::string& path, const loopback_client::headers& with = {}) {
    return client.request("GET", path, with).status;
  }

  scratch_folder data;
  stepped_clock clock;
  program server{serving(data), clock.environment()};
  loopback_client client{server.port()};
};

}  // namespace

TEST_CASE("when the civil clock is set forward, tokens expire by it and what is due happens") {
  clocked_server s;
  auto ann = s.token("ann", "60s");
  CHECK(s.client.request("POST", "/api/tictactoe/r/join", ann).status == 200);
  CHECK(s.status("/api/session", ann) == 200);
  s.clock.set(2h);
  CHECK(eventually([&] { return s.status("/api/session", ann) == 401; }, 5s));
  CHECK(s.status("/api/session", s.token("ann", "60s")) == 200);
  CHECK(s.server.says("clock_set forward by 7200 s"));
  // A room that nobody came to is deleted after an hour.
  CHECK(eventually([&] { return s.status("/api/tictactoe/r") == 404; }, 5s));
}

TEST_CASE("when the civil clock is set back, tokens are judged by it, and time does not go back") {
  clocked_server s;
  auto time_now = [&] { return s.client.request("GET", "/api/admin", s.token("root", "60s")).field("time"); };
  auto early = s.token("ann", "3h");
  std::string before = time_now();
  s.clock.set(-2h);
  CHECK(s.server.says("clock_set back by 7200 s"));
  CHECK(s.status("/api/session", s.token("ann", "60s")) == 200);
  CHECK(s.status("/api/session", early) == 200);
  auto guest = s.client.request("POST", "/api/guest");
  CHECK(s.status("/api/session", {{"Authorization", "Bearer " + guest.field("token")}}) == 200);
  CHECK(time_now() >= before);
}
