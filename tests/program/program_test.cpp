#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "runtime/storage/sqlite.hpp"
#include "runtime/storage/sqlite_store.hpp"
#include "tests/program/serving.hpp"
#include "tests/support/loopback_client.hpp"
#include "tests/support/program.hpp"

// The program as an operator meets it.
using namespace parlor::testing;
using Catch::Contains;

namespace {

const std::string stored_room =
    R"({"table":{"seats":[{"player":"ann","rematch":false},{"player":"","rematch":false}],"holds":[],)"
    R"("listed":false,"started":false,"first":0,"turn":-1,"moves_left":0,"turn_ends_ms":0,"played_ms":0,)"
    R"("ended":null},"game":{"cells":[0,0,0,0,0,0,0,0,0]}})";

}  // namespace

TEST_CASE("the server starts, takes the token that the program prints, and stops when told to") {
  scratch_folder data;
  program server(serving(data));
  std::uint16_t port = server.port();
  REQUIRE(port != 0);
  loopback_client client(port);
  loopback_client::headers ann{{"Authorization", "Bearer " + token_for(data, "ann")}};
  CHECK(client.request("POST", "/api/tictactoe/r/join", ann).status == 200);
  for (int which : {SIGTERM}) server.signal(which);
  CHECK(server.ends() == 0);
  CHECK_THAT(server.output(), Contains("stopped everything accepted was answered"));

  // The secret lasts: a token from before the restart is good after it.
  program again(serving(data));
  loopback_client second(again.port());
  CHECK(second.request("GET", "/api/session", ann).status == 200);
  again.signal(SIGINT);
  CHECK(again.ends() == 0);
}

TEST_CASE("a token is made with a server's secret, and never with one of its own") {
  scratch_folder data, wrong;
  program server(serving(data));
  REQUIRE(server.port() != 0);
  program elsewhere({"token", "--player", "ann", "--data", wrong.path()});
  CHECK(elsewhere.ends() == 1);
  CHECK_THAT(elsewhere.output(), Contains("there is no " + wrong.path("secret")) && Contains("--data"));
  CHECK(std::count(elsewhere.output().begin(), elsewhere.output().end(), '\n') == 1);
  CHECK(std::filesystem::is_empty(wrong.path()));
  // Whoever knows the secret needs no folder.
  program named({"token", "--player", "ann", "--data", wrong.path("none")}, {"PARLOR_SECRET=" + std::string(32, 's')});
  CHECK(named.ends() == 0);
}

TEST_CASE("what an operator denies holds after a kill") {
  scratch_folder data;
  program server(serving(data));
  loopback_client client(server.port());
  loopback_client::headers ann{{"Authorization", "Bearer " + token_for(data, "ann")}};
  loopback_client::headers bob{{"Authorization", "Bearer " + token_for(data, "bob")}};
  program made({"token", "--player", "root", "--admin", "--data", data.path()});
  REQUIRE(made.ends() == 0);
  loopback_client::headers root{{"Authorization", "Bearer " + made.output().substr(0, made.output().find('\n'))},
                                {"Content-Type", "application/json"}};
  REQUIRE(client.request("POST", "/api/admin/revoke", root, R"({"player":"ann"})").status == 200);
  REQUIRE(client.request("POST", "/api/admin/ban", root, R"({"player":"bob"})").status == 200);
  server.signal(SIGKILL);
  server.ends();

  program again(serving(data));
  loopback_client second(again.port());
  CHECK(second.request("GET", "/api/session", ann).field("detail") == "the token was revoked");
  CHECK(second.request("GET", "/api/session", bob).code() == "banned");
  ann["Authorization"] = "Bearer " + token_for(data, "ann");
  CHECK(second.request("GET", "/api/session", ann).status == 200);
}

TEST_CASE("a port in use is one clear sentence") {
  scratch_folder data;
  program first(serving(data));
  std::string port = std::to_string(first.port());
  scratch_folder other;
  program second({"serve", "--address", "127.0.0.1", "--port", port, "--data", other.path()});
  CHECK(second.ends() == 1);
  CHECK_THAT(second.output(), Contains("cannot listen on 127.0.0.1:" + port + ": Address already in use"));
  CHECK(std::count(second.output().begin(), second.output().end(), '\n') == 1);
}

TEST_CASE("the server takes all descriptors that it may have") {
  scratch_folder data;
  program server(serving(data));
  REQUIRE(server.port() != 0);
  std::ifstream limits("/proc/" + std::to_string(server.serving_pid()) + "/limits");
  std::string line;
  while (std::getline(limits, line) && line.find("Max open files") != 0) continue;
  std::istringstream words(line.substr(15));
  std::string soft, hard;
  words >> soft >> hard;
  CHECK(soft == hard);
}

