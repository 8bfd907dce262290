#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/program/serving.hpp"
#include "tests/support/descriptors_of.hpp"
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
    REQUIRE(::prlimit(server.serving_pid(), RLIMIT_NOFILE, &limit, nullptr) == 0);
  }
  [[nodiscard]] std::size_t resident_kib() const {
    std::ifstream status("/proc/" + std::to_string(server.serving_pid()) + "/status");
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

TEST_CASE("without a descriptor the server stores moves, finds what is stored, and says how full it is") {
  scratch_folder data;
  std::string ann, bob;
  auto join = [](loopback_client& by, const std::string& token, const std::string& room) {
    return by.request("POST", "/api/tictactoe/" + room + "/join", {{"Authorization", "Bearer " + token}}).status;
  };
  {
    program before(serving(data));
    loopback_client client(before.port());
    ann = token_for(data, "ann");
    bob = token_for(data, "bob");
    CHECK(join(client, ann, "asleep") == 200);
    before.signal(SIGTERM);
    CHECK(before.ends() == 0);
  }
  {
    program server(serving(data));
    const std::uint16_t port = server.port();
    descriptors_of descriptors(server.serving_pid());
    loopback_client client(port);
    CHECK(client.request("GET", "/healthz").status == 200);
    descriptors.forbid_more();
    CHECK(join(client, bob, "asleep") == 200);
    for (int i = 0; i < 200; ++i) CHECK(join(client, ann, "new" + std::to_string(i)) == 200);
    std::string page = client.request("GET", "/metrics").body;
    auto value = [&](const std::string& metric) {
      std::istringstream lines(page);
      for (std::string name, line; lines >> name && std::getline(lines, line);)
        if (name == metric) return line;
      return std::string("none");
    };
    CHECK(value("process_open_fds") == value("process_max_fds"));
    CHECK(value("process_start_time_seconds") == "none");
    CHECK(client.request("POST", "/api/guest").status == 201);
    server.signal(SIGKILL);
    server.ends();
  }
  program after(serving(data));
  loopback_client client(after.port());
  CHECK_THAT(client.request("GET", "/api/tictactoe/asleep").body, Contains(R"("seats":["ann","bob"])"));
  for (int i = 0; i < 200; ++i) CHECK(client.request("GET", "/api/tictactoe/new" + std::to_string(i)).status == 200);
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
