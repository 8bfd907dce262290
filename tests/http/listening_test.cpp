#include "http/sockets/listening.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <future>

using namespace parlor;
using namespace parlor::http;
using namespace std::chrono_literals;

// Sockets that listen, and the port that they get.

TEST_CASE("a port that somebody is leaving is waited for") {
  auto leaving = listen_on("127.0.0.1", 0, 1);
  const std::uint16_t port = port_of(leaving.front());
  auto next = std::async(std::launch::async, [port] { return listen_on("127.0.0.1", port, 2); });
  REQUIRE(next.wait_for(50ms) == std::future_status::timeout);
  leaving.clear();
  auto got = next.get();
  REQUIRE(got.size() == 2);
  for (const descriptor& socket : got) CHECK(port_of(socket) == port);
}

TEST_CASE("an address that cannot be had is one clear sentence") {
  CHECK_THROWS_WITH(listen_on("nowhere", 80, 1), "cannot listen on nowhere:80: Invalid argument");
  CHECK_THROWS_WITH(listen_on("192.0.2.1", 0, 1), Catch::StartsWith("cannot listen on 192.0.2.1:0: Cannot assign"));
  CHECK_THROWS_WITH(port_of(descriptor(::dup(2))), Catch::Contains("is no socket that listens for TCP"));
}
