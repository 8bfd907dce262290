#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/eventually.hpp"
#include "tests/support/loopback_client.hpp"
#include "tests/support/program.hpp"

// The door of the program, with as many strangers before it as descriptors allow.
using namespace parlor::testing;
using Catch::Contains;

namespace {

const std::string health = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

struct served_program {
  explicit served_program(std::vector<std::string> more = {}) : server(arguments(data.path(), std::move(more))) {}

  static std::vector<std::string> arguments(const std::string& folder, std::vector<std::string> more) {
    std::vector<std::string> words{"serve",     "--address", "127.0.0.1", "--port", "0",
                                   "--threads", "2",         "--data",    folder};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  void may_have_descriptors(rlim_t most) const {
    rlimit limit{.rlim_cur = most, .rlim_max = most};
    REQUIRE(::prlimit(server.pid(), RLIMIT_NOFILE, &limit, nullptr) == 0);
  }
  [[nodiscard]] std::size_t resident_kib() const {
    std::ifstream status("/proc/" + std::to_string(server.pid()) + "/status");
    std::string line;
    while (std::getline(status, line))
      if (line.starts_with("VmRSS:")) return std::stoul(line.substr(6));
    return 0;
  }

  scratch_folder data;
  program server;
};

}  // namespace

// Not under the sanitizers: they keep what was freed, and without a descriptor their look at an object's type fails.
#ifndef __SANITIZE_ADDRESS__
TEST_CASE("a server that had no descriptor for a connection goes on, and says so") {
  served_program s;
  REQUIRE(loopback_client(s.server.port()).request("GET", "/healthz").status == 200);
  s.may_have_descriptors(60);
  {
    std::vector<loopback_client> idle;
    for (int i = 0; i < 120; ++i) idle.emplace_back(s.server.port());
    CHECK(s.server.says("accept_failed"));
    // Those that nobody uses make room.
    CHECK(loopback_client(s.server.port()).raw(health).status == 200);
  }
  for (int i = 0; i < 30; ++i) CHECK(loopback_client(s.server.port()).raw(health).status == 200);
}

TEST_CASE("a thousand who announce a body and send none hold little memory") {
  served_program s;
  REQUIRE(loopback_client(s.server.port()).raw(health).status == 200);
  std::size_t before = s.resident_kib();
  std::vector<loopback_client> clients;
  for (int i = 0; i < 1000; ++i) {
    clients.emplace_back(s.server.port());
    clients.back().send("POST /api/guest HTTP/1.1\r\nHost: x\r\nContent-Length: 65536\r\n\r\n");
  }
  CHECK(loopback_client(s.server.port()).raw(health).status == 200);
  std::size_t held = s.resident_kib() - before;
  INFO(held << " KiB");
  CHECK(held <= 32 * 1024);
}
#endif
