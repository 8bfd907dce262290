#include <signal.h>

#include <iostream>

#include "http/credentials.hpp"
#include "http/gateway.hpp"
#include "http/server.hpp"
#include "runtime/authoring/actor_of.hpp"
#include "runtime/hosting/system.hpp"
#include "runtime/storage/sqlite_store.hpp"

// A server with the same actor twice: `durable` and `volatile`. Prints its port and tokens for the load
// generator, serves until SIGTERM, and prints how many commits went into a group.
//
//   durable_server FOLDER PLAYERS
using namespace parlor;

namespace {

struct board {
  std::array<int, 9> cells{};
  int moves = 0;
  static constexpr auto fields = describe(field("cells", &board::cells), field("moves", &board::moves));
};
struct place {
  int cell = 0;
  static constexpr auto fields = describe(field("cell", &place::cell, between(0, 8)));
};
verdict on_place(board& b, const place& p, turn&) {
  b.cells[static_cast<std::size_t>(p.cell)] = ++b.moves % 3;
  return accept();
}
board view(const board& b) { return b; }

kind a_board(std::string name, bool durable) {
  return actor_of<board>{.name = std::move(name),
                         .durable = durable,
                         .commands = {{"place", on_place}},
                         .view = view};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::cerr << "usage: durable_server FOLDER PLAYERS\n", 2;
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);

  real_clock time;
  no_journal log;
  catalog kinds({a_board("durable", true), a_board("volatile", false)});
  sqlite_store store(argv[1]);
  options limits;
  limits.threads = 1;
  parlor::system house(kinds, limits, store, time, log);
  http::credentials tokens(std::string(32, 'b'));
  http::gateway gate(house, tokens, {});
  http::server sockets(gate, {.address = "127.0.0.1", .port = 0, .threads = 1}, 65536);

  std::cout << sockets.port() << "\n";
  for (int p = 0; p < std::stoi(argv[2]); ++p)
    std::cout << tokens.sign({"p" + std::to_string(p), http::role::player,
                              time.now() + std::chrono::hours(24)})
              << "\n";
  std::cout << std::endl;
  int which = 0;
  sigwait(&stop, &which);
  house.stop();
  sockets.stop(std::chrono::seconds(1));
  auto s = store.stats();
  std::cout << "mean batch " << double(s.commits) / double(std::max<std::uint64_t>(s.groups, 1)) << " of "
            << s.commits << " commits" << std::endl;
}
