#include <signal.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <thread>

#include "tests/programs/arcade.hpp"

using namespace parlor::testing;
using namespace std::chrono_literals;
using Catch::Contains;

// Programs start in turn, and one that hangs is replaced.
namespace {

std::string player(int i) { return "p" + std::to_string(i); }

/// A program that starts for ever.
const std::string never_ready = R"(["sleep", "1000{port}"])";

/// Whether so many programs start, and so many wait for their turn.
bool are(arcade& a, int starting, int waiting) {
  std::string page = loopback_client(a.port).request("GET", "/metrics").body;
  auto has = [&](const std::string& state, int count) {
    return page.find("parlor_programs{state=\"" + state + "\"} " + std::to_string(count) + "\n") != std::string::npos;
  };
  return has("starting", starting) && has("waiting", waiting);
}

}  // namespace

TEST_CASE("a herd of programs comes up though only a few can be ready in time together") {
  scratch_folder folder;
  std::filesystem::create_directory(folder.path("starting"));
  arcade a("start_within = \"3s\"", "starts_max = 2",
           R"(["python3", "busy_start.py", "{port}", ")" + folder.path("starting") + R"(", "2", "0.2"])");
  constexpr int players = 20;
  for (int i = 0; i < players; ++i) a.as(player(i));
  std::vector<std::future<http_answer>> first;
  for (int i = 0; i < players; ++i) first.push_back(a.post_later(player(i), "x"));
  for (auto& answer : first) {
    http_answer got = answer.get();
    INFO(got.body);
    CHECK(got.status == 200);
  }
  CHECK(a.processes() == players);
  CHECK(are(a, 0, 0));
}

// Twelve starts take six seconds of the one core that they share, and two take one.
TEST_CASE("a herd of FastAPI programs comes up within a time in which all together could not") {
  arcade a("start_within = \"5s\"", "starts_max = 2\nstarts_waiting_max = 6",
           R"(["uvicorn", "slow_import:app", "--host", "127.0.0.1", "--port", "{port}"])");
  constexpr int players = 12;
  for (int i = 0; i < players; ++i) a.as(player(i));
  std::atomic<int> came_again = 0;
  std::vector<std::future<http_answer>> found;
  for (int i = 0; i < players; ++i)
    found.push_back(std::async(std::launch::async, [&, name = player(i)] {
      http_answer answer = a.post(name, "who");
      for (; answer.status == 503; answer = a.post(name, "who"), ++came_again)
        std::this_thread::sleep_for(std::chrono::seconds(std::stoi(answer.header("retry-after"))));
      return answer;
    }));
  for (auto& answer : found) {
    http_answer got = answer.get();
    INFO(got.body);
    CHECK(got.status == 200);
  }
  CHECK(came_again > 0);
  CHECK(a.processes() == players);
}

TEST_CASE("who cannot wait for a turn is told so at once, and who waits for too long, too") {
  arcade a("", "starts_max = 1\nstarts_waiting_max = 1\nstart_turn_within = \"1s\"", never_ready);
  for (const char* name : {"ann", "bob", "cleo"}) a.as(name);
  auto starting = a.post_later("ann", "x");
  REQUIRE(eventually([&] { return are(a, 1, 0); }));
  auto waiting = a.post_later("bob", "x");
  REQUIRE(eventually([&] { return are(a, 1, 1) || waiting.wait_for(0s) == std::future_status::ready; }));
  http_answer refused = a.post("cleo", "x");
  CHECK(refused.status == 503);
  CHECK_THAT(refused.body, Contains("too many programs wait for their turn to start"));
  CHECK(refused.header("retry-after") == "1");
  http_answer late = waiting.get();
  CHECK(late.status == 503);
  CHECK_THAT(late.body, Contains("its turn to start did not come in time"));
  CHECK(are(a, 1, 0));
  // A turn comes when another's is over, however it ended.
  auto next = a.post_later("cleo", "x");
  REQUIRE(eventually([&] { return are(a, 1, 1); }));
  CHECK(a.post("ann", "session/close").status == 200);
  CHECK(eventually([&] { return are(a, 1, 0); }));
  CHECK(a.post("cleo", "session/close").status == 200);
  CHECK(starting.get().code() == "closed");
  CHECK(next.get().code() == "closed");
  CHECK(eventually([&] { return a.processes() == 0; }));
}

