#include "http/sockets/connection_limits.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

// How many connections there may be. What is told to those that may not be is in door_test.cpp.
using namespace parlor::http;
using enum connection_limits::refusal_reason;

namespace {

struct limited {
  explicit limited(const connection_options& options) : limits(std::make_shared<connection_limits>(options)) {}

  /// Takes a place, and keeps it if there is one.
  connection_limits::refusal_reason take(const std::string& address) {
    auto place = limits->take(*client_address::parse(address));
    if (place.permit) kept.push_back(std::move(place.permit));
    return place.why;
  }

  std::shared_ptr<connection_limits> limits;
  std::vector<connection_permit> kept;
};

}  // namespace

TEST_CASE("an address has so many connections, of IPv6 a /64; this machine and proxies have no such bound") {
  limited some({.most = 100, .of_address = 2, .proxies = {*address_range::parse("192.0.2.0/24")}});
  for (int i = 0; i < 5; ++i)
    for (const char* exempt : {"127.0.0.1", "::1", "192.0.2.9"}) CHECK(some.take(exempt) == none);
  for (const char* neighbour : {"2001:db8::1", "2001:db8::2"}) CHECK(some.take(neighbour) == none);
  CHECK(some.take("2001:db8::3") == address);
  CHECK(some.take("2001:db8:0:1::3") == none);
  CHECK(some.limits->taken() == 18);
  some.kept.clear();
  CHECK(some.limits->taken() == 0);
  CHECK(some.take("2001:db8::3") == none);
}

TEST_CASE("no bound for addresses is none") {
  limited some({.most = 9, .of_address = 0});
  for (int i = 0; i < 9; ++i) CHECK(some.take("203.0.113.1") == none);
  CHECK(some.take("203.0.113.1") == full);
  CHECK(some.limits->taken() == 9);
}

TEST_CASE("connections leave descriptors for the store and for programs, whatever is asked for") {
  rlimit descriptors{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &descriptors) == 0);
  const connection_limits as_many_as_may_be({}), more({.most = descriptors.rlim_cur * 2}), few({.most = 7});
  CHECK(as_many_as_may_be.most() <= descriptors.rlim_cur - std::min<std::size_t>(descriptors.rlim_cur / 2, 64));
  CHECK(more.most() == as_many_as_may_be.most());
  CHECK(few.most() == 7);
}

TEST_CASE("a change of the limits does not count the connections that there are as the server's own files") {
  connection_limits places({});
  const std::size_t most = places.most();
  std::vector<int> connections;
  for (int i = 0; i < 20; ++i) connections.push_back(::dup(STDERR_FILENO));
  places.change({});
  CHECK(places.most() == most);
  places.change({.most = 7});
  CHECK(places.most() == 7);
  places.change({});
  CHECK(places.most() == most);
  for (int connection : connections) ::close(connection);
}
