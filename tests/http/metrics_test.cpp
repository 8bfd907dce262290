#include <catch2/catch.hpp>

#include "tests/support/check_problem.hpp"
#include "tests/support/json.hpp"
#include "tests/support/served.hpp"
#include "tests/support/stream_client.hpp"

// What /metrics says, and to whom.
using namespace parlor;
using namespace parlor::testing;
using Catch::Contains;

namespace {

/// The value of a series as it stands on the page, or "".
std::string value_of(const std::string& page, const std::string& series) {
  auto at = ("\n" + page).find("\n" + series + " ");
  if (at == std::string::npos) return "";
  at += series.size() + 1;
  return page.substr(at, page.find('\n', at) - at);
}

std::string count_of(const std::string& page, const std::string& method, const std::string& route,
                     const std::string& status, const std::string& kind = {}) {
  std::string series = "{method=\"" + method + "\",route=\"" + route + "\",status=\"" + status + "\"";
  if (!kind.empty()) series += ",kind=\"" + kind + "\"";
  return value_of(page, "parlor_http_request_duration_seconds_count" + series + "}");
}

}  // namespace

TEST_CASE("a histogram counts each number once, under the first bound that it is not over") {
  static constexpr std::array<std::uint64_t, 3> bounds{10, 20, 30};
  histogram h(bounds);
  for (std::uint64_t n : {0, 10, 11, 20, 30, 31, 1000}) h.record(n);
  auto r = h.read();
  CHECK(r.counts[0] == 2);
  CHECK(r.counts[1] == 2);
  CHECK(r.counts[2] == 1);
  CHECK(r.counts[3] == 2);
  CHECK(r.count == 7);
  CHECK(r.sum == 1102);
}

TEST_CASE("every request is counted under its route, its kind and the class of its status") {
  served s;
  REQUIRE(s.post("/api/tictactoe/r/join", s.as("ann")).status == 200);
  REQUIRE(s.post("/api/tictactoe/r/join", s.as("bob")).status == 200);
  check_problem(s.post("/api/tictactoe/r/place", s.as("bob"), json("cell", 0)), 422, "not_your_turn");
  REQUIRE(s.post("/api/tictactoe/r/place", s.as("ann"), json("cell", 0)).status == 200);
  s.get("/api/tictactoe/r");
  s.get("/api/tictactoe");
  s.post("/api/tictactoe", s.as("ann"));
  s.post("/api/tictactoe/join", s.as("ann"));
  s.post("/api/counter/add", s.as("ann"));
  s.get("/api/counter", s.as("ann"));
  s.get("/api/counter/session/status", s.as("ann"));
  s.post("/api/counter/session/open", s.as("ann"));
  s.post("/api/counter/session/close", s.as("ann"));
  s.get("/api/tictactoe/r/events?wait=0", s.as("ann"));
  s.get("/api/counter/events?wait=0", s.as("ann"));
  s.post("/api/session/ticket", s.as("ann"), json("feed", "/api/session/events"));
  s.post("/api/guest");
  s.get("/api/stats");
  s.get("/healthz");
  s.get("/readyz");
  s.get("/");
  s.get("/no/such/page");
  s.client.request("OPTIONS", "/api/guest");
  std::string page = s.get("/metrics").body;

  const std::string room = "/api/{kind}/{id}", path = "/api/{kind}";
  CHECK(count_of(page, "POST", room + "/join", "2xx", "tictactoe") == "2");
  CHECK(count_of(page, "POST", room + "/place", "2xx", "tictactoe") == "1");
  CHECK(count_of(page, "POST", room + "/place", "4xx", "tictactoe") == "1");
  CHECK(count_of(page, "GET", room, "2xx", "tictactoe") == "1");
  CHECK(count_of(page, "GET", path, "2xx", "tictactoe") == "1");
  CHECK(count_of(page, "POST", path, "2xx", "tictactoe") == "1");
  CHECK(count_of(page, "POST", path + "/join", "2xx", "tictactoe") == "1");
  CHECK(count_of(page, "POST", path + "/add", "2xx", "counter") == "1");
  CHECK(count_of(page, "GET", path, "2xx", "counter") == "1");
  CHECK(count_of(page, "GET", path + "/session/status", "2xx", "counter") == "1");
  CHECK(count_of(page, "POST", path + "/session/open", "2xx", "counter") == "1");
  CHECK(count_of(page, "POST", path + "/session/close", "2xx", "counter") == "1");
  CHECK(count_of(page, "GET", room + "/events", "2xx", "tictactoe") == "1");
  CHECK(count_of(page, "GET", path + "/events", "2xx", "counter") == "1");
  CHECK(count_of(page, "POST", "/api/session/ticket", "2xx") == "1");
  CHECK(count_of(page, "POST", "/api/guest", "2xx") == "1");
  CHECK(count_of(page, "GET", "/api/stats", "2xx") == "1");
  CHECK(count_of(page, "GET", "/healthz", "2xx") == "1");
  CHECK(count_of(page, "GET", "/readyz", "2xx") == "1");
  CHECK(count_of(page, "GET", "/{page}", "2xx") == "1");
  CHECK(count_of(page, "", "other", "4xx") == "1");
  CHECK(count_of(page, "OPTIONS", "*", "2xx") == "1");
  CHECK(count_of(page, "GET", "/metrics", "2xx").empty());  // counted when it is answered
  CHECK(count_of(s.get("/metrics").body, "GET", "/metrics", "2xx") == "1");
}

