#include <catch2/catch.hpp>
#include <future>
#include <mutex>

#include "tests/support/check_problem.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/json.hpp"
#include "tests/support/served.hpp"

// Sessions over a real socket: their status, opening, closing, statistics, and what goes through them.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;
using Catch::Contains;

TEST_CASE("a session is reached by its player alone") {
  served s;
  CHECK(s.post("/api/counter/add", s.as("ann"), json("by", 5)).body == R"({"count":5})");
  CHECK(s.get("/api/counter", s.as("ann")).body == R"({"count":5})");
  CHECK(s.get("/api/counter", s.as("bob")).body == R"({"count":0})");
  check_problem(s.get("/api/counter"), 401, "unauthorized");
  check_problem(s.post("/api/counter/add"), 401, "unauthorized");
  // No path leads to somebody else's.
  check_problem(s.get("/api/counter/ann", s.as("bob")), 404, "unknown_command");
  check_problem(s.get("/api/counter/ann/read", s.as("bob")), 404, "not_found");
  check_problem(s.get("/api/session/ann", s.as("bob")), 404, "unknown_command");
}

TEST_CASE("a session says whether it is awake, and is closed") {
  served s;
  auto before = s.get("/api/counter/session/status", s.as("ann"));
  CHECK(before.body == R"({"has_session":false,"session_id":null,"created_at":null,)"
                       R"("last_activity":null,"services":[],"user_id":"ann"})");
  s.post("/api/counter/add", s.as("ann"));
  auto during = s.get("/api/counter/session/status", s.as("ann"));
  CHECK_THAT(during.body, Contains("\"has_session\":true"));
  CHECK_THAT(during.field("session_id"), Catch::StartsWith("counter-ann-"));
  CHECK_THAT(during.field("created_at"), Catch::EndsWith("Z"));
  CHECK_THAT(s.get("/api/stats", s.as("ann")).body, Contains(R"("sessions":{"total":1,"mine":1,"by_kind":{)"));
  CHECK(s.post("/api/counter/session/close", s.as("ann")).body == R"({"closed":true})");
  CHECK(s.post("/api/counter/session/close", s.as("ann")).body == R"({"closed":false})");
  CHECK_THAT(s.get("/api/counter/session/status", s.as("ann")).body, Contains("\"has_session\":false"));
  CHECK(s.get("/api/counter", s.as("ann")).body == R"({"count":1})");
}

TEST_CASE("a session is opened with its services, before it is needed") {
  served s;
  auto open = s.post("/api/talk/session/open", s.as("ann"));
  CHECK(open.status == 200);
  CHECK(open.body == R"({"lines":[]})");
  s.post("/api/talk/session/open", s.as("ann"));
  CHECK(s.world.made == std::vector<std::string>{"ann", "ann"});
  CHECK_THAT(s.get("/api/talk/session/status", s.as("ann")).body, Contains(R"("services":["oracle","scribe"])"));
  s.world.refuses = true;
  check_problem(s.post("/api/talk/say", s.as("ann"), json("text", "hello")), 502, "service_failed");
  CHECK(s.post("/api/talk/session/close", s.as("ann")).body == R"({"closed":true})");
  CHECK_THAT(s.get("/api/talk/session/status", s.as("ann")).body, Contains(R"("services":[])"));
  CHECK(s.post("/api/counter/session/open", s.as("ann")).body == R"({"count":0})");
  check_problem(s.get("/api/talk/session/open", s.as("ann")), 405, "method_not_allowed");
  check_problem(s.post("/api/talk/session/open"), 401, "unauthorized");
}

TEST_CASE("the player's own actor lists their rooms") {
  served s;
  CHECK(s.get("/api/session", s.as("ann")).body ==
        R"({"player":"ann","rooms":[],"invitations":[],"last_active":null})");
  s.post("/api/tictactoe/r/join", s.as("ann"));
  auto mine = s.get("/api/session", s.as("ann"));
  CHECK_THAT(mine.body, Contains(R"("rooms":[{"kind":"tictactoe","id":"r"}])"));
  CHECK(s.post("/api/session/close", s.as("ann")).status == 200);
  check_problem(s.get("/api/session"), 401, "unauthorized");
  check_problem(s.post("/api/session/entered", s.as("ann"), json("kind", "x", "id", "y")), 404, "unknown_command");
}