TEST_CASE("who leaves the line gives the place free") {
  arcade a("max_processes = 2", "starts_max = 1\nstarts_waiting_max = 1", never_ready);
  for (const char* name : {"ann", "bob", "cleo"}) a.as(name);
  auto starting = a.post_later("ann", "x");
  REQUIRE(eventually([&] { return are(a, 1, 0); }));
  auto waiting = a.post_later("bob", "x");
  REQUIRE(eventually([&] { return are(a, 1, 1); }));
  CHECK(a.post("cleo", "x").code() == "overloaded");
  CHECK(a.post("bob", "session/close").status == 200);
  CHECK(waiting.get().code() == "closed");
  auto next = a.post_later("cleo", "x");
  CHECK(eventually([&] { return are(a, 1, 1); }));
  for (const char* name : {"ann", "cleo"}) CHECK(a.post(name, "session/close").status == 200);
}

TEST_CASE("one player's programs do not fill the line") {
  arcade a("[process.other]\ncommand = [\"sleep\", \"1000{port}\"]",
           "starts_max = 1\nstarts_waiting_max = 2\nstarts_waiting_per_player_max = 1", never_ready);
  for (const char* name : {"ann", "bob", "cleo"}) a.as(name);
  auto starting = a.post_later("cleo", "x");
  REQUIRE(eventually([&] { return are(a, 1, 0); }));
  auto waiting = a.post_later("ann", "x");
  REQUIRE(eventually([&] { return are(a, 1, 1); }));
  http_answer refused = a.post("ann", "/api/other/x");
  CHECK(refused.status == 503);
  CHECK_THAT(refused.body, Contains("the player has too many programs"));
  auto another = a.post_later("bob", "/api/other/x");
  CHECK(eventually([&] { return are(a, 1, 2); }));
  for (const char* name : {"ann", "cleo"}) CHECK(a.post(name, "session/close").status == 200);
  CHECK(a.post("bob", "/api/other/session/close").status == 200);
}

namespace {

std::string replaced(arcade& a) {
  std::string page = loopback_client(a.port).request("GET", "/metrics").body;
  const std::string name = "\nparlor_programs_replaced_total ";
  auto at = page.find(name);
  return at == std::string::npos ? "none" : page.substr(at + name.size(), page.find('\n', at + 1) - at - name.size());
}

/// Stops ann's program, which answers its pid there, and sees that another one comes.
void hang(arcade& a, const std::string& path) {
  auto ask = [&](const std::string& name) {
    http_answer answer = a.post(name, path);
    if (answer.status != 200) return std::string();
    return answer.body[0] == '{' ? json_part(answer.body, "pid") : answer.body;
  };
  std::string ann = ask("ann"), bob = ask("bob"), anew;
  REQUIRE(::kill(std::stoi(ann), SIGSTOP) == 0);
  for (int i = 0; i < 2; ++i) CHECK(a.post("ann", path).status == 504);
  REQUIRE(eventually([&] { return !(anew = ask("ann")).empty(); }));
  CHECK(anew != ann);
  CHECK(a.server->says("/ann: it was late 2 times in a row"));
  CHECK(replaced(a) == "1");
  CHECK(ask("bob") == bob);
}

const std::string hasty = "answer_within = \"1s\"\nlate_max = 2\nstop_within = \"1s\"\n";

}  // namespace

TEST_CASE("a program that hangs is asked whether it is ready, and replaced") {
  SECTION("at a port") {
    arcade a(hasty);
    hang(a, "who");
  }
  SECTION("at a socket") {
    arcade a(hasty, "", arcade::unix_socket);
    hang(a, "who");
  }
  SECTION("and the kernel takes connections for it, which is all that its readiness asks for") {
    scratch_folder folder;
    std::string command = R"(["python3", "busy_start.py", "{port}", ")" + folder.path("") + R"(", "9", "0"])";
    arcade a("[process.other]\ncommand = " + command + "\ndirectory = \"" + PARLOR_GAMES + "\"\n" + hasty);
    hang(a, "/api/other/x");
  }
}

TEST_CASE("a program that is late and says that it is ready stays") {
  arcade a("answer_within = \"1s\"\nlate_max = 1");
  std::string pid = a.pid_of("ann");
  for (int i = 0; i < 2; ++i) CHECK(a.post("ann", "slow?seconds=2").status == 504);
  CHECK(a.pid_of("ann") == pid);
  CHECK(replaced(a) == "0");
}