TEST_CASE("the page adds up with the statistics, and times are in seconds") {
  served s;
  for (int i = 0; i < 5; ++i) REQUIRE(s.post("/api/counter/add", s.as("ann")).status == 200);
  check_problem(s.post("/api/counter/throw", s.as("ann")), 500, "handler_failed");
  std::string page = s.get("/metrics").body;
  CHECK(value_of(page, "parlor_requests_accepted_total") == "6");
  CHECK(value_of(page, "parlor_requests_answered_total") == "5");
  CHECK(value_of(page, "parlor_requests_refused_total{reason=\"handler_failed\"}") == "1");
  CHECK(value_of(page, "parlor_requests_in_flight") == "0");
  CHECK(value_of(page, "parlor_actors_awake{kind=\"counter\"}") == "1");
  CHECK(value_of(page, "parlor_actors_woken_total") == "1");
  const std::string adds = "{method=\"POST\",route=\"/api/{kind}/add\",status=\"2xx\",kind=\"counter\"";
  CHECK(value_of(page, "parlor_http_request_duration_seconds_bucket" + adds + ",le=\"10\"}") == "5");
  CHECK(value_of(page, "parlor_http_request_duration_seconds_bucket" + adds + ",le=\"+Inf\"}") == "5");
  double sum = std::stod(value_of(page, "parlor_http_request_duration_seconds_sum" + adds + "}"));
  CHECK(sum > 0);
  CHECK(sum < 10);
}

TEST_CASE("the page has no word that a client chose") {
  served s;
  s.post("/api/tictactoe/secretroom/join", s.as("secretplayer"));
  s.get("/secretpath");
  s.post("/api/tictactoe/secretroom/secretcommand", s.as("secretplayer"));
  // A method that other servers know.
  CHECK(s.client.request("PROPFIND", "/api/guest").status == 501);
  CHECK_THAT(s.get("/metrics").body, !Contains("secret", Catch::CaseSensitive::No) && !Contains("PROPFIND"));
}

TEST_CASE("by default metrics are for this machine, and not through a proxy or a page") {
  served s;
  auto page = s.get("/metrics");
  CHECK(page.status == 200);
  CHECK(page.header("content-type") == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(page.header("cache-control") == "no-store");
  check_problem(s.get("/metrics", {{"X-Forwarded-For", "192.0.2.1"}}), 403, "forbidden");
  check_problem(s.get("/metrics", {{"X-Forwarded-For", "127.0.0.1"}}), 403, "forbidden");
  for (const char* name : {"Forwarded", "Via", "X-Real-IP", "via"}) {
    auto refused = s.get("/metrics", {{name, "1.1 somebody"}});
    check_problem(refused, 403, "forbidden");
    CHECK_THAT(refused.body, Contains("the setting metrics"));
  }
  // Whatever the last of several lines says.
  CHECK(s.client.raw("GET /metrics HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-For:\r\n\r\n")
            .status == 403);
  check_problem(s.get("/metrics", {{"Origin", "https://elsewhere.example"}}), 403, "forbidden");
  check_problem(s.post("/metrics"), 405, "method_not_allowed");
}

TEST_CASE("metrics can be for administrators, for everyone or for nobody") {
  served admins({}, {.metrics = http::metrics_for::admin});
  check_problem(admins.get("/metrics"), 401, "unauthorized");
  check_problem(admins.get("/metrics", {{"Authorization", "Bearer x.y.z"}}), 401, "unauthorized");
  check_problem(admins.get("/metrics", admins.as("ann")), 403, "forbidden");
  CHECK(admins.get("/metrics", {{"Authorization", "Bearer " + admins.token("root", http::role::admin)}}).status == 200);
  loopback_client::headers proxied{{"Authorization", "Bearer " + admins.token("root", http::role::admin)},
                                   {"Via", "1.1 somebody"}};
  auto refused = admins.get("/metrics", proxied);
  check_problem(refused, 403, "forbidden");
  CHECK_THAT(refused.body, Contains("the setting operators_through_proxy"));
  served open({}, {.metrics = http::metrics_for::admin, .operators_through_proxy = true});
  CHECK(open.get("/metrics", proxied).status == 200);
  served everyone({}, {.metrics = http::metrics_for::everyone});
  CHECK(everyone.get("/metrics", {{"X-Forwarded-For", "192.0.2.1"}}).status == 200);
  served none({}, {.metrics = http::metrics_for::nobody});
  check_problem(none.get("/metrics"), 404, "not_found");
}

TEST_CASE("watchers that are refused are counted by the limit") {
  options limits;
  limits.watchers_per_actor_max = 2;
  limits.watchers_per_player_max = 1;
  limits.watchers_max = 3;
  served s(limits);
  for (const char* room : {"a", "b"}) s.post("/api/numbered/" + std::string(room) + "/add", s.as("ann"));
  stream_client anns(s, "/api/numbered/a/events", s.as("ann"));
  CHECK(s.get("/api/numbered/b/events", s.as("ann")).code() == "too_many_watchers");
  stream_client second(s, "/api/numbered/a/events");
  CHECK(s.get("/api/numbered/a/events", as_stream).code() == "too_many_watchers");
  stream_client third(s, "/api/numbered/b/events");
  CHECK(s.get("/api/numbered/b/events", as_stream).code() == "overloaded");
  std::string page = s.get("/metrics").body;
  for (const char* limit : {"player", "actor", "all"})
    CHECK_THAT(page, Catch::Contains("parlor_watchers_refused_total{limit=\"" + std::string(limit) + "\"} 1\n"));
}
