#include <netinet/in.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <list>

#include "tests/programs/arcade.hpp"

using namespace parlor::testing;
using Catch::Contains;

// SIGTERM while a program takes its time to answer: nobody's connection breaks, and who comes meanwhile is answered.
namespace {

/// A connection of a client who looks at how it ends.
class bare_connection {
 public:
  explicit bare_connection(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in server{};
    server.sin_family = AF_INET;
    server.sin_port = htons(port);
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    timeval patience{.tv_sec = 30, .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    REQUIRE(::connect(fd_, reinterpret_cast<sockaddr*>(&server), sizeof server) == 0);
  }
  ~bare_connection() { ::close(fd_); }
  bare_connection(const bare_connection&) = delete;
  bare_connection& operator=(const bare_connection&) = delete;

  bool asks() {
    const std::string text = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    return ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }
  /// What has come until now, at least a byte of it.
  std::string hears() {
    char bytes[4096];
    ssize_t count = ::recv(fd_, bytes, sizeof bytes, 0);
    failed = count < 0 ? errno : 0;
    return {bytes, count > 0 ? static_cast<std::size_t>(count) : 0};
  }
  std::string hears_to_the_end() {
    std::string heard, more;
    while (!(more = hears()).empty()) heard += more;
    return heard;
  }

  int failed = 0;

 private:
  int fd_;
};

}  // namespace

TEST_CASE("a server that stops with a slow call under way answers who comes, and breaks no connection") {
  arcade a;
  REQUIRE_FALSE(a.pid_of("ann").empty());
  REQUIRE(loopback_client(a.port).request("POST", "/api/tictactoe/r/join", a.as("ann")).status == 200);
  std::list<bare_connection> kept;
  for (int i = 0; i < 16; ++i) {
    REQUIRE(kept.emplace_back(a.port).asks());
    REQUIRE_THAT(kept.back().hears(), Contains("200 OK"));
  }
  auto slow = a.post_later("ann", "slow?seconds=2");
  REQUIRE(eventually([&] { return a.in_flight(1); }));
  a.server->signal(SIGTERM);
  // Some ask once more just now: each is answered, or has gone unheard.
  int i = 0;
  for (bare_connection& c : kept)
    if (++i % 2) c.asks();
  REQUIRE(a.server->says("stopping Terminated"));
  REQUIRE(eventually([&] { return loopback_client(a.port).request("GET", "/readyz").code() == "stopping"; }));
  for (int n = 0; n < 5; ++n) {
    loopback_client moves(a.port), watches(a.port);
    http_answer refused = moves.request("POST", "/api/tictactoe/r/place", a.as("ann"));
    CHECK(refused.code() == "stopping");
    CHECK(refused.header("connection") == "close");
    CHECK(refused.header("retry-after") == "5");
    http_answer later = watches.request("GET", "/api/tictactoe/r/events", {{"Accept", "text/event-stream"}});
    CHECK(later.status == 200);
    CHECK_THAT(later.body, Catch::Matches("retry: [12][0-9]{3}\n\n"));
    CHECK(later.header("connection") == "close");
  }
  for (bare_connection& c : kept) {
    std::string last = c.hears_to_the_end();
    CHECK(c.failed == 0);
    if (!last.empty()) CHECK_THAT(last, Catch::EndsWith(R"({"status":"ok"})"));
  }
  http_answer answered = slow.get();
  CHECK(answered.status == 200);
  CHECK(answered.header("connection") == "close");
  CHECK(a.server->ends() == 0);
}