TEST_CASE("the statistics tell sessions in all, by kind, and of one user") {
  served s;
  s.post("/api/counter/add", s.as("ann"), json("by", 1));
  s.post("/api/counter/add", s.as("bob"), json("by", 1));
  s.post("/api/talk/note", s.as("ann"), json("text", "x"));
  auto text = s.get("/api/stats", s.as("ann")).body;
  CHECK_THAT(text, Contains(R"("sessions":{"total":3,"mine":2,"by_kind":{)"));
  CHECK_THAT(text, Contains(R"("counter":2)"));
  CHECK_THAT(s.get("/api/stats?user=ann", s.as("ann")).body,
             Contains(R"("user":{"name":"ann","total":2,"kinds":["counter","talk"]})"));
  check_problem(s.get("/api/stats?user=ann", s.as("bob")), 403, "forbidden");
  check_problem(s.get("/api/stats?user=ann"), 403, "forbidden");
  loopback_client::headers admin{{"Authorization", "Bearer " + s.token("root", http::role::admin)}};
  CHECK_THAT(s.get("/api/stats?user=bob", admin).body,
             Contains(R"("user":{"name":"bob","total":1,"kinds":["counter"]})"));
}

namespace {

/// A call that is under way on a connection of its own, and what its service was asked.
struct dialed {
  dialed(served& s, const std::string& target, loopback_client::headers with, const std::string& body)
      : answer(std::async(std::launch::async, [&s, target, with, body] {
          return loopback_client(s.sockets.port()).request("POST", target, with, body);
        })) {
    REQUIRE(eventually([&] { return asked(s) == 1; }));
    question = read_raw_request(s.world.questions[0].question).value();
  }
  static std::size_t asked(served& s) {
    std::lock_guard lock(s.world.mutex);
    return s.world.questions.size();
  }

  std::future<http_answer> answer;
  raw_request question;
};

}  // namespace

