#include <catch2/catch.hpp>
#include <set>

#include "tests/programs/arcade.hpp"
#include "tests/support/json.hpp"
#include "tests/support/scripted_server.hpp"

using namespace parlor::testing;
using namespace std::chrono_literals;
using Catch::Contains;

// Each player's game is a FastAPI program of their own, under uvicorn, behind the real server.
namespace {

std::string player(int i) { return "p" + std::to_string(i); }

}  // namespace

TEST_CASE("twenty players at once: each has a process of their own, and none can touch another's") {
  arcade a("answer_within = \"5s\"\nmemory_max = \"512MiB\"");
  constexpr int players = 20;
  for (int i = 0; i < players; ++i) a.as(player(i));
  std::vector<std::future<http_answer>> first;
  for (int i = 0; i < players; ++i) first.push_back(a.post_later(player(i), "who"));
  std::vector<std::string> pids;
  for (int i = 0; i < players; ++i) {
    http_answer answer = first[i].get();
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    CHECK(json_part(answer.body, "player") == player(i));
    CHECK_THAT(answer.body, !Contains("SECRET_OF_THE_SERVER"));
    pids.push_back(json_part(answer.body, "pid"));
  }
  CHECK(std::set<std::string>(pids.begin(), pids.end()).size() == players);
  CHECK_THAT(a.stats(), Contains("\"mygame\":20"));

  // One crashes, one loops for ever, one eats memory.
  auto loops = a.post_later(player(1), "loop");
  auto eats = a.post_later(player(2), "eat");
  http_answer crashed = a.post(player(0), "crash");
  CHECK(crashed.status == 502);
  CHECK_THAT(crashed.body, Contains("the program ended: exit status 3"));
  CHECK(a.server->says("about to crash"));  // the log has its last lines
  for (int i = 3; i < players; ++i) CHECK(a.pid_of(player(i)) == pids[i]);
  CHECK(loops.get().status == 504);
  http_answer eaten = eats.get();
  INFO(eaten.status << " " << eaten.body);
  CHECK((eaten.status == 500 || eaten.status == 502));  // it says so itself, or it is gone

  // Who crashed has a new one with the next message; who loops, when the session is closed.
  std::string anew = a.pid_of(player(0));
  CHECK(anew != pids[0]);
  CHECK(a.pid_of(player(0)) == anew);
  CHECK(a.post(player(1), "who").status == 504);
  CHECK(a.post(player(1), "session/close").body == R"({"closed":true})");
  CHECK(a.pid_of(player(1)) != pids[1]);
  for (int i = 3; i < players; ++i) CHECK(a.pid_of(player(i)) == pids[i]);

  std::string stats = a.stats();
  CHECK_THAT(stats, Contains("\"mygame\":20"));
  a.server->signal(SIGTERM);
  CHECK(a.server->ends() == 0);
  CHECK(a.processes() == 0);
}

TEST_CASE("a game is played by its own routes and by the old gateway's") {
  arcade a("gateway = true");
  http_answer move = a.post("ann", "action", json("guess", 50));
  REQUIRE(move.status == 200);
  CHECK(json_part(move.body, "moves") == "1");
  CHECK(move.header("content-type") == "application/json");
  http_answer by_gateway = a.post("ann", "/ann/action", json("guess", 60));
  CHECK(json_part(by_gateway.body, "moves") == "2");
  CHECK(a.post("bob", "/ann/action", json("guess", 60)).status == 404);
  CHECK(a.post("ann", "action", json("guess", "x")).status == 422);  // FastAPI's own answer
  CHECK(a.post("ann", "nowhere").status == 404);
  auto admin = a.as("root", true);
  http_answer by_admin = loopback_client(a.port).request(
      "POST", "/ann/action",
      [&] {
        auto with = admin;
        with.emplace("Content-Type", "application/json");
        return with;
      }(),
      json("guess", 70));
  CHECK(json_part(by_admin.body, "moves") == "3");
}

