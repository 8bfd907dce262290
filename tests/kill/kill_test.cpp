#include <algorithm>
#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <iostream>
#include <memory>
#include <random>
#include <set>
#include <thread>

#include "tests/support/http_client.hpp"
#include "tests/support/program.hpp"

// The server is killed, again and again, while clients play; then a checker compares what is there with
// what was acknowledged.
//
//   PARLOR_KILLS  how many kills (10)
//   PARLOR_SEED   of the moments and moves (drawn, and printed)
//
// Each client plays both sides of room after room and keeps a model of its room. Every POST has an
// Idempotency-Key and is sent again until it is answered. A command that was lost, or counted twice, shows at
// once: the next version, or the board, is not the model's.
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::stoull(text) : otherwise;
}

/// A part of a body: what stands behind `"name":` up to the next `,` or `}` outside of brackets.
std::string part(const std::string& body, const std::string& name) {
  auto from = body.find("\"" + name + "\":");
  if (from == std::string::npos) return "";
  from += name.size() + 3;
  int depth = 0;
  auto to = from;
  for (; to < body.size(); ++to) {
    char c = body[to];
    if (depth == 0 && (c == ',' || c == '}')) break;
    depth += (c == '[' || c == '{') - (c == ']' || c == '}');
  }
  return body.substr(from, to - from);
}

/// What a client knows of its room from what was acknowledged.
struct model {
  std::string id;
  std::uint64_t version = 0;
  std::vector<std::string> seats{"", ""};
  std::array<int, 9> cells{};
  int turn = 0;
  bool over = false;

  [[nodiscard]] std::string cells_text() const {
    std::string text = "[";
    for (int c : cells) text += (text.size() > 1 ? "," : "") + std::to_string(c);
    return text + "]";
  }
  [[nodiscard]] bool listed() const { return seats[0].empty() || seats[1].empty(); }
};

/// The server in a process of its own, killed and started again by one thread.
class mortal_server {
 public:
  explicit mortal_server(std::uint16_t port) : port_(port) {
    std::ofstream(data_.path("parlor.toml"))
        << "[kinds.tictactoe]\nfinished_after = \"1s\"\n";
    start();
  }
  void start() {
    running_ = std::make_unique<program>(std::vector<std::string>{
        "serve", "--address", "127.0.0.1", "--port", std::to_string(port_), "--threads", "2", "--data",
        data_.path(), "--config", data_.path("parlor.toml")});
    REQUIRE(running_->port() == port_);
  }
  void kill() {
    running_->signal(SIGKILL);
    running_->ends();
  }
  int stop() {
    running_->signal(SIGTERM);
    return running_->ends();
  }
  std::string token(const std::string& player) const {
    program p({"token", "--player", player, "--ttl", "30d", "--data", data_.path()});
    p.ends();
    return p.output().substr(0, p.output().find('\n'));
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  scratch_folder data_;
  std::uint16_t port_;
  std::unique_ptr<program> running_;
};

/// Plays both sides of rooms, one after the other, and remembers what was acknowledged.
class client {
 public:
  client(const mortal_server& to, std::uint64_t seed, int number)
      : port_(to.port()), random_(seed + static_cast<std::uint64_t>(number)), name_(std::to_string(number)) {
    for (const char* side : {"ann", "bob"}) {
      players_.push_back(side + name_);
      tokens_.push_back(to.token(players_.back()));
    }
  }

  void play_until(const std::atomic<bool>& ended) {
    while (!ended && wrong_.empty()) play_room(ended);
  }

  [[nodiscard]] const std::vector<model>& rooms() const { return rooms_; }
  [[nodiscard]] const std::string& wrong() const { return wrong_; }
  [[nodiscard]] int acknowledged() const { return acknowledged_; }
  [[nodiscard]] int retried() const { return retried_; }

 private:
  void play_room(const std::atomic<bool>& ended) {
    model& m = rooms_.emplace_back();
    std::string made = post("/api/tictactoe", 0, "");
    if (!wrong_.empty()) return void(rooms_.pop_back());
    m.id = made.substr(made.find("\"id\":\"") + 6, 20);
    m.version = 1;
    // Some rooms stay without a second player, for the lobby to list; not more than it lists in a long run.
    int sides = random_() % 64 == 0 ? 1 : 2;
    for (int side = 0; side < sides; ++side) {
      std::string body = post("/api/tictactoe/" + m.id + "/join", side, "");
      if (!wrong_.empty()) return;
      m.seats[side] = players_[side];
      expect(m, body);
    }
    while (sides == 2 && !m.over && !ended && wrong_.empty()) move(m);
  }

  void move(model& m) {
    std::vector<int> free;
    for (int cell = 0; cell < 9; ++cell)
      if (m.cells[cell] == 0) free.push_back(cell);
    int cell = free[random_() % free.size()];
    std::string body = post("/api/tictactoe/" + m.id + "/place", m.turn,
                            "{\"cell\":" + std::to_string(cell) + "}");
    m.cells[cell] = m.turn + 1;
    m.turn = 1 - m.turn;
    m.over = part(body, "outcome") != "null";
    expect(m, body);
  }

