#include <signal.h>

#include <catch2/catch.hpp>
#include <map>
#include <thread>

#include "tests/chaos/arena.hpp"

using namespace parlor::testing;
using Catch::Contains;

// What ends the process: who it was is known at the next start.
namespace {

std::string mistake(const std::string& how) { return R"({"how":")" + how + R"("})"; }

/// Has a room make a mistake that ends the process, and starts it again.
void crash(arena& a, const std::string& room, const std::string& command, const std::string& how) {
  REQUIRE(a.post(room + "/open").status == 200);
  CHECK(a.post(room + "/" + command, mistake(how)).status == 0);
  a.ends_by();
  a.start();
}

/// Has a room set a reminder that ends the process, and that is due again at the next start.
void crash_twice_by_a_reminder(arena& a, const std::string& room) {
  REQUIRE(a.post(room + "/open").status == 200);
  REQUIRE(a.post(room + "/later", mistake("crash")).status == 200);
  for (int life = 0; life < 2; ++life) {
    CHECK(a.ends_by() == SIGSEGV);
    a.start();
  }
}

}  // namespace

TEST_CASE("whatever ends the process in a handler is told with the actor, the command and the player") {
  const std::map<std::string, std::pair<int, std::string>> endings{
      {"crash", {SIGSEGV, "Segmentation fault"}},   {"no_function", {SIGSEGV, "Segmentation fault"}},
      {"recurse", {SIGSEGV, "Segmentation fault"}}, {"abort", {SIGABRT, "Aborted"}},
      {"terminate", {SIGABRT, "Aborted"}},          {"divide", {SIGFPE, "Floating point exception"}},
      {"trap", {SIGTRAP, "Trace/breakpoint trap"}},
  };
  arena a;
  for (const auto& [how, ending] : endings) {
    INFO(how);
    std::string room = "chaos/of_" + how;
    REQUIRE(a.post(room + "/open").status == 200);
    CHECK(a.post(room + "/mistake", mistake(how)).status == 0);
    CHECK(a.ends_by() == ending.first);
    CHECK_THAT(a.server->output(), Contains("parlor: " + ending.second + " in " + room + ": mistake of ann"));
    a.start();
    a.order("release", R"({"scope":"command","kind":"chaos","part":"mistake"})");
  }
}

TEST_CASE("a game that ends the program by exit has crashed") {
  arena a;
  REQUIRE(a.post("chaos/r/open").status == 200);
  CHECK(a.post("chaos/r/mistake", mistake("exit")).status == 0);
  CHECK(a.server->ends() == 128 + SIGABRT);
  CHECK_THAT(a.server->output(), Contains("parlor: a call of exit in chaos/r: mistake of ann"));
}

TEST_CASE("a signal that nobody has a use for ends nothing") {
  arena a;
  REQUIRE(a.post("chaos/r/open").status == 200);
  CHECK(a.post("chaos/r/mistake", mistake("alarm")).status == 200);
}

TEST_CASE("a room that crashed twice is in quarantine, with its state, until an operator releases it") {
  arena a;
  REQUIRE(a.post("chaos/good/open").status == 200);
  crash(a, "chaos/bad", "mistake", "crash");
  CHECK(a.post("chaos/bad/move").status == 200);
  crash(a, "chaos/bad", "mistake", "recurse");
  http_answer refused = a.post("chaos/bad/move");
  CHECK(refused.status == 503);
  CHECK(refused.code() == "quarantined");
  CHECK(a.get("chaos/bad").code() == "quarantined");
  CHECK(a.post("chaos/good/move").status == 200);

  http_answer listed = a.look("quarantine");
  CHECK(listed.status == 200);
  CHECK_THAT(listed.body, Contains(R"({"scope":"actor","kind":"chaos","id":"bad","part":"","sender":"","crashes":2,)"));
  CHECK_THAT(listed.body, Contains(R"("last_part":"mistake","why":"Segmentation fault")"));
  CHECK(json_part(a.look("actors/chaos/bad").body, "state.count") == "1");

  for (const char* order : {"wake", "close"})
    CHECK(a.order("actors/chaos/bad/" + std::string(order)).code() == "quarantined");

  CHECK(a.order("release", R"({"scope":"actor","kind":"chaos","id":"good"})").code() == "not_quarantined");
  CHECK(a.order("release", R"({"scope":"actor","kind":"chaos","id":"bad"})").status == 200);
  CHECK(json_part(a.post("chaos/bad/move").body, "count") == "2");
  // A release outlives the process.
  REQUIRE(a.server->pid() > 0);
  a.server->signal(SIGTERM);
  a.server->ends();
  a.start();
  CHECK(a.post("chaos/bad/move").status == 200);
}

TEST_CASE("a command that crashed three times within ten minutes is in quarantine, whatever the rooms") {
  arena a;
  for (const char* room : {"chaos/a", "chaos/b", "chaos/c"}) crash(a, room, "mistake", "crash");
  REQUIRE(a.post("chaos/d/open").status == 200);
  CHECK(a.post("chaos/d/mistake", mistake("throw")).code() == "quarantined");
  CHECK(a.post("chaos/d/move").status == 200);
  CHECK(a.post("chaos/a/move").status == 200);
  CHECK(a.order("release", R"({"scope":"command","kind":"chaos","part":"mistake"})").status == 200);
  CHECK(a.post("chaos/d/mistake", mistake("throw")).code() == "handler_failed");
}