TEST_CASE("a request reaches the program as it was sent, also over a Unix socket") {
  for (const std::string& command : {arcade::tcp, arcade::unix_socket}) {
    arcade a("", "", command);
    http_answer echo = a.post("ann", "echo/a%20b/c?x=1&y=%2F", "{\"a\": 1}", {{"Idempotency-Key", "k1"}});
    REQUIRE(echo.status == 200);
    CHECK(json_part(echo.body, "path") == "a b/c");
    CHECK(json_part(echo.body, "query") == "x=1&y=%2F");
    CHECK(json_part(echo.body, "bytes") == "8");
    CHECK(json_part(echo.body, "headers.content-type") == "application/json");
    CHECK(json_part(echo.body, "headers.idempotency-key") == "k1");
    CHECK(json_part(echo.body, "headers.parlor-player") == "ann");
    CHECK_THAT(a.post("ann", "echo/x").body, Contains(R"("headers":{"parlor-player":"ann"},"bytes":0)"));
    CHECK(a.post("ann", "echo/x", std::string(70'000, 'x')).status == 413);
    CHECK(a.post("ann", "large?size=1000000").body.size() == 1'000'000);
    http_answer too_large = a.post("ann", "large?size=2000000");
    CHECK(too_large.status == 502);
    CHECK_THAT(too_large.body, Contains("larger than 1048576 bytes"));
    // The same move again under its key is not made again.
    loopback_client::headers key{{"Idempotency-Key", "move-1"}};
    CHECK(json_part(a.post("ann", "action", json("guess", 1), key).body, "moves") == "1");
    CHECK(json_part(a.post("ann", "action", json("guess", 1), key).body, "moves") == "1");
    CHECK(json_part(a.post("ann", "action", json("guess", 1)).body, "moves") == "2");
    // Large answers are not kept: what is sent again is asked again.
    loopback_client::headers other_key{{"Idempotency-Key", "large"}};
    for (const char* size : {"70000", "60000"})
      CHECK(a.post("bob", std::string("large?size=") + size, "", other_key).status == 200);
    CHECK(a.post("bob", "large?size=70000", "", other_key).code() == "key_reused");
    a.server->signal(SIGTERM);
    CHECK(a.server->ends() == 0);
  }
}

TEST_CASE(
    "where an answer leads and how it is coded reaches the client, and nothing that is not the program's to say") {
  arcade a;
  http_answer lines = a.post("ann", "lines");
  CHECK(lines.status == 201);
  CHECK(lines.header("location") == "games/7");
  CHECK(lines.header("content-encoding") == "gzip");
  CHECK_THAT(lines.body, Catch::StartsWith("\x1f\x8b"));
  CHECK(lines.header("cache-control") == "no-store");
  CHECK(lines.header("vary") == "Accept-Encoding, Authorization");
  for (const char* none : {"set-cookie", "server"}) CHECK(lines.header(none).empty());
  CHECK_THAT(lines.header("keep-alive"), !Contains("7"));
  CHECK(lines.header("x-request-id") != "mine");
  CHECK(lines.header("access-control-allow-origin") == "*");
}

TEST_CASE("calls of one player run side by side") {
  arcade a;
  a.pid_of("ann");
  auto slow = a.post_later("ann", "slow?seconds=3"), slow_too = a.post_later("ann", "slow?seconds=3");
  REQUIRE(eventually([&] { return a.in_flight(2); }));
  CHECK(a.post("ann", "action", json("guess", 1)).status == 200);
  CHECK(slow.wait_for(0s) == std::future_status::timeout);
  CHECK(slow_too.wait_for(0s) == std::future_status::timeout);
  CHECK(slow.get().status == 200);
  CHECK(slow_too.get().status == 200);
}

TEST_CASE("a program that hangs in more calls than it may have connections holds up its own player alone") {
  for (const std::string& command : {arcade::tcp, arcade::unix_socket}) {
    arcade a("answer_within = \"8s\"", "", command);
    a.pid_of("ann");
    a.pid_of("bob");
    std::vector<std::future<http_answer>> hanging;
    for (int i = 0; i < 80; ++i) hanging.push_back(a.post_later("ann", "loop"));
    REQUIRE(eventually([&] { return a.in_flight(80); }));
    CHECK(a.post("bob", "who").status == 200);
    CHECK(a.in_flight(80));
    CHECK(a.post("ann", "session/close").status == 200);
    for (auto& answer : hanging) CHECK(answer.get().code() == "closed");
    CHECK(eventually([&] { return a.processes() == 1; }));
  }
}

TEST_CASE("a session that is opened has its program before the first move") {
  arcade a;
  CHECK(a.post("ann", "session/open").body == R"({"calls":0})");
  CHECK(a.server->says("program_started mygame/ann"));
  CHECK(a.processes() == 1);
  CHECK(a.post("ann", "action", json("guess", 1)).status == 200);
  CHECK(a.processes() == 1);
}

TEST_CASE("a session that is closed while its program starts answers so, and nothing stays") {
  arcade a("", "", R"(["sleep", "1000{port}"])");
  a.as("ann");
  auto waiting = a.post_later("ann", "who");
  REQUIRE(eventually([&] { return a.processes() == 1; }));
  CHECK(a.post("ann", "session/close").body == R"({"closed":true})");
  CHECK(waiting.get().code() == "closed");
  CHECK(eventually([&] { return a.processes() == 0; }));
}

TEST_CASE("an idle program is stopped, with all that it has started, and started again when it is needed") {
  arcade a("idle_after = \"2s\"", "sweep_every = \"1s\"");
  std::string pid = a.pid_of("ann");
  REQUIRE(a.post("ann", "spawn").status == 200);
  CHECK(a.processes() >= 3);
  REQUIRE(eventually([&] { return a.processes() == 0; }));
  // The processes are gone a moment before the session counts as asleep.
  CHECK(eventually([&] { return a.stats().find("\"mygame\":0") != std::string::npos; }));
  CHECK(a.server->says("expired mygame/ann"));
  CHECK(a.server->says("cleaned mygame/ann: program"));
  CHECK(a.pid_of("ann") != pid);
}

TEST_CASE("a server that is killed leaves no process behind, grandchildren included") {
  arcade a;
  for (const char* name : {"ann", "bob"}) REQUIRE(a.post(name, "spawn").status == 200);
  CHECK(a.processes() >= 6);
  a.server->signal(SIGKILL);
  a.server->ends();
  CHECK(eventually([&] { return a.processes() == 0; }));
}

TEST_CASE("over the number of processes the one that was idle for longest makes room") {
  arcade a("max_processes = 2");
  std::string ann = a.pid_of("ann"), bob = a.pid_of("bob");
  CHECK(a.pid_of("ann") == ann);
  std::string cleo = a.pid_of("cleo");  // bob is idle for longer
  CHECK(a.pid_of("ann") == ann);
  CHECK(a.processes() == 2);
  auto busy = a.post_later("ann", "slow?seconds=3"), busy_too = a.post_later("cleo", "slow?seconds=3");
  REQUIRE(eventually([&] { return a.in_flight(2); }));
  CHECK(a.post("bob", "who").code() == "overloaded");
  CHECK(busy.get().status == 200);
  CHECK(busy_too.get().status == 200);
  CHECK(a.pid_of("bob") != bob);
  CHECK(a.processes() == 2);
}

TEST_CASE("a data folder too deep for sockets is refused when the server starts") {
  scratch_folder folder;
  std::string deep = folder.path(std::string(100, 'x'));
  std::ofstream(folder.path("parlor.toml"))
      << "port = 0\ndata = \"" << deep << "\"\n[process.a]\ncommand = [\"x\", \"{socket}\"]\n";
  program p({"serve", "--config", folder.path("parlor.toml")});
  CHECK(p.ends() == 1);
  CHECK_THAT(p.output(), Contains("too long for sockets"));
}

TEST_CASE("a program whose port somebody else took first is given another") {
  scratch_folder folder;
  std::string port_file = folder.path("port"), taken_file = folder.path("taken");
  arcade a("", "", R"(["python3", "slow_to_bind.py", "{port}", ")" + port_file + R"(", ")" + taken_file + "\"]");
  a.as("ann");
  auto answer = a.post_later("ann", "anything");
  REQUIRE(eventually([&] { return std::filesystem::exists(port_file); }));
  int port = 0;
  std::ifstream(port_file) >> port;
  scripted_server other([](const auto&) { return scripted_server::hang; }, static_cast<std::uint16_t>(port));
  std::ofstream(taken_file) << "now";
  CHECK(answer.get().status == 200);
}

TEST_CASE("a program that spoils its own socket takes nobody else with it") {
  arcade a("", "", R"(["python3", "rude.py", "folder for a socket", "{socket}"])");
  std::string pid = a.post("ann", "x", "{}").body;
  CHECK(a.post("bob", "y", "{}").status == 200);
  CHECK(a.post("ann", "session/close").body == R"({"closed":true})");
  CHECK(eventually([&] { return a.processes() == 1; }));
  CHECK(a.post("ann", "x", "{}").status == 200);
  CHECK(a.post("bob", "session/status").status == 405);  // it lives
}

TEST_CASE("a program that takes no connections any more is stopped, and another one started") {
  arcade a("answer_within = \"2s\"", "", R"(["python3", "rude.py", "closes its door", "{port}"])");
  std::string pid = a.post("ann", "x", "{}").body;
  CHECK(a.post("ann", "close", "{}").status == 200);
  CHECK(a.post("ann", "y", "{}").status >= 502);
  REQUIRE(eventually([&] { return a.post("ann", "z", "{}").status == 200; }));
  CHECK(a.post("ann", "z", "{}").body != pid);
}

TEST_CASE("a program that serves one connection at a time answers requests without a body, too") {
  arcade a("answer_within = \"10s\"", "", R"(["python3", "rude.py", "plain", "{port}"])");
  for (int i = 0; i < 3; ++i) CHECK(a.post("ann", "empty").status == 200);
}

TEST_CASE("what the client was told did not happen does not happen later") {
  scratch_folder folder;
  std::string written = folder.path("written");
  arcade a("max_processes = 1\nstart_within = \"1s\"\nanswer_within = \"1s\"\nstop_within = \"6s\"",
           "start_turn_within = \"1s\"", R"(["python3", "rude.py", "writes down", "{port}", ")" + written + "\"]");
  // A busy machine may need more than a second to start a Python.
  REQUIRE(eventually([&] { return a.post("ann", "first", "{}").status == 200; }));
  CHECK(a.post("bob", "pay", "{}").status == 504);  // ann's takes six seconds to end
  REQUIRE(eventually([&] { return a.post("bob", "later", "{}").status == 200; }));
  std::string lines = text_of(written);
  CHECK_THAT(lines, Contains("/later") && !Contains("/pay"));
}

TEST_CASE("who makes room and was opened a moment ago: the other one that was idle for longer") {
  arcade a("max_processes = 2");
  a.pid_of("bob");
  REQUIRE(a.post("ann", "session/open").status == 200);
  REQUIRE(eventually([&] { return a.server->says("program_started mygame/ann"); }));
  a.pid_of("cleo");
  CHECK(a.server->says("program_crowded_out mygame/bob"));
  CHECK_THAT(a.server->output(), !Contains("program_crowded_out mygame/ann"));
}

TEST_CASE("a program that is ending makes room for who comes next") {
  arcade a("max_processes = 1\nstop_within = \"1s\"", "", R"(["python3", "rude.py", "deaf", "{port}"])");
  REQUIRE(a.post("ann", "x", "{}").status == 200);
  auto closed = a.post_later("ann", "session/close");
  closed.get();
  CHECK(a.post("bob", "x", "{}").status == 200);
  // And one that has ended counts no more.
  CHECK(a.post("bob", "session/close").status == 200);
  REQUIRE(eventually([&] { return a.processes() == 0; }));
  CHECK(a.post("cleo", "x", "{}").status == 200);
}

TEST_CASE("a program that cannot start, ends at once, or is never ready says so") {
  SECTION("there is no such program") {
    arcade a("", "", R"(["no-such-program", "{port}"])");
    http_answer none = a.post("ann", "who");
    CHECK(none.status == 502);
    CHECK_THAT(none.body, Contains("cannot be started: No such file or directory"));
  }
  SECTION("it ends at once, and is started again ever later") {
    arcade a("", "", R"(["sh", "-c", "echo it is broken; exit 7", "{port}"])");
    http_answer ended = a.post("ann", "who");
    CHECK(ended.status == 502);
    CHECK_THAT(ended.body, Contains("the program ended: exit status 7"));
    CHECK(a.server->says("it is broken"));
    CHECK_THAT(a.post("ann", "who").body, Contains("exit status 7"));
    http_answer later = a.post("ann", "who");
    CHECK(later.status == 502);
    CHECK_THAT(later.body, Contains("it is started again in 1 s"));
    CHECK(
        eventually([&] { return a.post("ann", "who").body.find("it is started again in 2 s") != std::string::npos; }));
  }
  SECTION("it is never ready") {
    arcade a("start_within = \"1s\"", "", R"(["sleep", "1000{port}"])");
    http_answer late = a.post("ann", "who");
    CHECK(late.status == 504);
    CHECK_THAT(late.body, Contains("the program was not ready in time"));
    CHECK(eventually([&] { return a.processes() == 0; }));
  }
}
