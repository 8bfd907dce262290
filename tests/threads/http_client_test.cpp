#include <catch2/catch.hpp>
#include <future>
#include <string>
#include <vector>

#include "runtime/services/http_client.hpp"
#include "tests/support/descriptors_of.hpp"
#include "tests/support/scripted_server.hpp"

using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;
using Catch::Contains;

// Calls to servers elsewhere: what arrives there, what comes back, and every way in which it does not.
namespace {

using server = scripted_server;

/// Sends a call and waits for what comes of it.
result<http_response> ask_for(http_client& web, http_call call) {
  std::promise<result<http_response>> heard;
  auto answer = heard.get_future();
  web.send(std::move(call), [&heard](auto r) { heard.set_value(std::move(r)); });
  REQUIRE(answer.wait_for(20s) == std::future_status::ready);
  return answer.get();
}

}  // namespace

TEST_CASE("a POST arrives as it was sent, and its answer comes back, whatever its status") {
  server elsewhere(
      [](const server::request& r) { return server::answer(418, "text/x-tea; charset=utf-8", "got " + r.body); });
  http_client web;
  auto heard = ask_for(web, {.url = elsewhere.url("/a%2Fb/../c/./d?x=1"),
                             .headers = {"Content-Type: text/plain", "X-Key: abc"},
                             .body = std::string("bytes \0\xff", 8)});
  REQUIRE(heard);
  CHECK(heard.value().status == 418);
  CHECK(heard.value().content_type == "text/x-tea; charset=utf-8");
  CHECK(heard.value().body == std::string("got bytes \0\xff", 12));
  CHECK_THAT(elsewhere.last().head, Catch::StartsWith("POST /a%2Fb/../c/./d?x=1 HTTP/1.1\r\n"));
  CHECK_THAT(elsewhere.last().head, Contains("X-Key: abc\r\n") && Contains("Content-Type: text/plain\r\n"));
  REQUIRE(ask_for(web, {.url = elsewhere.url("/health"), .post = false}));
  CHECK_THAT(elsewhere.last().head, Catch::StartsWith("GET /health HTTP/1.1\r\n"));
}

TEST_CASE("calls share connections, and a large body waits for nothing") {
  server elsewhere([](const server::request& r) { return server::ok("text/plain", std::to_string(r.body.size())); });
  http_client web;
  for (int i = 0; i < 20; ++i) REQUIRE(ask_for(web, {.url = elsewhere.url(), .body = "x"}));
  auto large = ask_for(web, {.url = elsewhere.url(), .body = std::string(3'000'000, 'x')});
  REQUIRE(large);
  CHECK(large.value().body == "3000000");
  CHECK_THAT(elsewhere.last().head, !Contains("Expect"));
  CHECK(elsewhere.connections() == 1);
}

TEST_CASE("many calls at once are all answered, over no more connections than allowed") {
  server elsewhere([](const server::request& r) { return server::ok("text/plain", r.body); });
  http_client web({.connections_per_host_max = 8});
  constexpr int count = 500;
  std::vector<std::promise<std::string>> heard(count);
  for (int i = 0; i < count; ++i)
    web.send({.url = elsewhere.url(), .body = std::to_string(i)},
             [&item = heard[i]](auto r) { item.set_value(r ? r.value().body : r.why().detail); });
  for (int i = 0; i < count; ++i) CHECK(heard[i].get_future().get() == std::to_string(i));
  CHECK(elsewhere.connections() <= 8);
}

TEST_CASE("a server that hangs is late, and holds up nobody") {
  server hanging([](const server::request&) { return server::hang; });
  server quick([](const server::request&) { return server::ok("text/plain", "quick"); });
  http_client web;
  std::promise<std::string> heard;
  web.send({.url = hanging.url(), .within = 300ms}, [&](auto r) { heard.set_value(r.why().code); });
  CHECK(ask_for(web, {.url = quick.url()}).value().body == "quick");
  CHECK(heard.get_future().get() == "service_late");
}