TEST_CASE("a raw kind's program gets every POST as it was sent, and answers as it likes") {
  served s;
  auto with = s.as("ann");
  with.emplace("Content-Type", "image/png");
  with.emplace("Idempotency-Key", "k1");
  dialed d(s, "/api/switchboard/a%20b/c%2Fd/e/f?x=1&y=%20", with, "\xff\x01 bytes");
  CHECK(d.question.path == "a%20b/c%2Fd/e/f");
  CHECK(d.question.query == "x=1&y=%20");
  CHECK(d.question.content_type == "image/png");
  CHECK(d.question.key == "k1");
  CHECK(d.question.body == "\xff\x01 bytes");
  s.world.answer(to_text(raw_reply{404, "text/x-rubbish; a=b", "not \x01 here"}));
  auto answer = d.answer.get();
  CHECK(answer.status == 404);
  CHECK(answer.header("content-type") == "text/x-rubbish; a=b");
  CHECK(answer.body == "not \x01 here");
  CHECK(answer.header("cache-control") == "private, no-cache");
  // Its own commands, its view and its session are not the program's business.
  CHECK(s.post("/api/switchboard/hang_up", s.as("ann")).body == R"({"passed":0})");
  CHECK(s.get("/api/switchboard", s.as("ann")).body == R"({"passed":0})");
  CHECK(s.post("/api/switchboard/session/close", s.as("ann")).body == R"({"closed":true})");
  check_problem(s.get("/api/switchboard/anything", s.as("ann")), 405, "method_not_allowed");
  check_problem(s.post("/api/switchboard/anything"), 401, "unauthorized");
  check_problem(s.post("/api/switchboard/refused", s.as("ann")), 422, "not_here");
  check_problem(s.post("/api%2Fswitchboard/x/y", s.as("ann")), 400, "bad_request");
  check_problem(s.post("/api/switchboard%2Fx", s.as("ann")), 400, "bad_request");
  check_problem(s.post("/api/switchboard/a\tb", s.as("ann")), 400, "bad_request");
  check_problem(s.post("/api/switchboard/a", s.as("ann"), std::string(70'000, 'x')), 413, "body_too_large");
  CHECK(s.world.questions.empty());
}

TEST_CASE("an answer without a body or a type is passed on as one") {
  served s;
  dialed d(s, "/api/switchboard/x", s.as("ann"), "");
  s.world.answer(to_text(raw_reply{204, "", "a body that must not be"}));
  auto answer = d.answer.get();
  CHECK(answer.status == 204);
  CHECK(answer.body.empty());
  CHECK(answer.header("content-type").empty());
  CHECK(answer.header("content-length").empty());
  dialed rubbish(s, "/api/switchboard/x", s.as("ann"), "");
  s.world.answer(std::string("this is no answer"));
  check_problem(rubbish.answer.get(), 502, "service_failed");
}

TEST_CASE("what a program says of its answer is passed on, and how long it holds it may know better") {
  served s;
  dialed d(s, "/api/switchboard/x", s.as("ann"), "");
  raw_reply said{.status = 201, .content_type = "text/plain", .body = "\x1f\x8b"};
  for (std::string_view name : raw_reply_headers) said.headers.push_back({std::string(name), "a, b=\"c\""});
  s.world.answer(to_text(said));
  auto answer = d.answer.get();
  CHECK(answer.status == 201);
  CHECK(answer.body == "\x1f\x8b");
  for (const char* name :
       {"location", "content-encoding", "content-disposition", "content-language", "content-location", "etag",
        "expires", "last-modified", "link", "retry-after", "cache-control"}) {
    INFO(name);
    CHECK(answer.header(name) == "a, b=\"c\"");
  }
  CHECK(answer.header("vary") == "a, b=\"c\", Authorization");
  for (const char* wrong : {"Set-Cookie: a=b", "Connection: close", "location: /x", "Location: /x\r",
                            "Content-Length: 3", "Access-Control-Allow-Origin: *", "X-Request-Id: 1", "Location"}) {
    INFO(wrong);
    dialed rubbish(s, "/api/switchboard/x", s.as("ann"), "");
    s.world.answer("200 1\ntext/plain\n" + std::string(wrong) + "\nbody");
    check_problem(rubbish.answer.get(), 502, "service_failed");
  }
}

TEST_CASE("the old gateway's path leads to the player's own program, for that player and administrators") {
  served s({}, {.action_kind = "switchboard"});
  dialed d(s, "/ann/action?x=1", s.as("ann"), "{}");
  CHECK(d.question.path == "action");
  CHECK(d.question.query == "x=1");
  CHECK(s.world.questions[0].owner == "ann");
  s.world.answer(to_text(raw_reply{200, "application/json", "{}"}));
  CHECK(d.answer.get().status == 200);
  loopback_client::headers admin{{"Authorization", "Bearer " + s.token("root", http::role::admin)}};
  dialed by_admin(s, "/ann/action", admin, "");
  CHECK(s.world.questions[0].owner == "ann");
  s.world.answer(to_text(raw_reply{}));
  CHECK(by_admin.answer.get().status == 200);
  check_problem(s.post("/ann/action", s.as("bob")), 404, "not_found");
  check_problem(s.post("/ann/action"), 404, "not_found");
  check_problem(s.post("/no%20player/action", admin), 404, "not_found");
  check_problem(s.post("/ann/action", {{"Authorization", "Bearer x.y.z"}}), 401, "unauthorized");
  check_problem(s.get("/ann/action", s.as("ann")), 405, "method_not_allowed");
  check_problem(s.post("/ann/other", s.as("ann")), 404, "not_found");
  CHECK(s.world.made.size() == 1);
  served without;
  check_problem(without.post("/ann/action", without.as("ann")), 404, "not_found");
}
