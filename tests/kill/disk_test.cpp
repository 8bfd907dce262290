#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "tests/kill/players.hpp"

// The disk fails under a server that clients play on: syncs that fail, writes that find no room (by
// libfiu, which comes between the program and the C library). Nothing may be acknowledged that is not
// there afterwards.
using namespace parlor::testing;

namespace {

const std::string preload = "/usr/lib/fiu/";

std::vector<std::string> failing(const std::string& text) {
  return {"LD_PRELOAD=" + preload + "fiu_run_preload.so:" + preload + "fiu_posix_preload.so",
          "FIU_ENABLE=enable_random " + text + "\n"};
}

struct trouble {
  int lives = 0, broken = 0, refused_start = 0;
};

/// Lets clients play while the server lives `lives` times on a disk that fails so; ends on a sound one.
trouble play_on(const std::string& failure, int lives) {
  auto seed = number_from("PARLOR_SEED", std::random_device{}());
  std::cout << failure << ": PARLOR_SEED=" << seed << std::endl;
  std::mt19937_64 random(seed);
  mortal_server server(static_cast<std::uint16_t>(20'000 + random() % 10'000));
  std::vector<std::unique_ptr<client>> clients;
  for (int n = 0; n < 4; ++n) clients.push_back(std::make_unique<client>(server, seed, n, true));
  std::atomic<bool> ended{false};
  std::vector<std::thread> playing;
  for (auto& c : clients) playing.emplace_back([&] { c->play_until(ended); });

  trouble seen;
  for (int life = 0; life < lives; ++life) {
    server.kill();
    if (!server.start(failing(failure))) {
      ++seen.refused_start;
      continue;
    }
    ++seen.lives;
    auto until = std::chrono::steady_clock::now() + 700ms;
    loopback_client watching(server.port());
    bool broken = false;
    while (!broken && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(10ms);
      broken = watching.request("GET", "/readyz").code() == "storage_failed";
    }
    if (!broken) continue;
    ++seen.broken;
    // Broken is for good: what comes is refused.
    loopback_client::headers ann{{"Authorization", "Bearer " + server.token("ann")}};
    CHECK(watching.request("POST", "/api/gomoku/late/join", ann).code() == "storage_failed");
    CHECK(watching.request("GET", "/readyz").status == 503);
  }
  server.kill();
  REQUIRE(server.start());
  std::this_thread::sleep_for(300ms);  // a while of sound play: every open request is decided
  ended = true;
  for (auto& p : playing) p.join();

  loopback_client connection(server.port());
  int acknowledged = 0;
  for (const auto& c : clients) {
    CHECK(c->wrong() == "");
    acknowledged += c->acknowledged();
    for (model& m : c->rooms()) {
      std::string body = connection.request("GET", "/api/tictactoe/" + m.id).body;
      if (m.over && body.find("unknown_room") != std::string::npos) continue;
      // An opening that the disk held up until the room was played in, finished and deleted makes it anew.
      if (m.over && m.opening_late && part(body, "version") == "1") continue;
      CHECK(m.takes(part(body, "version")));
      CHECK(part(body, "cells") == m.cells_text());
    }
  }
  std::cout << acknowledged << " commands acknowledged, " << seen.lives << " lives on that disk, " << seen.broken
            << " of them broken by it, " << seen.refused_start << " did not start" << std::endl;
  CHECK(acknowledged > 0);
  CHECK(server.stop() == 0);
  return seen;
}

}  // namespace

TEST_CASE("after a failed sync nothing is acknowledged, and everything is consistent after a restart") {
  REQUIRE(std::filesystem::exists(preload + "fiu_posix_preload.so"));
  auto seen = play_on("name=posix/io/sync/*,probability=0.02", 5);
  CHECK(seen.broken > 0);
}

namespace {

/// A small file system in memory, for as long as the test lives. Needs root.
class small_disk {
 public:
  small_disk() : mounted_(run("mount -t tmpfs -o size=1m parlor_test " + folder_.path())) {}
  ~small_disk() {
    if (mounted_) run("umount " + folder_.path());
  }
  [[nodiscard]] bool mounted() const { return mounted_; }
  [[nodiscard]] bool grow() const { return run("mount -o remount,size=50m " + folder_.path()); }
  [[nodiscard]] std::string path() const { return folder_.path(); }

 private:
  static bool run(const std::string& command) { return std::system(command.c_str()) == 0; }
  scratch_folder folder_;
  bool mounted_;
};

}  // namespace

TEST_CASE("a full file system refuses with storage_failed, and goes on when there is room again") {
  if (::geteuid() != 0) {
    WARN("not root: a small file system cannot be mounted, and this is not tested");
    return;
  }
  small_disk disk;
  REQUIRE(disk.mounted());
  program server({"serve", "--address", "127.0.0.1", "--port", "0", "--threads", "2", "--data", disk.path()});
  loopback_client connection(server.port());
  program token({"token", "--player", "ann", "--data", disk.path()});
  REQUIRE(token.ends() == 0);
  loopback_client::headers ann{{"Authorization", "Bearer " + token.output().substr(0, token.output().find('\n'))}};

  int made = 0;
  http_answer answer;
  auto join = [&](int n) {
    auto keyed = ann;
    keyed["Idempotency-Key"] = std::to_string(n);
    return connection.request("POST", "/api/tictactoe/r" + std::to_string(n) + "/join", keyed);
  };
  while (made < 20'000 && (answer = join(made)).status == 200) ++made;
  CHECK(answer.code() == "storage_failed");
  CHECK(answer.header("retry-after") == "1");
  CHECK(connection.request("GET", "/readyz").status == 200);  // no sync has failed

  REQUIRE(disk.grow());
  CHECK(join(made).status == 200);
  server.signal(SIGKILL);
  server.ends();
  program again({"serve", "--address", "127.0.0.1", "--port", "0", "--threads", "2", "--data", disk.path()});
  loopback_client after(again.port());
  for (int n = 0; n <= made; ++n) REQUIRE(after.request("GET", "/api/tictactoe/r" + std::to_string(n)).status == 200);
  std::cout << made << " rooms until the disk was full" << std::endl;
}

TEST_CASE("a disk without room refuses and loses nothing") {
  REQUIRE(std::filesystem::exists(preload + "fiu_posix_preload.so"));
  // 28 is ENOSPC.
  auto seen = play_on("name=posix/io/rw/pwrite,probability=0.02,failinfo=28", 3);
  CHECK(seen.lives > 0);
}
