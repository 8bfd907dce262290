#include <unistd.h>

#include <future>
#include <iostream>
#include <thread>

#include "runtime/hosting/runtime.hpp"
#include "runtime/storage/sqlite_store.hpp"
#include "tests/data_folder/clocked.hpp"

// Makes the folder `clocks`: two rooms of a game with a clock, left in the middle of a turn.
//
//     build/release/tests/make_clocks tests/data_folder/clocks
using namespace parlor;
using namespace parlor::testing;

namespace {

/// Has a player do something, and waits until it is stored.
void act(parlor::runtime& runtime, const std::string& room, const std::string& player, const std::string& command) {
  std::promise<std::string> answered;
  runtime.send({.to = {"pile", room}, .player = player, .command = command, .key = command},
               [&](reply r) { answered.set_value(r.ok() ? r.body : r.why.code); });
  std::cout << answered.get_future().get() << std::endl;
}

}  // namespace

int main(int, char** argv) {
  catalog kinds = kinds_with_clocked();
  real_clock time;
  no_journal silent;
  sqlite_store store(argv[1]);
  parlor::runtime runtime(kinds, {}, store, time, silent);
  for (const char* room : {"begun", "going_on"})
    for (const char* player : {"ann", "bob"}) act(runtime, room, player, "join");
  std::this_thread::sleep_for(std::chrono::seconds(5));  // so that the two clocks end at different times
  act(runtime, "going_on", "ann", "take");
  _exit(0);  // as if it was killed: nobody is put to sleep, and the file is not closed
}
