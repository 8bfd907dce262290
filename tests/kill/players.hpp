#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/json.hpp"
#include "tests/support/loopback_client.hpp"
#include "tests/support/program.hpp"

/// Clients that play against a server that may die at any moment, and know what they were told.
///
/// Each client plays both sides of room after room and keeps a model of its room. Every POST has an
/// Idempotency-Key and is sent again until it is answered. A command that was lost, or counted twice, shows at
/// once: the next version, or the board, is not the model's.
namespace parlor::testing {

using namespace std::chrono_literals;

inline std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::stoull(text) : otherwise;
}

/// A part of a body: what stands behind `"name":` up to the next `,` or `}` outside of brackets.
inline std::string part(const std::string& body, const std::string& name) {
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
  bool opening_late = false;  ///< the lobby's `open` comes behind a join, and counts a version then

  [[nodiscard]] std::string cells_text() const {
    std::string text = "[";
    for (int c : cells) text += (text.size() > 1 ? "," : "") + std::to_string(c);
    return text + "]";
  }
  /// Whether the room may be at this version: the next of the model's, allowing for a late opening.
  bool takes(const std::string& seen) {
    if (opening_late && seen == std::to_string(version + 1)) {
      ++version;
      opening_late = false;
    }
    return seen == std::to_string(version);
  }
  [[nodiscard]] bool listed() const { return seats[0].empty() || seats[1].empty(); }
};

/// The server in a process of its own, killed and started again by one thread.
class mortal_server {
 public:
  explicit mortal_server(std::uint16_t port) : port_(port) {
    std::ofstream(data_.path("parlor.toml")) << "[kinds.tictactoe]\nfinished_after = \"4s\"\n";
    if (!start()) throw std::runtime_error("the server does not start: " + running_->output());
  }
  /// False if the server did not get as far as serving.
  bool start(std::vector<std::string> environment = {}) {
    running_ = std::make_unique<program>(
        std::vector<std::string>{"serve", "--address", "127.0.0.1", "--port", std::to_string(port_), "--threads", "2",
                                 "--data", data_.path(), "--config", data_.path("parlor.toml")},
        std::move(environment));
    return running_->port() == port_;
  }
  void kill() {
    running_->signal(SIGKILL);
    running_->ends();
  }
  /// Kills the process that serves alone: its parent starts it again.
  void crash() const {
    if (pid_t serving = running_->serving_pid()) ::kill(serving, SIGKILL);
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
  [[nodiscard]] const std::string& output() const { return running_->output(); }

 private:
  scratch_folder data_;
  std::uint16_t port_;
  std::unique_ptr<program> running_;
};

/// Plays both sides of rooms, one after the other, and remembers what was acknowledged.
class client {
 public:
  /// `messages_may_be_late`: the disk may have a message between actors wait while clients go on.
  client(const mortal_server& to, std::uint64_t seed, int number, bool messages_may_be_late = false)
      : port_(to.port()),
        messages_may_be_late_(messages_may_be_late),
        random_(seed + static_cast<std::uint64_t>(number)),
        name_(std::to_string(number)) {
    for (const char* side : {"ann", "bob"}) {
      players_.push_back(side + name_);
      tokens_.push_back(to.token(players_.back()));
    }
  }

  void play_until(const std::atomic<bool>& ended) {
    while (!ended && wrong_.empty()) play_room(ended);
  }

  [[nodiscard]] std::vector<model>& rooms() { return rooms_; }
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
    std::string body = post("/api/tictactoe/" + m.id + "/place", m.turn, json("cell", cell));
    m.cells[cell] = m.turn + 1;
    m.turn = 1 - m.turn;
    m.over = part(body, "outcome") != "null";
    expect(m, body);
  }

  /// The answer is the model's next version, and shows the model's board.
  void expect(model& m, const std::string& body) {
    std::string seen = part(body, "version");
    // The first join finds version 1, or is it.
    if (messages_may_be_late_ && m.version == 1 && seen == "1") {
      m.version = 0;
      m.opening_late = true;
    }
    ++m.version;
    if (!m.takes(seen) || part(body, "cells") != m.cells_text())
      note_wrong("room " + m.id + " should be at version " + std::to_string(m.version) + " with " + m.cells_text() +
                 ", and the answer is " + body);
  }

  /// Sends until there is an answer. The body of a success.
  std::string post(const std::string& target, int side, const std::string& body) {
    loopback_client::headers with{{"Authorization", "Bearer " + tokens_[side]},
                                  {"Idempotency-Key", name_ + "-" + std::to_string(++keys_)}};
    if (!body.empty()) with["Content-Type"] = "application/json";
    for (int attempt = 0;; ++attempt) {
      retried_ += attempt > 0;
      if (attempt > 5000) return note_wrong("no answer to " + target), "";
      try {
        if (!connection_) connection_ = std::make_unique<loopback_client>(port_);
        http_answer answer = connection_->request("POST", target, with, body);
        if (answer.status == 200 || answer.status == 201) return ++acknowledged_, answer.body;
        // Cut off, busy with what was owed, stopping, or out of time: the same request again.
        bool again = answer.status == 0 || answer.status == 429 || answer.status == 503 || answer.status == 504;
        if (!again) return note_wrong(target + ": " + answer.body), "";
        if (answer.status == 0) connection_.reset();
      } catch (const std::exception&) {
        connection_.reset();
        std::this_thread::sleep_for(2ms);  // nobody listens while the server starts
      }
    }
  }

  void note_wrong(const std::string& text) {
    if (wrong_.empty()) wrong_ = text;
  }

  const std::uint16_t port_;
  const bool messages_may_be_late_;
  std::mt19937_64 random_;
  const std::string name_;
  std::vector<std::string> players_, tokens_;
  std::unique_ptr<loopback_client> connection_;
  std::vector<model> rooms_;
  std::string wrong_;
  int keys_ = 0, acknowledged_ = 0, retried_ = 0;
};

}  // namespace parlor::testing