TEST_CASE("what is not HTTP, ends early, is too large, or nobody answers, fails in a sentence") {
  http_client web;
  spoken say;
  server elsewhere([&](const server::request&) { return std::string(say); });
  auto fails = [&](const std::string& text) {
    say = text;
    auto heard = ask_for(web, {.url = elsewhere.url(),
                               .headers = {"Authorization: Bearer secret-key"},
                               .within = 5s,
                               .answer_bytes_max = 1000});
    REQUIRE_FALSE(heard);
    CHECK_FALSE(heard.why().detail.empty());
    CHECK_THAT(heard.why().detail, !Contains("secret-key"));
    return heard.why().code;
  };
  CHECK(fails("") == "broke_off");
  CHECK(fails("rubbish \x01\x02\r\n\r\n") == "service_failed");
  CHECK(fails("HTTP/1.1 200 OK\r\nContent-Length: 500\r\nConnection: close\r\n\r\nshort") == "broke_off");
  CHECK(fails(server::ok("text/plain", std::string(1001, 'x'))) == "service_failed");
  CHECK(ask_for(web, {.url = "file:///etc/passwd", .post = false}).why().code == "service_failed");
  CHECK(ask_for(web, {.url = "http://127.0.0.1:1/"}).why().code == "no_connection");
  CHECK(ask_for(web, {.url = "not a url"}).why().code == "service_failed");
}

// Not under the sanitizers: without a descriptor their look at an object's type fails.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("a call for which there is no descriptor says so, and the server is not blamed") {
  http_client web;
  server elsewhere([](const server::request&) { return server::ok("text/plain", "here"); });
  const http_call call{.url = elsewhere.url(), .body = "x"};
  descriptors_of own(::getpid());
  own.forbid_more();
  auto refused = ask_for(web, call);
  own.allow_more();
  REQUIRE_FALSE(refused);
  CHECK(refused.why().code == "overloaded");
  auto answered = ask_for(web, call);
  REQUIRE(answered);
  CHECK(answered.value().body == "here");
}
#endif

TEST_CASE("a call may begin later, and may only look whether a server takes connections") {
  server hanging([](const server::request&) { return server::hang; });
  http_client web;
  auto begun = std::chrono::steady_clock::now();
  std::promise<bool> heard;
  web.send({.url = hanging.url(), .after = 200ms, .connect_only = true}, [&](auto r) { heard.set_value(r.ok()); });
  CHECK(ask_for(web, {.url = "http://127.0.0.1:1/", .connect_only = true}).why().code == "no_connection");
  CHECK(hanging.connections() == 0);
  CHECK(heard.get_future().get());
  CHECK(std::chrono::steady_clock::now() - begun >= 200ms);
  CHECK(hanging.requests() == 0);
  web.cancel(web.send({.url = hanging.url(), .after = 300ms}, [](auto) {}));
  CHECK(ask_for(web, {.url = hanging.url(), .after = 500ms, .connect_only = true}));
  CHECK(hanging.requests() == 0);
}

TEST_CASE("a POST is sent once, also when the connection breaks off that others were sent over") {
  server elsewhere([](const server::request& r) {
    return r.head.find("/break") == std::string::npos ? server::ok("text/plain", "x") : std::string();
  });
  http_client web;
  for (const std::string body : {"a body", ""}) {
    REQUIRE(ask_for(web, {.url = elsewhere.url(), .body = "first"}));
    std::size_t before = elsewhere.requests();
    auto heard = ask_for(web, {.url = elsewhere.url("/break"), .body = body});
    CHECK(heard.why().detail == "the connection broke off");
    CHECK(elsewhere.requests() == before + 1);
  }
}

TEST_CASE("a redirect is an answer and not followed") {
  server elsewhere([](const server::request&) {
    return "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
  });
  http_client web;
  CHECK(ask_for(web, {.url = elsewhere.url()}).value().status == 302);
}

TEST_CASE("a call that is cancelled is not heard of, and one that is over may be cancelled") {
  server elsewhere(
      [](const server::request& r) { return r.body == "hang" ? server::hang : server::ok("text/plain", "x"); });
  http_client web;
  std::atomic<bool> heard{false};
  auto call = web.send({.url = elsewhere.url(), .body = "hang", .within = 500ms}, [&](auto) { heard = true; });
  web.cancel(call);
  for (int i = 0; i < 3; ++i) REQUIRE(ask_for(web, {.url = elsewhere.url()}));
  web.cancel(call);
  web.cancel(12345);
  auto late = ask_for(web, {.url = elsewhere.url(), .body = "hang", .within = 700ms});
  CHECK(late.why().code == "service_late");
  CHECK_FALSE(heard);
}

TEST_CASE("a client that ends drops what is under way") {
  server hanging([](const server::request&) { return server::hang; });
  std::atomic<bool> heard{false};
  {
    http_client web;
    for (int i = 0; i < 10; ++i) web.send({.url = hanging.url()}, [&](auto) { heard = true; });
    while (hanging.requests() < 10) std::this_thread::yield();
  }
  CHECK_FALSE(heard);
}
