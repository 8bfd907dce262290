#pragma once

#include <unistd.h>

#include <fstream>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/eventually.hpp"
#include "tests/support/json_part.hpp"
#include "tests/support/loopback_client.hpp"
#include "tests/support/processes.hpp"
#include "tests/support/program.hpp"

namespace parlor::testing {

/// The server in a process of its own, with a kind `mygame` whose players have a FastAPI program each.
class arcade {
 public:
  /// `process` are further lines of `[process.mygame]`, `settings` of the file's top.
  explicit arcade(const std::string& process = {}, const std::string& settings = {}, const std::string& command = tcp) {
    mark_ = "PARLOR_TEST_MARK=" + std::to_string(::getpid()) + "-" + std::to_string(++count());
    std::ofstream(folder_.path("parlor.toml"))
        << "address = \"127.0.0.1\"\nport = 0\nthreads = 2\ndata = \"" << folder_.path("data") << "\"\n"
        << settings << "\n[process.mygame]\ncommand = " << command << "\ndirectory = \"" << PARLOR_GAMES
        << "\"\nready = \"GET /health\"\nenvironment = [\"PATH\", \"PYTHONDONTWRITEBYTECODE=1\", \"" << mark_ << "\"]\n"
        << process << "\n";
    server = std::make_unique<program>(std::vector<std::string>{"serve", "--config", folder_.path("parlor.toml")},
                                       own_environment());
    port = server->port();
  }

  inline static const std::string tcp =
      R"(["uvicorn", "naughty:app", "--host", "127.0.0.1", "--port", "{port}", "--log-level", "warning"])";
  inline static const std::string unix_socket = R"(["uvicorn", "naughty:app", "--uds", "{socket}"])";

  loopback_client::headers as(const std::string& player, bool admin = false) {
    std::string& token = tokens_[player];
    if (token.empty()) {
      std::vector<std::string> args{"token", "--player", player, "--config", folder_.path("parlor.toml")};
      if (admin) args.emplace_back("--admin");
      program p(args, own_environment());
      p.ends();
      token = p.output().substr(0, p.output().find('\n'));
    }
    return {{"Authorization", "Bearer " + token}};
  }
  /// A guest, under a name of this test's.
  void as_guest(const std::string& name) {
    http_answer made = loopback_client(port).request("POST", "/api/guest");
    tokens_[name] = made.field("token");
    guests_[name] = made.field("player");
  }
  std::string name_of(const std::string& guest) { return guests_[guest]; }
  std::string metrics() { return loopback_client(port).request("GET", "/metrics").body; }
  http_answer post(const std::string& player, const std::string& path, const std::string& body = {},
                   loopback_client::headers more = {}) {
    auto with = as(player);
    with.merge(more);
    if (!body.empty()) with.emplace("Content-Type", "application/json");
    return loopback_client(port).request("POST", path[0] == '/' ? path : "/api/mygame/" + path, with, body);
  }
  /// The same in the background. The player's token must have been made.
  std::future<http_answer> post_later(const std::string& player, const std::string& path) {
    return std::async(std::launch::async, [this, player, path] { return post(player, path); });
  }
  std::string pid_of(const std::string& player) { return json_part(post(player, "who").body, "pid"); }
  /// Whether just so many requests of clients are under way.
  bool in_flight(int count) { return json_part(stats(), "requests.in_flight") == std::to_string(count); }
  std::string stats() { return loopback_client(port).request("GET", "/api/stats").body; }

  /// How many processes there are of this arcade's programs, whatever they have become.
  [[nodiscard]] std::size_t processes() const { return pids().size(); }
  [[nodiscard]] std::vector<pid_t> pids() const { return processes_with(mark_); }

  std::unique_ptr<program> server;
  std::uint16_t port = 0;

 private:
  static int& count() {
    static int total = 0;
    return total;
  }
  static std::vector<std::string> own_environment() {
    return {std::string("PATH=") + std::getenv("PATH"), "SECRET_OF_THE_SERVER=1"};
  }

  scratch_folder folder_;
  std::string mark_;
  std::map<std::string, std::string> tokens_, guests_;
};

}  // namespace parlor::testing