TEST_CASE("a mistake in the configuration is one clear sentence and no server") {
  scratch_folder data;
  auto with_file = [&](const std::string& text) {
    std::ofstream(data.path("parlor.toml")) << text;
    program p({"serve", "--config", data.path("parlor.toml"), "--data", data.path()});
    CHECK(p.ends() == 1);
    CHECK(std::count(p.output().begin(), p.output().end(), '\n') == 1);
    return p.output();
  };
  CHECK_THAT(with_file("prot = 8080\n"), Contains("prot is not a setting"));
  CHECK_THAT(with_file("port = 99999\n"), Contains("port \"99999\" is not a number from 0 to 65535"));
  CHECK_THAT(with_file("idle_after = \"soon\"\n"), Contains("idle_after \"soon\" is not a length of time"));
  CHECK_THAT(with_file("port = \n"), Contains("line 1"));
  CHECK_THAT(with_file("[kinds.chess]\nidle_after = \"5m\"\n"), Contains("kinds.chess: there is no such kind"));
  CHECK_THAT(with_file("[kinds.gomoku]\ncolour = \"5m\"\n"), Contains("colour is not a setting of a kind"));
  CHECK_THAT(with_file("[kinds.gomoku]\nstate_bytes_max = \"large\"\n"), Contains("not a number of bytes from 1024"));
  CHECK_THAT(with_file("secret = \"short\"\n"), Contains("at least 32 characters") && !Contains("short"));
  CHECK_THAT(with_file("fortune_key = \"sk secret\"\n"), Contains("without blanks") && !Contains("secret"));
  CHECK_THAT(with_file("fortune_url = \"api.example\"\n"), Contains("http:// or https://"));

  program missing({"serve", "--config", data.path("nowhere.toml")});
  CHECK(missing.ends() == 1);
  CHECK_THAT(missing.output(), Contains("nowhere.toml"));
}

TEST_CASE("a backup is taken while the server serves, is verified, and can be served from") {
  scratch_folder data, other;
  program server(serving(data));
  loopback_client client(server.port());
  loopback_client::headers ann{{"Authorization", "Bearer " + token_for(data, "ann")}};
  client.request("POST", "/api/tictactoe/r/join", ann);
  program copy({"backup", other.path("parlor.db"), "--data", data.path()});
  CHECK(copy.ends() == 0);
  program again({"backup", other.path("parlor.db"), "--data", data.path()});
  CHECK(again.ends() == 1);
  CHECK_THAT(again.output(), Contains("exists; it was left as it is"));
  program nowhere({"backup", other.path("no/such/folder"), "--data", data.path()});
  CHECK(nowhere.ends() == 1);
  CHECK_THAT(nowhere.output(), Contains("cannot back up to"));

  // While it serves: its session and lobby may or may not be stored by now, the room is.
  program checked({"verify", "--data", data.path()});
  CHECK(checked.ends() == 0);
  CHECK_THAT(checked.output(), Contains(" actors, 0 wrong, 0 dead letters"));

  program second(serving(other));
  loopback_client elsewhere(second.port());
  CHECK_THAT(elsewhere.request("GET", "/api/tictactoe/r").body, Contains("\"seats\":[\"ann\",null]"));
}

// A sanitizer's program needs six times as long for the same; the promise is about the program that runs.
#ifdef __SANITIZE_ADDRESS__
constexpr auto ready_within = std::chrono::seconds(6);
#else
constexpr auto ready_within = std::chrono::seconds(1);
#endif

TEST_CASE("a server with a hundred thousand stored actors is ready within a second of a kill") {
  scratch_folder data;
  {
    parlor::sqlite_store store(data.path());
    for (int i = 0; i < 100'000; ++i) {
      parlor::commit room{.actor = {"tictactoe", "r" + std::to_string(i)},
                          .next = {.incarnation = 1, .version = 1, .state = stored_room}};
      room.effects.reminders.push_back({"tidy", parlor::real_clock().now() + std::chrono::hours(1), "tidy", "{}"});
      store.save(std::move(room), [](auto) {});
    }
  }
  {
    program killed(serving(data));
    REQUIRE(killed.port() != 0);
    killed.signal(SIGKILL);
    killed.ends();
  }
  auto from = std::chrono::steady_clock::now();
  program server(serving(data));
  loopback_client client(server.port());
  CHECK(client.request("GET", "/readyz").status == 200);
  CHECK(client.request("GET", "/api/tictactoe/r99999").status == 200);
  auto took = std::chrono::steady_clock::now() - from;
  std::cout << "ready after " << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms"
            << std::endl;
  CHECK(took < ready_within);
}

