#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/support/eventually.hpp"
#include "tests/support/json_part.hpp"
#include "tests/support/loopback_client.hpp"
#include "tests/support/program.hpp"

namespace parlor::testing {

/// A server with kinds that go wrong, in a process of its own.
class arena {
 public:
  /// Who starts the server when it has ended.
  enum class again { by_the_test, by_its_parent };

  explicit arena(std::vector<std::string> options = {}, again starts = again::by_the_test)
      : options_(std::move(options)) {
    if (starts == again::by_the_test) options_.insert(options_.end(), {"--start-again", "false"});
    start();
  }

  void start(const std::vector<std::string>& environment = {}) {
    std::vector<std::string> line{"serve", "--address", "127.0.0.1",          "--port",   "0",   "--threads",
                                  "2",     "--data",    folder_.path("data"), "--secret", secret};
    line.insert(line.end(), options_.begin(), options_.end());
    server = std::make_unique<program>(line, environment);
    port = server->port();
  }
  /// Waits for the end; the signal that it was.
  int ends_by() { return server->ends() - 1000; }

  loopback_client::headers as(const std::string& player, bool admin = false) {
    std::vector<std::string> line{"token", "--player", player, "--data", folder_.path("data"), "--secret", secret};
    if (admin) line.emplace_back("--admin");
    program p(line);
    p.ends();
    return {{"Authorization", "Bearer " + p.output().substr(0, p.output().find('\n'))},
            {"Content-Type", "application/json"}};
  }
  const loopback_client::headers& ann() { return token_of(ann_, false); }
  const loopback_client::headers& operators() { return token_of(admin_, true); }

  http_answer post(const std::string& path, const std::string& body = "{}") {
    return loopback_client(port).request("POST", "/api/" + path, ann(), body);
  }
  http_answer get(const std::string& path) { return loopback_client(port).request("GET", "/api/" + path); }
  http_answer order(const std::string& path, const std::string& body = "{}") {
    return loopback_client(port).request("POST", "/api/admin/" + path, operators(), body);
  }
  http_answer look(const std::string& path) {
    return loopback_client(port).request("GET", "/api/admin/" + path, operators());
  }

  std::unique_ptr<program> server;
  std::uint16_t port = 0;

 private:
  const loopback_client::headers& token_of(loopback_client::headers& kept, bool admin) {
    if (kept.empty()) kept = as(admin ? "olga" : "ann", admin);
    return kept;
  }

  inline static const std::string secret = "a secret of the arena's, which is long enough";
  std::vector<std::string> options_;
  scratch_folder folder_;
  loopback_client::headers ann_, admin_;
};

}  // namespace parlor::testing
