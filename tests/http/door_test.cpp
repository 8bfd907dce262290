#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "http/sockets/connection_limits.hpp"
#include "tests/support/check_problem.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/json.hpp"
#include "tests/support/stream_client.hpp"

// What a connection may be, and what it is told: over real sockets. What a request may be is in tests/framing.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

const std::string health = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
const std::string healthy = R"({"status":"ok"})";

struct served_with : served {
  explicit served_with(http::server_options listen) : served({}, {}, {}, std::move(listen)) {}
};

void check_last(const http_answer& a, int status, const std::string& code) {
  check_problem(a, status, code);
  CHECK(a.header("connection") == "close");
}

}  // namespace

TEST_CASE("what is no request is answered, and is the last") {
  served s;
  auto ask = [&](const std::string& bytes) { return loopback_client(s.sockets.port()).raw(bytes); };
  check_last(ask("RUBBISH\r\n\r\n"), 400, "bad_request");
  check_last(ask("GET / HTTP/1.1\r\n\r\n"), 400, "bad_request");
  check_last(ask("BREW / HTTP/1.1\r\nHost: x\r\n\r\n"), 501, "not_implemented");
  check_last(ask("GET / HTTP/2.0\r\nHost: x\r\n\r\n"), 505, "version_not_supported");
  check_last(ask("GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n"), 414, "target_too_long");
  check_last(ask("GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(9000, 'a') + "\r\n\r\n"), 431, "head_too_large");
  check_last(ask("GET / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n"), 417, "expectation_failed");
  // Its answer comes though the client sends on.
  check_last(ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n" + std::string(2'000'000, 'x')), 413,
             "body_too_large");
  auto counts = s.sockets.connections().misframed;
  CHECK(counts["bad_request"] == 2);
  CHECK(counts["body_too_large"] == 1);
}

TEST_CASE("a page elsewhere can read why its request was refused") {
  served s;
  auto answer =
      s.client.raw("POST / HTTP/1.1\r\nHost: x\r\nOrigin: https://game.example\r\nContent-Length: 999999\r\n\r\n");
  CHECK(answer.status == 413);
  CHECK(answer.header("access-control-allow-origin") == "*");
  CHECK(!answer.header("x-request-id").empty());
}

TEST_CASE("a second request hidden in a first one is not answered") {
  served s;
  const std::string post = "POST /api/guest HTTP/1.1\r\nHost: x\r\n";
  for (const std::string& body : {
           "Transfer-Encoding: chunked\r\n\r\n1\r\naX0\r\n\r\n" + health,
           "Transfer-Encoding: chunked\r\n\r\n1;a\nb\r\n0\r\n\r\n" + health,
           "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + health,
           "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + health,
           "Content-Length : 0\r\nContent-Length: 30\r\n\r\n" + health,
           "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + health,
           "A: b\nContent-Length: 0\r\n\r\n" + health,
       }) {
    loopback_client client(s.sockets.port());
    client.send(post + body);
    std::string answers = client.read_to_end();
    INFO(body << "\n" << answers);
    CHECK(answers.starts_with("HTTP/1.1 4") + answers.starts_with("HTTP/1.1 501") == 1);
    CHECK(answers.find("HTTP/1.1", 1) == answers.npos);
  }
}

TEST_CASE("requests that come together are answered in turn, also if the last one is none") {
  served s;
  loopback_client client(s.sockets.port());
  client.send(health + health + "GET / HTTP/9.9\r\n\r\n" + health);
  CHECK(client.read().body == healthy);
  CHECK(client.read().body == healthy);
  check_last(client.read(), 505, "version_not_supported");
  CHECK(client.read_to_end().empty());
}

TEST_CASE("a request may come byte by byte, and a large one is whole") {
  served s;
  seat_two(s, "tictactoe/r");
  std::string bytes = "POST /api/tictactoe/r/place HTTP/1.1\r\nHost: x\r\nAuthorization: \tBearer " + s.token("ann") +
                      " \r\nContent-Type: application/json \r\nTransfer-Encoding: chunked\r\n\r\n";
  bytes += "9\r\n{\"cell\":0\r\nea60\r\n" + std::string(60'000, ' ') + "\r\n1\r\n}\r\n0\r\n\r\n";
  loopback_client client(s.sockets.port());
  for (std::size_t i = 0; i < 400; ++i) client.send(bytes.substr(i, 1));
  client.send(bytes.substr(400));
  CHECK(client.read().status == 200);
  CHECK(client.raw(health).body == healthy);
}

TEST_CASE("a client that asks is told to send its body") {
  served s;
  loopback_client client(s.sockets.port());
  client.send("POST /api/guest HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  CHECK(client.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("{}");
  CHECK(client.read().status == 201);
}

TEST_CASE("what comes too slowly is answered 408, and what does not come is let go") {
  served_with s({.keep_alive = 200ms, .receive_within = 200ms});
  for (const std::string& some :
       {std::string("GET"), health.substr(0, health.size() - 1),
        std::string("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab"),
        std::string("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\na")})
    check_last(loopback_client(s.sockets.port()).raw(some), 408, "request_late");
  loopback_client silent(s.sockets.port());
  CHECK(silent.read_to_end().empty());
  CHECK(eventually([&] { return s.sockets.connections().open == 0; }));
  auto counts = s.sockets.connections();
  CHECK(counts.ended["idle"] >= 1);
  CHECK(counts.misframed["request_late"] == 4);
}

TEST_CASE("a request that breaks off is answered, and one that is whole, too") {
  served s;
  loopback_client broken(s.sockets.port()), whole(s.sockets.port());
  broken.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab");
  broken.ends_sending();
  check_last(broken.read(), 400, "bad_request");
  whole.send(health);
  whole.ends_sending();
  CHECK(whole.read().body == healthy);
  CHECK(whole.read_to_end().empty());
}

TEST_CASE("who says no more still hears events, and who is gone is noticed") {
  served s;
  seat_two(s, "tictactoe/r");
  {
    stream_client eve(s, "/api/tictactoe/r/events");
    eve.until("event: snapshot");
    eve.connection.ends_sending();
    eve.connection.read_until(":\n\n");
    s.post("/api/tictactoe/r/place", s.as("ann"), json("cell", 4));
    CHECK_THAT(eve.until("event: version"), Contains("\"version\":3"));
    CHECK(s.sockets.streams().open == 1);
  }
  CHECK(eventually([&] { return s.sockets.streams().open == 0; }));
}

TEST_CASE("an answer says when it was made, and 304 and HEAD say of no body what GET would") {
  served s;
  seat_two(s, "tictactoe/r");
  auto view = s.get("/api/tictactoe/r");
  CHECK_THAT(view.header("date"), Contains(" GMT") && Contains(", "));
  auto same = s.get("/api/tictactoe/r", {{"If-None-Match", view.header("etag")}});
  CHECK(same.status == 304);
  CHECK(same.headers.count("content-length") == 0);
  CHECK(same.headers.count("date") == 1);
  auto head = s.client.request("HEAD", "/api/tictactoe/r", {{"Accept", "text/event-stream"}});
  CHECK(head.header("content-length") == std::to_string(view.body.size()));
  CHECK(head.header("etag") == view.header("etag"));
  auto stream = s.client.request("HEAD", "/api/tictactoe/r/events", as_stream);
  CHECK(stream.status == 200);
  CHECK(stream.header("content-type") == "application/json");
  CHECK(s.get("/healthz").body == healthy);
}

TEST_CASE("lists on several lines are one, and what may come once must not come twice") {
  served s;
  seat_two(s, "tictactoe/r");
  std::string etag = s.get("/api/tictactoe/r").header("etag");
  const std::string get = "GET /api/tictactoe/r HTTP/1.1\r\nHost: x\r\n";
  CHECK(s.client.raw(get + "If-None-Match: \"a\"\r\nIf-None-Match: " + etag + "\r\n\r\n").status == 304);
  CHECK(s.client.raw(get + "If-None-Match: " + etag + "\t \r\n\r\n").status == 304);
  check_last(s.client.raw(get + "Authorization: Bearer x\r\nAuthorization: Bearer " + s.token("ann") + "\r\n\r\n"), 400,
             "bad_request");
}

TEST_CASE("the target may be absolute, and OPTIONS may ask of the whole server") {
  served s;
  CHECK(s.client.raw("GET http://elsewhere.example:1/healthz HTTP/1.1\r\nHost: x\r\n\r\n").body == healthy);
  auto options = s.client.raw("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(options.status == 204);
  CHECK(options.header("allow") == "GET, HEAD, POST, OPTIONS");
}

TEST_CASE("HTTP/1.0 is answered, and its connection stays if it asks") {
  served s;
  loopback_client client(s.sockets.port());
  auto kept = client.raw("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  CHECK(kept.header("connection") == "keep-alive");
  auto last = client.raw("GET /healthz HTTP/1.0\r\n\r\n");
  CHECK(last.body == healthy);
  CHECK(last.header("connection") == "close");
}

TEST_CASE("an upgrade is not taken, and the connection goes on as it was") {
  served s;
  auto answer = s.client.request("GET", "/healthz", {{"Connection", "Upgrade"}, {"Upgrade", "websocket"}});
  CHECK(answer.status == 200);
  CHECK(s.get("/healthz").body == healthy);
  CHECK(s.sockets.connections().accepted == 1);
}

TEST_CASE("while the server closes, each answer is its connection's last, and none is lost") {
  served s;
  std::vector<loopback_client> clients;
  for (int i = 0; i < 8; ++i) CHECK(clients.emplace_back(s.sockets.port()).raw(health).body == healthy);
  // A part of these has come when it begins.
  for (std::size_t i = 0; i < 4; ++i) {
    clients[i].send("GET /healthz HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    REQUIRE_THAT(clients[i].read_until("\r\n\r\n"), Contains("100 Continue"));
  }
  loopback_client first(s.sockets.port());
  first.raw(health);
  REQUIRE(eventually([&] { return s.sockets.connections().open == 10; }));
  s.sockets.close_connections();
  for (std::size_t i = 0; i < 4; ++i) {
    clients[i].send("{}");
    auto last = clients[i].read();
    CHECK(last.body == healthy);
    CHECK(last.header("connection") == "close");
    CHECK(clients[i].read_to_end().empty());
  }
  for (std::size_t i = 4; i < 8; ++i) CHECK(clients[i].read_to_end().empty());
  // Who comes only now is answered, too.
  loopback_client late(s.sockets.port());
  auto only = late.raw(health);
  CHECK(only.body == healthy);
  CHECK(only.header("connection") == "close");
  CHECK(late.read_to_end().empty());
}

TEST_CASE("a client that does not take its answers is cut off, and counted") {
  served_with s({.write_within = 200ms});
  loopback_client deaf(s.sockets.port());
  std::string many;
  for (int i = 0; i < 400; ++i) many += "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n";
  deaf.send(many);
  CHECK(eventually([&] { return s.sockets.connections().ended["unread"] == 1; }));
  CHECK(s.sockets.connections().ended["idle"] == 0);
}

TEST_CASE("when there are as many connections as may be, one that nobody uses makes room") {
  served_with s({.connections = {.most = 3}});
  loopback_client first(s.sockets.port()), second(s.sockets.port());
  CHECK(first.raw(health).body == healthy);
  CHECK(second.raw(health).body == healthy);
  CHECK(s.get("/healthz").body == healthy);
  for (int i = 0; i < 20; ++i) CHECK(loopback_client(s.sockets.port()).raw(health).body == healthy);
  CHECK(s.sockets.connections().open <= 3);
  CHECK(s.sockets.connections().ended["crowded_out"] >= 1);
}

TEST_CASE("one loop alone makes room, too") {
  options limits;
  limits.threads = 1;
  served s(limits, {}, {}, {.connections = {.most = 4}});
  std::vector<loopback_client> clients;
  for (int i = 0; i < 40; ++i) CHECK(clients.emplace_back(s.sockets.port()).raw(health).body == healthy);
  CHECK(s.sockets.connections().refused_full == 0);
}

TEST_CASE("when all connections are in use, who comes is told so") {
  served_with s({.connections = {.most = 2}});
  seat_two(s, "tictactoe/r");
  stream_client eve(s, "/api/tictactoe/r/events"), dan(s, "/api/tictactoe/r/events");
  eve.until("event: snapshot");
  dan.until("event: snapshot");
  loopback_client late(s.sockets.port());
  check_last(late.raw(health), 503, "overloaded");
  CHECK(s.sockets.connections().refused_full == 1);
}

TEST_CASE("an address has so many connections and no more") {
  served_with s({.connections = {.of_address = 3, .loopback = true}});
  CHECK(s.get("/healthz").body == healthy);
  loopback_client first(s.sockets.port()), second(s.sockets.port());
  CHECK(first.raw(health).body == healthy);
  CHECK(second.raw(health).body == healthy);
  {
    loopback_client third(s.sockets.port());
    check_last(third.raw(health), 429, "too_many_connections");
  }
  CHECK(s.sockets.connections().refused_address == 1);
  // Who leaves gives the place back.
  first.raw("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  { loopback_client leaving(std::move(first)); }
  CHECK(eventually([&] { return loopback_client(s.sockets.port()).raw(health).status == 200; }));
}

TEST_CASE("clients never have the descriptors that programs need, however many the server has open itself") {
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  int open = ::dup(STDERR_FILENO);
  ::close(open);
  for (int left : {1, 20, 128, 600}) {
    rlimit limit{.rlim_cur = static_cast<rlim_t>(open + left), .rlim_max = before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
    auto most = std::make_shared<http::connection_limits>(http::connection_options{})->most();
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
    INFO(left);
    CHECK(most <= static_cast<std::size_t>(left - std::min(left / 2, 64)));
    CHECK(most >= static_cast<std::size_t>(left / 2));
  }
}
