#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <catch2/catch.hpp>
#include <fstream>
#include <iostream>

#include "tests/program/serving.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/loopback_client.hpp"
#include "tests/support/program.hpp"

// A server that crashes, and the parent that starts it again.
using namespace parlor::testing;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

// A sanitizer reports some signals, and ends the process by a status.
#ifdef __SANITIZE_ADDRESS__
constexpr std::array crashes{SIGKILL, SIGABRT};
#else
constexpr std::array crashes{SIGKILL, SIGABRT, SIGSEGV};
#endif

/// A server with a parent, on a folder of its own.
struct family {
  explicit family(std::vector<std::string> more = {}) : server(serving(data, std::move(more))), port(server.port()) {}

  /// Ends the process that serves, as a crash would; returns it.
  pid_t crash(int how = SIGKILL) {
    pid_t serving = 0;
    REQUIRE(eventually([&] { return (serving = server.serving_pid()) != 0; }));
    ::kill(serving, how);
    return serving;
  }
  /// Crashes until the parent pauses for so long before it starts the server again. Each pause is twice the last.
  void crash_until_pause_of(int pause) {
    for (int next = 0; next <= pause; next = next == 0 ? 100 : 2 * next) {
      pid_t gone = crash();
      REQUIRE(server.says("started again in " + std::to_string(next) + " ms"));
      CHECK(server.serving_pid() != gone);
    }
  }
  [[nodiscard]] loopback_client::headers as(const std::string& player) const {
    return {{"Authorization", "Bearer " + token_for(data, player)}};
  }
  int status_of_health() const { return loopback_client(port).request("GET", "/healthz").status; }

  scratch_folder data;
  program server;
  std::uint16_t port;
};

/// A socket that listens, as systemd would hand it down.
struct listening_socket {
  listening_socket() : number(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    REQUIRE(::bind(number, reinterpret_cast<sockaddr*>(&where), size) == 0);
    REQUIRE(::listen(number, 64) == 0);
    ::getsockname(number, reinterpret_cast<sockaddr*>(&where), &size);
    port = ntohs(where.sin_port);
  }
  ~listening_socket() { ::close(number); }
  listening_socket(const listening_socket&) = delete;
  listening_socket& operator=(const listening_socket&) = delete;

  int number;
  std::uint16_t port = 0;
};

/// Runs the program as the process that a script is.
std::vector<std::string> by_shell(const std::string& script) {
  return {"/bin/bash", "-c", script + "; exec \"$@\"", "bash"};
}

}  // namespace

TEST_CASE("a server that crashes is back at once, at its port, with all that it had acknowledged") {
  int how = GENERATE(from_range(crashes));
  family f;
  const auto ann = f.as("ann");
  REQUIRE(loopback_client(f.port).request("POST", "/api/tictactoe/r/join", ann).status == 200);
  auto from = std::chrono::steady_clock::now();
  pid_t gone = f.crash(how);
  // One that had come to the old one is cut off; nobody is refused.
  while (f.server.serving_pid() == gone) std::this_thread::sleep_for(1ms);
  loopback_client back(f.port);
  CHECK_THAT(back.request("GET", "/api/tictactoe/r").body, Contains(R"("seats":["ann",null])"));
  auto took = std::chrono::steady_clock::now() - from;
  std::cout << "answers again after " << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms"
            << std::endl;
  CHECK(f.server.says("server_ended by signal " + std::to_string(how) + " ("));
  CHECK(f.server.says("server_started process "));
  f.server.signal(SIGTERM);
  CHECK(f.server.ends() == 0);
}

TEST_CASE("who comes while a server is down waits, and is answered") {
  family f;
  f.crash_until_pause_of(400);
  loopback_client early(f.port);
  early.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
  REQUIRE(f.server.serving_pid() == 0);
  CHECK(early.read().status == 200);
}

TEST_CASE("a server that crashes again and again is started less and less often") {
  family f;
  auto from = std::chrono::steady_clock::now();
  f.crash_until_pause_of(200);
  CHECK(f.status_of_health() == 200);
  CHECK(std::chrono::steady_clock::now() - from >= 300ms);
  // And what stops a server stops one that is to come.
  f.crash();
  REQUIRE(eventually([&] { return f.server.serving_pid() == 0; }));
  f.server.signal(SIGTERM);
  CHECK(f.server.ends() == 0);
}

