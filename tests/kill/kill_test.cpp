#include <algorithm>
#include <catch2/catch.hpp>
#include <iostream>
#include <set>

#include "tests/kill/players.hpp"
#include "tests/support/eventually.hpp"

// The server is killed, again and again, while clients play; then a checker compares what is there with
// what was acknowledged.
//
//   PARLOR_KILLS  how many kills (10)
//   PARLOR_SEED   of the moments and moves (drawn, and printed)
using namespace parlor::testing;

namespace {

std::set<std::string> listed_rooms(loopback_client& connection) {
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
    // Every other time its parent starts it again.
    if (k % 2 != 0) {
      server.crash();
      continue;
    }
    server.kill();
    REQUIRE(server.start());
    if (k % 20 == 0) std::cout << k << " kills" << std::endl;
  }
  ended = true;
  for (auto& p : playing) p.join();

  loopback_client connection(server.port());
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
  std::cout << acknowledged << " commands acknowledged, " << retried << " sent again, " << rooms << " rooms, "
            << finished.size() << " finished" << std::endl;
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