TEST_CASE("verify names what is wrong, and a folder in use or spoilt is one clear sentence") {
  scratch_folder data;
  {
    program server(serving(data));
    loopback_client client(server.port());
    loopback_client::headers ann{{"Authorization", "Bearer " + token_for(data, "ann")}};
    client.request("POST", "/api/tictactoe/r/join", ann);
    program second(serving(data));
    CHECK(second.ends() == 1);
    CHECK_THAT(second.output(), Contains("is in use by another process"));
    server.signal(SIGTERM);
    CHECK(server.ends() == 0);
  }
  parlor::sqlite::connection(data.path("parlor.db"), SQLITE_OPEN_READWRITE)
      .run("UPDATE actors SET state = '{\"table\":7}' WHERE name = 'r'");
  program checked({"verify", "--data", data.path()});
  CHECK(checked.ends() == 1);
  CHECK_THAT(checked.output(), Contains("tictactoe/r: table must be an object") && Contains("1 wrong"));

  std::ofstream(data.path("parlor.db"), std::ios::in | std::ios::binary).write("rubbish, rubbish", 16);
  program spoilt(serving(data));
  CHECK(spoilt.ends() == 1);
  CHECK_THAT(spoilt.output(), Contains("file is not a database"));
  CHECK(std::count(spoilt.output().begin(), spoilt.output().end(), '\n') == 1);
}

TEST_CASE("an unknown option, an unknown command and a folder that cannot be written are told") {
  scratch_folder data;
  struct mistake {
    std::vector<std::string> line;
    const char* said;
  };
  for (const mistake& m : {mistake{{"serve", "--colour", "red"}, "--colour"}, mistake{{"dance"}, "'dance'"},
                           mistake{{}, "COMMAND is required"}, mistake{{"--port", "1", "serve"}, "--port"},
                           mistake{{"serve", "twice"}, "'twice'"}, mistake{{"serve", "--port"}, "--port"},
                           mistake{{"token"}, "--player is required"}, mistake{{"backup"}, "FILE is required"},
                           mistake{{"restore"}, "FILE is required"}, mistake{{"backup", "--force", "a"}, "--force"},
                           mistake{{"backup", "a", "b"}, "'b'"}, mistake{{"token", "--admin=yes"}, "--admin"}}) {
    program started(m.line);
    CHECK(started.ends() == 2);
    CHECK_THAT(started.output(), Contains(m.said) && Contains("--help"));
  }
  std::ofstream(data.path("file")) << "x";
  program folder({"serve", "--data", data.path("file/x"), "--port", "0"});
  CHECK(folder.ends() == 1);
  CHECK_THAT(folder.output(), Contains("cannot make the folder"));
  program player({"token", "--player", "a b", "--data", data.path()});
  CHECK(player.ends() == 1);
  CHECK_THAT(player.output(), Contains("--player must match"));
}

TEST_CASE("help names every setting, and the version is told") {
  program help({"serve", "--help"});
  CHECK(help.ends() == 0);
  for (const char* option : {"--port", "--idle-after", "PARLOR_IDLE_AFTER", "[\"30m\"]", "--sweep-every"})
    CHECK_THAT(help.output(), Contains(option));
  CHECK_THAT(help.output(), Contains("Usage: parlor serve"));
  CHECK(help.output().find("--port") < help.output().find("--guests"));  // as the settings are told
  for (const char* asked : {"--help", "-h"}) {
    program commands({asked});
    CHECK(commands.ends() == 0);
    for (const char* command : {"serve", "token", "backup", "restore", "verify", "upgrade", "clock", "config"})
      CHECK_THAT(commands.output(), Contains(command));
  }
  program version({"--version"});
  CHECK(version.ends() == 0);
  CHECK_THAT(version.output(), Catch::Matches("parlor [0-9.]+\n"));
}

TEST_CASE("a terminal is shown a link to the console that works, and no log is") {
  scratch_folder data;
  auto on = [&](program::output_to where, std::vector<std::string> more = {}) {
    program server(serving(data, std::move(more)), {}, where);
    REQUIRE(server.port() != 0);
    std::string shown;
    if (where == program::output_to::terminal && server.says("console#token=")) {
      shown = server.output().substr(server.output().find("console#token=") + 14);
      shown = shown.substr(0, shown.find('\r'));  // it is written as one piece
      loopback_client client(server.port());
      loopback_client::headers root{{"Authorization", "Bearer " + shown}};
      CHECK(client.request("GET", "/api/admin", root).field("operator") == "operator");
      CHECK(client.request("GET", "/api/admin/log", root).body.find("token") == std::string::npos);
    }
    server.signal(SIGTERM);
    CHECK(server.ends() == 0);
    CHECK((server.output().find("console#token=") != std::string::npos) == !shown.empty());
    return !shown.empty();
  };
  using to = program::output_to;
  CHECK(on(to::terminal));
  CHECK_FALSE(on(to::pipe));
}

