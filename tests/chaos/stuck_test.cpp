#include <signal.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <future>
#include <list>

#include "tests/chaos/arena.hpp"

using namespace parlor::testing;
using namespace std::chrono_literals;
using Catch::Contains;

// Handlers that do not end: everybody else is served meanwhile, and there is an end.
namespace {

using steady = std::chrono::steady_clock;

std::future<http_answer> post_later(arena& a, const std::string& path, const std::string& body) {
  a.ann();
  return std::async(std::launch::async, [&a, path, body] { return a.post(path, body); });
}

const std::string loops = R"({"how":"loop"})";

}  // namespace

TEST_CASE("while a handler loops every connection, old or new, is answered, and the caller has its 504 in time") {
  arena a({"--handler-abort", "1h", "--deadline", "1s"});
  REQUIRE(a.post("chaos/bad/open").status == 200);
  REQUIRE(a.post("chaos/good/open").status == 200);
  std::list<loopback_client> kept;
  for (int i = 0; i < 16; ++i) REQUIRE(kept.emplace_back(a.port).request("GET", "/healthz").status == 200);
  auto began = steady::now();
  auto stuck = post_later(a, "chaos/bad/mistake", loops);
  REQUIRE(a.server->says("slow_handler chaos/bad: mistake is still running"));
  for (loopback_client& c : kept) {
    CHECK(c.request("GET", "/healthz").status == 200);
    CHECK(c.request("GET", "/readyz").status == 200);
    CHECK(c.request("POST", "/api/chaos/good/move", a.ann(), "{}").status == 200);
  }
  for (int i = 0; i < 16; ++i) CHECK(loopback_client(a.port).request("GET", "/api/chaos/good").status == 200);
  CHECK(steady::now() - began < 1s);
  http_answer late = stuck.get();
  CHECK(late.status == 504);
  CHECK(late.code() == "outcome_unknown");
  CHECK(steady::now() - began < 2s);
  // Who asks for that room itself has to wait, and is told.
  CHECK(a.post("chaos/bad/move").code() == "deadline_passed");
  std::string stats = a.get("stats").body;
  CHECK(json_part(stats, "requests.refused_by.outcome_unknown") == "1");
  CHECK(json_part(stats, "requests.in_flight") == "0");
}

TEST_CASE("several handlers that loop at once hold up nobody else") {
  arena a({"--handler-abort", "1h", "--deadline", "2s"});
  REQUIRE(a.post("chaos/good/open").status == 200);
  std::list<std::future<http_answer>> stuck;
  for (int i = 0; i < 5; ++i) {
    std::string room = "chaos/bad" + std::to_string(i);
    REQUIRE(a.post(room + "/open").status == 200);
    stuck.push_back(post_later(a, room + "/mistake", loops));
    REQUIRE(a.server->says("slow_handler " + room));
  }
  for (int i = 0; i < 16; ++i) CHECK(a.post("chaos/good/move").status == 200);
  for (auto& s : stuck) CHECK(s.get().status == 504);
}

TEST_CASE("a handler that was slow, and relieved, ends as any other, and its loop goes on") {
  arena a;
  for (int i = 0; i < 4; ++i) REQUIRE(a.post("chaos/slow" + std::to_string(i) + "/open").status == 200);
  REQUIRE(a.post("chaos/good/open").status == 200);
  for (int round = 0; round < 4; ++round) {
    std::list<std::future<http_answer>> slow;
    for (int i = 0; i < 4; ++i)
      slow.push_back(post_later(a, "chaos/slow" + std::to_string(i) + "/mistake",
                                R"({"how":"","ms":)" + std::to_string(200 + 70 * i) + "}"));
    for (int i = 0; i < 50; ++i) CHECK(a.post("chaos/good/move").status == 200);
    for (auto& s : slow) CHECK(s.get().status == 200);
  }
  for (int i = 0; i < 4; ++i) CHECK(json_part(a.get("chaos/slow" + std::to_string(i)).body, "count") == "4");
  CHECK(json_part(a.get("chaos/good").body, "count") == "200");
  a.server->signal(SIGTERM);
  CHECK(a.server->ends() == 0);
}

TEST_CASE("a handler that does not end ends the process, in the name of its room") {
  arena a({"--handler-abort", "1s"});
  for (int i = 0; i < 2; ++i) {
    REQUIRE(a.post("chaos/bad/open").status == 200);
    auto began = steady::now();
    CHECK(a.post("chaos/bad/mistake", i == 0 ? loops : R"({"how":"sleep"})").status == 0);
    CHECK(a.ends_by() == SIGABRT);
    CHECK(steady::now() - began < 2s);
    CHECK_THAT(a.server->output(), Contains("handler_stuck chaos/bad: mistake is still running after 1"));
    CHECK_THAT(a.server->output(), Contains(" ms in chaos/bad: mistake of ann; the stack"));
    a.start();
  }
  CHECK(a.post("chaos/bad/move").code() == "quarantined");
}

TEST_CASE("a server whose handler loops stops in the time that it has") {
  arena a({"--handler-abort", "1h", "--stop-within", "2s", "--deadline", "1s"});
  REQUIRE(a.post("chaos/bad/open").status == 200);
  auto stuck = post_later(a, "chaos/bad/mistake", loops);
  REQUIRE(a.server->says("slow_handler chaos/bad"));
  auto began = steady::now();
  a.server->signal(SIGTERM);
  CHECK(a.server->ends() == 0);
  CHECK(steady::now() - began < 4s);
  CHECK(stuck.get().status == 504);
}

TEST_CASE("a process that was stopped for a while takes nobody's handler for stuck") {
  arena a({"--handler-abort", "1s"});
  REQUIRE(a.post("chaos/slow/open").status == 200);
  auto slow = post_later(a, "chaos/slow/mistake", R"({"how":"","ms":700})");
  REQUIRE(a.server->says("slow_handler chaos/slow"));
  a.server->signal(SIGSTOP);
  std::this_thread::sleep_for(1500ms);  // the time that is lost
  a.server->signal(SIGCONT);
  CHECK(slow.get().status == 200);
}