TEST_CASE("a server that was asked to stop is not started again, whoever asked which process") {
  struct asking {
    bool parent, server;
  };
  auto whom = GENERATE(asking{true, false}, asking{false, true}, asking{true, true});
  family f;
  REQUIRE(f.status_of_health() == 200);
  pid_t serving = f.server.serving_pid();
  if (whom.server) ::kill(serving, SIGTERM);
  if (whom.parent) f.server.signal(SIGTERM);
  CHECK(f.server.ends() == 0);
  CHECK_THAT(f.server.output(), Contains("stopped everything accepted was answered") && !Contains("server_ended"));
  CHECK(!lives(serving));
}

TEST_CASE("a server that dies while it stops is not started again, and the status says how it died") {
  family f;
  pid_t serving = f.server.serving_pid();
  const std::size_t sockets = sockets_of(f.server.pid()).size();
  ::kill(serving, SIGSTOP);
  f.server.signal(SIGTERM);
  // The parent holds no queue for a server that will not come.
  REQUIRE(eventually([&] { return sockets_of(f.server.pid()).size() == sockets - 2; }));
  ::kill(serving, SIGKILL);
  CHECK(f.server.ends() == 128 + SIGKILL);
  CHECK_THAT(f.server.output(), Contains("server_ended by signal 9") && !Contains("started again"));
}

TEST_CASE("a server that could not start is not tried again") {
  scratch_folder data;
  std::ofstream(data.path("parlor.db")) << "no database";
  program server(serving(data));
  CHECK(server.ends() == 1);
  CHECK(std::count(server.output().begin(), server.output().end(), '\n') == 1);
}

TEST_CASE("a server ends with its parent, and the next one finds port and folder free") {
  family f;
  pid_t serving = f.server.serving_pid();
  f.server.signal(SIGKILL);
  // Behind the kill, not behind the end.
  program next(
      {"serve", "--address", "127.0.0.1", "--port", std::to_string(f.port), "--threads", "2", "--data", f.data.path()});
  REQUIRE(next.port() == f.port);
  CHECK(!lives(serving));
}

TEST_CASE("a server whose threads are changed serves everybody when it is back") {
  scratch_folder data;
  auto threads = [&](int count) {
    std::ofstream(data.path("parlor.toml"))
        << "address = \"127.0.0.1\"\nport = 0\nthreads = " << count << "\ndata = \"" << data.path() << "\"\n";
  };
  threads(2);
  program server({"serve", "--config", data.path("parlor.toml")});
  const std::uint16_t port = server.port();
  REQUIRE(port != 0);
  for (int now : {1, 3}) {
    threads(now);
    ::kill(server.serving_pid(), SIGKILL);
    REQUIRE(server.says(" on " + std::to_string(now) + " threads"));
    std::vector<loopback_client> clients;
    for (int i = 0; i < 32; ++i) clients.emplace_back(port);
    for (auto& client : clients) CHECK(client.request("GET", "/healthz").status == 200);
  }
}

TEST_CASE("a server may have no parent: the setting says so, or systemd starts it") {
  scratch_folder data;
  const bool by_setting = GENERATE(true, false);
  program server(serving(data, {"--start-again", by_setting ? "false" : "true"}), {}, program::output_to::pipe,
                 by_shell(by_setting ? "true" : "export SYSTEMD_EXEC_PID=$$"));
  REQUIRE(loopback_client(server.port()).request("GET", "/healthz").status == 200);
  CHECK(server.serving_pid() == 0);  // it serves itself
  server.signal(SIGKILL);
  CHECK(server.ends() == 1000 + SIGKILL);
  CHECK(std::count(server.output().begin(), server.output().end(), '\n') == 1);
}

TEST_CASE("a server takes the sockets that it is started with, as systemd gives them") {
  listening_socket socket;
  scratch_folder data;
  program server(serving(data), {}, program::output_to::pipe,
                 by_shell("exec 3<&" + std::to_string(socket.number) + "; export LISTEN_FDS=1 LISTEN_PID=$$"));
  REQUIRE(server.port() == socket.port);
  for (int i = 0; i < 32; ++i) CHECK(loopback_client(socket.port).request("GET", "/healthz").status == 200);
  // Variables for another process are not for this one.
  scratch_folder elsewhere;
  program other(serving(elsewhere), {}, program::output_to::pipe,
                by_shell("exec 3<&" + std::to_string(socket.number) + "; export LISTEN_FDS=1 LISTEN_PID=1"));
  REQUIRE(other.port() != socket.port);
  CHECK(loopback_client(other.port()).request("GET", "/healthz").status == 200);
}

TEST_CASE("the parent of a server is small: it has one thread") {
  family f;
  REQUIRE(f.status_of_health() == 200);
  std::string status = text_of("/proc/" + std::to_string(f.server.pid()) + "/status");
  CHECK_THAT(status, Contains("Threads:\t1\n"));
}
