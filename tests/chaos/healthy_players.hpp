#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/json_part.hpp"
#include "tests/support/loopback_client.hpp"

namespace parlor::testing {

/// Players of a thousand rooms that make no mistake, on a server where others do.
///
/// Each thread moves in rooms of its own, one after the other, with an Idempotency-Key; a move whose connection broke
/// is sent again until it is answered. A room counts its moves, so that one that was lost, or counted twice, shows.
class healthy_players {
 public:
  using clock = std::chrono::steady_clock;

  /// One move, from its first byte to its answer.
  struct move {
    clock::time_point began{}, ended{};
    int tries = 0;        ///< more than one: a connection broke
    std::string refused;  ///< the word, if the server refused it
  };

  healthy_players(std::uint16_t port, loopback_client::headers as, std::size_t rooms)
      : port_(port), as_(std::move(as)), counts_(rooms) {}

  /// Makes the rooms.
  bool open_rooms() {
    loopback_client opens(port_);
    for (std::size_t room = 0; room < counts_.size(); ++room)
      if (opens.request("POST", path(room) + "/open", as_, "{}").status != 200) return false;
    return true;
  }

  /// Moves until told to end, or for so long; the moves.
  std::vector<move> play(std::chrono::milliseconds length, const std::atomic<bool>& ends) {
    std::vector<move> moves;
    std::mutex mutex;
    std::vector<std::thread> threads;
    auto until = clock::now() + length;
    for (std::size_t t = 0; t < threads_max; ++t)
      threads.emplace_back([&, t] {
        std::vector<move> mine;
        std::mt19937 random(static_cast<unsigned>(t));
        while (clock::now() < until && !ends) {
          // A room of this thread's alone: its count is known.
          std::size_t room = random() % (counts_.size() / threads_max) * threads_max + t;
          mine.push_back(make_move(room));
          std::this_thread::sleep_for(pause);
        }
        std::lock_guard lock(mutex);
        moves.insert(moves.end(), mine.begin(), mine.end());
      });
    for (std::thread& t : threads) t.join();
    return moves;
  }

  /// Rooms that have counted other moves than were acknowledged.
  std::vector<std::string> wrong_rooms() {
    std::vector<std::string> wrong;
    loopback_client looks(port_);
    for (std::size_t room = 0; room < counts_.size(); ++room) {
      std::string seen = json_part(looks.request("GET", path(room)).body, "count");
      if (seen != std::to_string(counts_[room])) wrong.push_back(path(room) + ": " + seen);
    }
    return wrong;
  }

 private:
  static constexpr std::size_t threads_max = 8;
  static constexpr auto pause = std::chrono::milliseconds(20);

  [[nodiscard]] static std::string path(std::size_t room) { return "/api/sound/r" + std::to_string(room); }

  move make_move(std::size_t room) {
    move m{.began = clock::now()};
    auto with = as_;
    with["Idempotency-Key"] = "k" + std::to_string(++keys_);
    thread_local std::unique_ptr<loopback_client> connection;
    for (;;) {
      ++m.tries;
      http_answer answer;
      try {
        if (!connection) connection = std::make_unique<loopback_client>(port_);
        answer = connection->request("POST", path(room) + "/move", with, "{}");
      } catch (const std::exception&) {
        // It could not connect: that is no answer either.
      }
      if (answer.status == 200) ++counts_[room];
      else if (answer.status != 0) m.refused = answer.code();
      m.ended = clock::now();
      if (answer.status != 0) return m;
      connection.reset();
    }
  }

  const std::uint16_t port_;
  const loopback_client::headers as_;
  std::vector<std::uint64_t> counts_;
  std::atomic<std::uint64_t> keys_{0};
};

}  // namespace parlor::testing