TEST_CASE("a link to the console is not shown where the setting or a log of JSON forbids it") {
  scratch_folder data;
  for (std::vector<std::string> more :
       {std::vector<std::string>{"--console-link", "false"}, std::vector<std::string>{"--log-format", "json"}}) {
    program server(serving(data, more), {}, program::output_to::terminal);
    REQUIRE(server.port() != 0);
    server.signal(SIGTERM);
    CHECK(server.ends() == 0);
    CHECK_THAT(server.output(), Contains("ready") && !Contains("console#"));
  }
}

TEST_CASE("a log that nobody reads holds up nobody") {
  scratch_folder data;
  program server(serving(data, {"--log-level", "debug"}));
  loopback_client client(server.port());
  // Each is told twice, when an actor is made for the question and when it goes: in all several times what a
  // pipe holds.
  int answered = 0;
  for (int i = 0; i < 3000; ++i)
    answered += client.request("GET", "/api/tictactoe/r" + std::to_string(i)).status == 404;
  CHECK(answered == 3000);
  server.signal(SIGTERM);
  CHECK(server.ends() == 0);
  CHECK(server.output().size() > 65536);
}

TEST_CASE("the environment is heard, and the log can be lines of JSON") {
  scratch_folder data;
  program server(serving(data, {"--log-format", "json"}), {"PARLOR_LOG_LEVEL=debug"});
  REQUIRE(server.port() != 0);
  CHECK_THAT(server.output(), Contains("\"event\":\"ready\",\"detail\":\"http://127.0.0.1:"));
  loopback_client client(server.port());
  loopback_client::headers ann{{"Authorization", "Bearer " + token_for(data, "ann")}};
  ann.emplace("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  std::string id = client.request("POST", "/api/tictactoe/r/join", ann).header("x-request-id");
  CHECK(
      server.says("\"level\":\"debug\",\"event\":\"created\",\"actor\":\"tictactoe/r\","
                  "\"trace\":\"0af7651916cd43dd8448eb211c80319c\",\"request\":\"" +
                  id + "\"}"));
}

TEST_CASE("a line of the log for people names the request, too, and of a malformed trace nothing") {
  scratch_folder data;
  program server(serving(data, {"--log-level", "debug"}));
  loopback_client client(server.port());
  auto asked = [&](const std::string& room, const std::string& trace) {
    return client.request("GET", "/api/tictactoe/" + room, {{"traceparent", trace}}).header("x-request-id");
  };
  std::string first = asked("r", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  CHECK(server.says("created tictactoe/r trace=0af7651916cd43dd8448eb211c80319c request=" + first + "\n"));
  std::string second = asked("s", "00-attack-b7ad6b7169203331-01");
  CHECK(server.says(" request=" + second + "\n"));
  CHECK_THAT(server.output(), !Contains("attack"));
  // Of two traces neither is known to be the right one.
  const std::string ones(32, '1'), twos(32, '2'), end = "-b7ad6b7169203331-01\r\n";
  client.raw("GET /api/tictactoe/t HTTP/1.1\r\nHost: x\r\ntraceparent: 00-" + ones + end + "traceparent: 00-" + twos +
             end + "\r\n");
  CHECK(server.says("created tictactoe/t trace="));
  CHECK_THAT(server.output(), !Contains(ones));
  CHECK_THAT(server.output(), !Contains(twos));
}

TEST_CASE("nothing but a stop ends the server, and SIGHUP reads the settings again") {
  scratch_folder data;
  auto level = [&](const std::string& name) {
    std::ofstream(data.path("parlor.toml")) << "log_level = \"" << name << "\"\n";
  };
  level("info");
  program server(serving(data, {"--config", data.path("parlor.toml")}));
  loopback_client client(server.port());
  for (int which : {SIGUSR1, SIGUSR2}) server.signal(which);
  level("nonsense");
  server.signal(SIGHUP);
  CHECK(server.says("reload_failed"));
  level("debug");
  server.signal(SIGHUP);
  CHECK(server.says("reloaded log_level \"info\" to \"debug\""));
  CHECK(client.request("GET", "/healthz").status == 200);
  server.signal(SIGQUIT);
  CHECK(server.ends() == 0);
  CHECK_THAT(server.output(), Contains("stopped everything accepted was answered"));
}
