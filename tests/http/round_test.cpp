#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/served.hpp"

// The answers of a loop's round go out together: over real sockets, that nobody notices.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

const std::string a_page = "GET /style.css HTTP/1.1\r\nHost: here\r\n";

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != text.npos; at += part.size()) ++count;
  return count;
}

}  // namespace

TEST_CASE("a reader that is slow gets everything, in its order") {
  // Requests that are sent together and answered at once, too: RESTinio needs care for that, see server.cpp.
  served s;
  std::string page = s.get("/style.css").body;
  REQUIRE(page.size() > 10'000);
  constexpr int asked = 3'000;  // 40 MB: more than the kernel keeps for a reader
  std::string text;
  for (int i = 0; i < asked; ++i) text += a_page + "\r\n";
  loopback_client slow(s.sockets.port());
  slow.send(text + a_page + "Connection: close\r\n\r\n");
  std::this_thread::sleep_for(200ms);
  // Others are served meanwhile.
  CHECK(s.get("/healthz").status == 200);
  std::string got = slow.read_to_end();
  CHECK(times(got, page) == asked + 1);
  CHECK(times(got, "HTTP/1.1 200 OK") == asked + 1);
  CHECK(got.ends_with(page));
}

TEST_CASE("many connections have their answers of one round, those who left hurt nobody") {
  options limits;
  limits.threads = 1;
  served s(limits);
  constexpr int clients = 100, rounds = 20;
  std::vector<std::unique_ptr<loopback_client>> connections;
  for (int i = 0; i < clients; ++i) connections.push_back(std::make_unique<loopback_client>(s.sockets.port()));
  for (int round = 0; round < rounds; ++round) {
    // The loop finds them all when it looks.
    s.runtime.loops().front()->post([] { std::this_thread::sleep_for(20ms); });
    for (int i = 0; i < clients; ++i)
      connections[i]->send("POST /api/counter/add HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer " +
                           s.token("p" + std::to_string(i)) +
                           "\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{\"by\":1}");
    int leaves = round * 3;
    connections[leaves] = std::make_unique<loopback_client>(s.sockets.port());
    for (int i = 0; i < clients; ++i)
      if (i != leaves)
        REQUIRE_THAT(connections[i]->read_until("{\"count\":" + std::to_string(round + 1) + "}"),
                     Catch::StartsWith("HTTP/1.1 200 OK"));
  }
}
