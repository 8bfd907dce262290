#include <chrono>
#include <iostream>
#include <random>
#include <ratio>

#include "bench/client.hpp"
#include "bench/command_line.hpp"
#include "bench/samples.hpp"

// Moves at a constant rate, each in a room drawn at random; writes a sample for each.
namespace {

using namespace parlor::bench;

/// Requests are due at times that are whole numbers of these, a few at a time: to sleep and to wake
/// for each by itself takes a core longer than all the rest.
using beats = std::chrono::duration<std::int64_t, std::ratio<1, 20'000>>;

struct arguments {
  std::uint16_t port = 0;
  std::string tokens, samples, kind = "table", key_prefix;
  std::uint64_t rooms = 1;
  double rate = 1000, seconds = 1;
  std::size_t connections = 64;
};

class player_of_rooms {
 public:
  explicit player_of_rooms(const arguments& wanted)
      : wanted_(wanted),
        tokens_(read_tokens(wanted.tokens)),
        connections_(wanted.port, wanted.connections),
        count_(static_cast<std::uint64_t>(wanted.rate * wanted.seconds)),
        seen_(count_) {}

  void run() {
    start_ = steady::now();
    plan_next();
    connections_.run();
    seen_.write(wanted_.samples);
  }

 private:
  void plan_next() {
    if (sent_ == count_) return;
    std::chrono::duration<double> due(double(sent_) / wanted_.rate);
    auto intended = start_ + std::chrono::floor<beats>(due);
    connections_.at(intended, [this, intended] {
      ++sent_;
      plan_next();
      connections_.send(a_move(), [this, intended](const answer& a) {
        seen_.add(intended, 0);
        expect_ok(a, "place");
      });
    });
  }

  std::string a_move() {
    std::uint64_t room = random_() % wanted_.rooms;
    std::uint64_t player = (2 * room + random_() % 2) % tokens_.size();
    std::string cell = std::to_string(sent_ % 9);
    std::string key;
    if (!wanted_.key_prefix.empty()) key = wanted_.key_prefix + std::to_string(100'000'000 + sent_);
    return post(wanted_.port, "/api/" + wanted_.kind + "/" + room_id(room) + "/place", tokens_[player],
                "{\"cell\":" + cell + "}", key);
  }

  arguments wanted_;
  std::vector<std::string> tokens_;
  client connections_;
  std::uint64_t count_;
  std::uint64_t sent_ = 0;
  steady::time_point start_;
  std::mt19937_64 random_{1};
  samples seen_;
};

arguments read(int argc, char** argv) {
  arguments a;
  CLI::App app{"moves at a constant rate"};
  app.add_option("port", a.port)->required();
  app.add_option("--tokens", a.tokens, "a file")->required();
  app.add_option("--samples", a.samples, "the file to write")->required();
  app.add_option("--kind", a.kind);
  app.add_option("--rooms", a.rooms, "how many there are");
  app.add_option("--key-prefix", a.key_prefix, "send an Idempotency-Key that begins so");
  app.add_option("--rate", a.rate, "requests a second")->check(CLI::PositiveNumber);
  app.add_option("--seconds", a.seconds)->check(CLI::PositiveNumber);
  app.add_option("--connections", a.connections);
  parse_or_exit(app, argc, argv);
  return a;
}

}  // namespace

int main(int argc, char** argv) {
  arguments wanted = read(argc, argv);
  return exit_code_of("steady", [&] { player_of_rooms(wanted).run(); });
}