TEST_CASE("a view, a service, an upgrade that crash are found as their commands are") {
  arena a;
  SECTION("a view") {
    REQUIRE(a.post("chaos/r/open").status == 200);
    REQUIRE(a.post("chaos/r/look", mistake("crash")).status == 200);
    for (int i = 0; i < 2; ++i) {
      CHECK(a.get("chaos/r").status == 0);
      CHECK(a.ends_by() == SIGSEGV);
      CHECK_THAT(a.server->output(), Contains("in chaos/r: view"));
      a.start();
    }
  }
  SECTION("a service") {
    for (int i = 0; i < 2; ++i) crash(a, "chaos/r", "ask", "crash");
  }
  SECTION("an upgrade") {
    REQUIRE(a.post("chaos/r/open").status == 200);
    a.server->signal(SIGTERM);
    REQUIRE(a.server->ends() == 0);
    for (int i = 0; i < 2; ++i) {
      a.start({"PARLOR_CHAOS_UPGRADE=crash"});
      CHECK(a.get("chaos/r").status == 0);
      CHECK(a.ends_by() == SIGSEGV);
      CHECK_THAT(a.server->output(), Contains("in chaos/r: waking"));
    }
    a.start({"PARLOR_CHAOS_UPGRADE=crash"});
  }
  SECTION("of a kind that is not stored") {
    for (int i = 0; i < 2; ++i) crash(a, "flash/r", "mistake", "crash");
    CHECK(a.post("flash/r/open").code() == "quarantined");
    return;
  }
  CHECK(a.get("chaos/r").code() == "quarantined");
  CHECK(a.post("chaos/s/open").status == 200);
}

TEST_CASE("a reminder that crashes is no crash loop: it waits unspent until its room is released") {
  arena a;
  crash_twice_by_a_reminder(a, "chaos/r");
  CHECK(a.get("chaos/r").code() == "quarantined");
  REQUIRE(a.server->says("quarantined chaos/r"));
  CHECK(a.order("release", R"({"scope":"actor","kind":"chaos","id":"r"})").status == 200);
  CHECK(a.ends_by() == SIGSEGV);  // it comes again
}

TEST_CASE("a room in quarantine can be dropped, with what is owed to it") {
  arena a;
  crash_twice_by_a_reminder(a, "chaos/r");
  CHECK(a.order("actors/chaos/s/drop").code() == "not_quarantined");
  CHECK(a.order("actors/chaos/r/drop").status == 200);
  CHECK(a.get("chaos/r").code() == "unknown_room");
  CHECK(a.post("chaos/r/open").status == 200);
  a.server->signal(SIGTERM);
  CHECK(a.server->ends() == 0);
}

TEST_CASE("what is held for a room that is closed does not come to the next room of that name") {
  arena a;
  REQUIRE(a.post("chaos/c/open").status == 200);
  REQUIRE(a.post("chaos/c/later", R"({"how":"crash","ms":2000})").status == 200);
  for (const char* room : {"chaos/a", "chaos/b", "chaos/d"}) crash(a, room, "mistake", "crash");
  std::this_thread::sleep_for(std::chrono::milliseconds(2200));  // until it is due, and held
  CHECK(a.order("actors/chaos/c/close").status == 200);
  REQUIRE(a.post("chaos/c/open").status == 200);
  CHECK(a.order("release", R"({"scope":"command","kind":"chaos","part":"mistake"})").status == 200);
  CHECK(json_part(a.post("chaos/c/move").body, "count") == "1");
  a.server->signal(SIGTERM);
  CHECK(a.server->ends() == 0);
}

TEST_CASE("a reminder that crashes while the server starts keeps it down only until its room is in quarantine") {
  arena a({}, arena::again::by_its_parent);
  REQUIRE(a.post("chaos/r/open").status == 200);
  REQUIRE(a.post("chaos/r/later", R"({"how":"crash","ms":500})").status == 200);
  a.server->signal(SIGTERM);
  REQUIRE(a.server->ends() == 0);
  std::this_thread::sleep_for(std::chrono::milliseconds(600));  // while nobody serves, it comes due
  a.start();
  CHECK(eventually([&] { return a.get("chaos/r").code() == "quarantined"; }));
  a.server->signal(SIGTERM);
  CHECK(a.server->ends() == 0);
}

TEST_CASE("a kill from outside counts for nobody") {
  arena a({"--handler-abort", "1h"});
  for (int which : {SIGKILL, SIGSEGV, SIGKILL}) {
    REQUIRE(a.post("chaos/r/open").status == 200);
    loopback_client caller(a.port);
    caller.send("POST /api/chaos/r/mistake HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: " +
                a.ann().at("Authorization") + "\r\nContent-Length: 14\r\n\r\n{\"how\":\"loop\"}");
    REQUIRE(a.server->says("slow_handler chaos/r"));
    a.server->signal(which);
    CHECK(a.ends_by() == which);
    a.start();
  }
  CHECK(a.post("chaos/r/move").status == 200);
  CHECK(a.look("quarantine").body == R"({"quarantine":[]})");
}