  /// The answer is the model's next version, and shows the model's board.
  void expect(model& m, const std::string& body) {
    ++m.version;
    if (part(body, "version") != std::to_string(m.version) || part(body, "cells") != m.cells_text())
      note_wrong("room " + m.id + " should be at version " + std::to_string(m.version) + " with " +
                 m.cells_text() + ", and the answer is " + body);
  }

  /// Sends until there is an answer. The body of a success.
  std::string post(const std::string& target, int side, const std::string& body) {
    http_client::headers with{{"Authorization", "Bearer " + tokens_[side]},
                              {"Idempotency-Key", name_ + "-" + std::to_string(++keys_)}};
    if (!body.empty()) with["Content-Type"] = "application/json";
    for (int attempt = 0;; ++attempt) {
      retried_ += attempt > 0;
      if (attempt > 5000) return note_wrong("no answer to " + target), "";
      try {
        if (!connection_) connection_ = std::make_unique<http_client>(port_);
        http_answer answer = connection_->request("POST", target, with, body);
        if (answer.status == 200 || answer.status == 201) return ++acknowledged_, answer.body;
        // Cut off, stopping, or out of time: the same request again.
        bool again = answer.status == 0 || answer.status == 503 || answer.status == 504;
        if (!again) return note_wrong(target + ": " + answer.body), "";
        if (answer.status == 0) connection_.reset();
      } catch (const std::exception&) {
        connection_.reset();
        std::this_thread::sleep_for(2ms);  // nobody listens while the server starts
      }
    }
  }

  void note_wrong(const std::string& what) {
    if (wrong_.empty()) wrong_ = what;
  }

  const std::uint16_t port_;
  std::mt19937_64 random_;
  const std::string name_;
  std::vector<std::string> players_, tokens_;
  std::unique_ptr<http_client> connection_;
  std::vector<model> rooms_;
  std::string wrong_;
  int keys_ = 0, acknowledged_ = 0, retried_ = 0;
};

/// Asks until `fits` does, for at most 20 s: what is owed is delivered a moment after the start.
template <class Fits>
bool eventually(Fits fits) {
  auto until = std::chrono::steady_clock::now() + 20s;
  while (!fits()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

std::set<std::string> listed_rooms(http_client& connection) {
  std::set<std::string> ids;
  std::string after;
  while (true) {
    std::string query = "/api/tictactoe?limit=100" + (after.empty() ? "" : "&after=" + after);
    std::string body = connection.request("GET", query).body;
    for (auto at = body.find("\"id\":\""); at != std::string::npos; at = body.find("\"id\":\"", at + 1))
      ids.insert(body.substr(at + 6, 20));
    std::string next = part(body, "next");
    if (next == "null" || next.size() < 3) return ids;
    after = next.substr(1, next.size() - 2);
  }
}

}  // namespace

TEST_CASE("nothing acknowledged is lost and nothing counts twice, however often the server is killed") {
  const auto kills = number_from("PARLOR_KILLS", 10);
  const auto seed = number_from("PARLOR_SEED", std::random_device{}());
  std::cout << "PARLOR_KILLS=" << kills << " PARLOR_SEED=" << seed << std::endl;
  std::mt19937_64 random(seed);
  mortal_server server(static_cast<std::uint16_t>(20'000 + random() % 10'000));

  std::vector<std::unique_ptr<client>> clients;
  for (int n = 0; n < 8; ++n) clients.push_back(std::make_unique<client>(server, seed, n));
  std::atomic<bool> ended{false};
  std::vector<std::thread> playing;
  for (auto& c : clients) playing.emplace_back([&] { c->play_until(ended); });

  for (std::uint64_t k = 1; k <= kills; ++k) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + random() % 250));
    server.kill();
    server.start();
    if (k % 20 == 0) std::cout << k << " kills" << std::endl;
  }
  ended = true;
  for (auto& p : playing) p.join();

  http_client connection(server.port());
  int acknowledged = 0, retried = 0;
  std::size_t rooms = 0;
  std::set<std::string> should_be_listed, finished;
  for (const auto& c : clients) {
    REQUIRE(c->wrong() == "");
    acknowledged += c->acknowledged();
    retried += c->retried();
    rooms += c->rooms().size();
    for (const model& m : c->rooms()) {
      if (m.listed()) should_be_listed.insert(m.id);
      if (m.over) finished.insert(m.id);
      std::string body = connection.request("GET", "/api/tictactoe/" + m.id).body;
      // Finished rooms are deleted by their reminder, sooner or later.
      if (m.over && body.find("unknown_room") != std::string::npos) continue;
      CHECK(part(body, "version") == std::to_string(m.version));
      CHECK(part(body, "cells") == m.cells_text());
    }
  }
  std::cout << acknowledged << " commands acknowledged, " << retried << " sent again, " << rooms
            << " rooms, " << finished.size() << " finished" << std::endl;
  CHECK(acknowledged > static_cast<int>(kills));
  CHECK(retried > 0);
  CHECK(eventually([&] { return listed_rooms(connection) == should_be_listed; }));
  CHECK(eventually([&] {
    return std::all_of(finished.begin(), finished.end(), [&](const std::string& id) {
      return connection.request("GET", "/api/tictactoe/" + id).code() == "unknown_room";
    });
  }));
  CHECK(server.stop() == 0);
}
