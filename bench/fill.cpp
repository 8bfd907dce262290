#include <iostream>

#include "bench/client.hpp"
#include "bench/command_line.hpp"

// Makes rooms: every player of a room joins it, as fast as 64 connections go. Prints `filled N` at
// the end.
namespace {

using namespace parlor::bench;

struct arguments {
  std::uint16_t port = 0;
  std::string tokens, kind = "table";
  std::uint64_t first = 0, rooms = 1;
  int players = 2;  // that join each room
};

class filler {
 public:
  explicit filler(const arguments& wanted)
      : wanted_(wanted), tokens_(read_tokens(wanted.tokens)), connections_(wanted.port, 64) {}

  void run() {
    for (int i = 0; i < 64; ++i) join_next();
    connections_.run();
  }

 private:
  void join_next() {
    if (room_ == wanted_.rooms) return;
    std::uint64_t room = wanted_.first + room_;
    auto player = (2 * room + static_cast<std::uint64_t>(seat_)) % tokens_.size();
    if (++seat_ == wanted_.players) {
      seat_ = 0;
      tell_progress(++room_);
    }
    connections_.send(post(wanted_.port, "/api/" + wanted_.kind + "/" + room_id(room) + "/join", tokens_[player], ""),
                      [this](const answer& a) {
                        expect_ok(a, "join");
                        join_next();
                      });
  }
  void tell_progress(std::uint64_t rooms) const {
    if (wanted_.rooms >= 50'000 && rooms % (wanted_.rooms / 10) == 0)
      std::cerr << "    " << rooms << " of " << wanted_.rooms << " rooms" << std::endl;
  }

  arguments wanted_;
  std::vector<std::string> tokens_;
  client connections_;
  std::uint64_t room_ = 0;
  int seat_ = 0;
};

arguments read(int argc, char** argv) {
  arguments a;
  CLI::App app{"makes rooms"};
  app.add_option("port", a.port)->required();
  app.add_option("--tokens", a.tokens, "a file")->required();
  app.add_option("--kind", a.kind);
  app.add_option("--first", a.first, "the number of the first room");
  app.add_option("--rooms", a.rooms, "how many");
  app.add_option("--players", a.players, "how many join each room")->check(CLI::Range(1, 2));
  parse_or_exit(app, argc, argv);
  return a;
}

}  // namespace

int main(int argc, char** argv) {
  arguments wanted = read(argc, argv);
  return exit_code_of("fill", [&] {
    filler(wanted).run();
    std::cout << "filled " << wanted.rooms << std::endl;
  });
}
