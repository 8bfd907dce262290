#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "http/settings/settings.hpp"
#include "tests/support/program.hpp"

using namespace parlor;
using namespace parlor::http;
using namespace parlor::testing;
using namespace std::chrono_literals;

TEST_CASE("lengths of time are read and written") {
  CHECK(parse_duration("250ms") == 250ms);
  CHECK(parse_duration("5s") == 5s);
  CHECK(parse_duration("30m") == 30min);
  CHECK(parse_duration("2h") == 2h);
  CHECK(parse_duration("30d") == 24h * 30);
  for (const char* wrong : {"", "5", "m", "-5m", "0s", "5 m", "5mm", "1.5h", "9999999999d"})
    CHECK_FALSE(parse_duration(wrong));
  for (duration d : {250ms, duration(90s), duration(30min), duration(48h)})
    CHECK(parse_duration(print_duration(d)) == d);
}

TEST_CASE("the command line goes before the environment, the environment before the file") {
  scratch_folder folder;
  std::string file = folder.path("parlor.toml");
  std::ofstream(file) << "port = 1001\nidle_after = \"11m\"\nsweep_every = \"1m\"\n"
                      << "guests = false\n[kinds.gomoku]\nidle_after = \"1h\"\n";
  ::setenv("PARLOR_PORT", "1002", 1);
  ::setenv("PARLOR_IDLE_AFTER", "12m", 1);
  settings s = make_settings({{"port", "1003"}}, file);
  ::unsetenv("PARLOR_PORT");
  ::unsetenv("PARLOR_IDLE_AFTER");
  CHECK(s.listen.port == 1003);
  CHECK(s.runtime.idle_after == 12min);
  CHECK(s.runtime.sweep_every == 1min);
  CHECK_FALSE(s.gate.guests);
  CHECK(s.kinds.at("gomoku").idle_after == 1h);
  CHECK(s.runtime.deadline == 10s);  // untouched
}

TEST_CASE("what is printed can be read again, without the secret") {
  scratch_folder folder;
  settings s = make_settings(
      {{"port", "1234"}, {"secret", std::string(32, 'x')}, {"allowed_origins", "https://a.example,https://b.example"}},
      "");
  s.kinds["gomoku"].finished_after = 90s;
  s.kinds["gomoku"].state_bytes_max = 2048;
  std::ostringstream printed;
  print(s, printed);
  CHECK_THAT(printed.str(), !Catch::Contains(std::string(32, 'x')));
  std::string file = folder.path("parlor.toml");
  std::ofstream(file) << printed.str();
  settings again = make_settings({}, file);
  std::ostringstream reprinted;
  print(again, reprinted);
  CHECK(reprinted.str() == printed.str());
  CHECK(again.kinds.at("gomoku").state_bytes_max == 2048);
  CHECK(again.gate.allowed_origins == std::vector<std::string>{"https://a.example", "https://b.example"});
}

TEST_CASE("what strangers may take can be set, and is printed as it can be read again") {
  auto s = make_settings({{"waiting_rooms_per_guest", "2"},
                          {"waiting_room_empty", "5m"},
                          {"open_per_address", "7"},
                          {"guest_room_kept", "24h"},
                          {"guest_invitations", "3"},
                          {"invitations_reserved", "0"}},
                         "");
  const bounds& set = s.runtime.bounds;
  CHECK(set.waiting_rooms_per_guest == 2);
  CHECK(set.waiting_room_empty == std::chrono::minutes(5));
  CHECK(set.open_per_address == 7);
  CHECK(set.guest_room_kept == std::chrono::hours(24));
  CHECK(set.invitations_reserved == 0);
  CHECK(s.gate.limits.guest_invitations.count == 3);
  std::ostringstream printed;
  print(s, printed);
  for (const char* line : {"waiting_rooms_per_guest = 2\n", "open_per_address = 7\n", "guest_invitations = 3\n"})
    CHECK_THAT(printed.str(), Catch::Contains(line));
  CHECK_THROWS_AS(make_settings({{"open_per_guest", "0"}}, ""), settings_error);
}

TEST_CASE("limits, proxies and the readers of metrics can be set, and are printed as they can be read again") {
  settings s = make_settings({{"player_rate", "7"},
                              {"guests_per_minute", "0"},
                              {"address_burst", "9"},
                              {"limit_loopback", "true"},
                              {"trusted_proxies", "127.0.0.1,2001:db8::/32"},
                              {"metrics", "admin"}},
                             "");
  CHECK(s.gate.limits.players.count == 7);
  CHECK(s.gate.limits.new_guests.count == 0);
  CHECK(s.gate.limits.addresses.burst == 9);
  CHECK(s.gate.limits.loopback);
  CHECK(s.gate.limits.proxies.size() == 2);
  CHECK(s.gate.metrics == metrics_for::admin);
  std::ostringstream printed;
  print(s, printed);
  for (const char* line : {"player_rate = 7\n", "guests_per_minute = 0\n", "limit_loopback = true\n",
                           "trusted_proxies = \"127.0.0.1,2001:db8::/32\"\n", "metrics = \"admin\"\n"})
    CHECK_THAT(printed.str(), Catch::Contains(line));
  using wrong_setting = std::pair<std::string, std::string>;
  for (const auto& [name, wrong] :
       {wrong_setting{"player_burst", "0"}, wrong_setting{"player_rate", "-1"}, wrong_setting{"limit_loopback", "yes"},
        wrong_setting{"metrics", "all"}, wrong_setting{"trusted_proxies", "10.0.0.0/33"},
        wrong_setting{"trusted_proxies", "10.0.0.1,,10.0.0.2"}, wrong_setting{"trusted_proxies", "localhost"}})
    CHECK_THROWS_AS(make_settings({{name, wrong}}, ""), settings_error);
}

namespace {

/// What is wrong with a file, or its settings as they are printed.
std::string outcome_of(const std::string& text) {
  scratch_folder folder;
  std::ofstream(folder.path("parlor.toml")) << text;
  try {
    std::ostringstream printed;
    print(make_settings({}, folder.path("parlor.toml")), printed);
    return printed.str();
  } catch (const settings_error& e) {
    return e.what();
  }
}

const std::string command = "[process.mygame]\ncommand = [\"serve\", \"--port\", \"{port}\"]\n";

}  // namespace

TEST_CASE("a process is a table, and is printed as it can be read again") {
  std::string text =
      command +
      "directory = \"/tmp\"\nready = \"GET /health\"\nenvironment = [\"PATH\", \"MODE=fast\"]\n"
      "idle_after = \"15m\"\nmax_processes = 7\nreserved_percent = 25\naddress_percent = 25\nin_use_for = "
      "\"1m\"\nstart_within = \"20s\"\n"
      "answer_within = \"9s\"\n"
      "late_max = 5\nstop_within = \"4s\"\nanswer_max = \"2MiB\"\nmemory_max = \"1GiB\"\ncpu_max = \"600s\"\n"
      "gateway = true\n";
  std::string printed = outcome_of(text);
  CHECK_THAT(printed, Catch::EndsWith("\n" + text));
  CHECK(outcome_of(printed) == printed);
  scratch_folder folder;
  std::ofstream(folder.path("parlor.toml")) << text;
  settings s = make_settings({}, folder.path("parlor.toml"));
  const process_settings& p = s.processes.at("mygame");
  CHECK(p.program.ready_path == "/health");
  CHECK(p.program.cpu_seconds_max == 600);
  CHECK(p.program.memory_bytes_max == 1ULL << 30);
  CHECK(p.idle_after == 15min);
  CHECK(s.gate.action_kind == "mygame");
}

TEST_CASE("a mistake in a process is one sentence that says where and what would do") {
  using Catch::Contains;
  CHECK_THAT(outcome_of("process = 7\n"), Contains("process must be tables"));
  CHECK_THAT(outcome_of("[process]\nmygame = 7\n"), Contains("process.mygame must be a table"));
  CHECK_THAT(outcome_of("[process.mygame]\n"), Contains("mygame.command is missing"));
  CHECK_THAT(outcome_of("[process.mygame]\ncommand = [\"a\"]\n"), Contains("{port} or {socket}"));
  CHECK_THAT(outcome_of("[process.mygame]\ncommand = [\"{port}\", \"{socket}\"]\n"), Contains("{port} or {socket}"));
  CHECK_THAT(outcome_of("[process.mygame]\ncommand = \"a {port}\"\n"), Contains("command is not a list"));
  CHECK_THAT(outcome_of(command + "directory = \"/no/such/folder\"\n"), Contains("not a folder that is there"));
  CHECK_THAT(outcome_of(command + "ready = \"POST /x\"\n"), Contains("ready is not \"port\", or \"GET /a/path\""));
  CHECK_THAT(outcome_of(command + "max_processes = 0\n"), Contains("not a number from 1"));
  CHECK_THAT(outcome_of(command + "memory_max = \"512\"\n"), Contains("not a size such as"));
  CHECK_THAT(outcome_of(command + "cpu_max = \"10ms\"\n"), Contains("1s or more"));
  CHECK_THAT(outcome_of(command + "gateway = \"yes\"\n"), Contains("not true or false"));
  CHECK_THAT(outcome_of(command + "colour = \"red\"\n"),
             Contains("colour is not a setting of a process: command, directory, ready"));
  CHECK_THAT(outcome_of(command + "gateway = true\n[process.other]\ncommand = [\"{port}\"]\ngateway = true\n"),
             Contains("mygame is the gateway already"));
  CHECK_THAT(outcome_of(command + "ready = \"GET /a b\"\n"), Contains("ready is not"));
  CHECK_THAT(outcome_of(command + "environment = [\"=x\"]\n"), Contains("environment is not a list"));
  CHECK_THAT(outcome_of("[process.mygame]\ncommand = [\"\", \"{port}\"]\n"), Contains("command is not a list"));
  for (const char* key : {"start_within", "answer_within", "stop_within"})
    CHECK_THAT(outcome_of(command + key + " = \"4m\"\n"), Contains("at most 3m"));
  CHECK_THAT(outcome_of("fortune_within = \"6m\"\n"), Contains("at most 5m"));
  CHECK_THAT(outcome_of("start_turn_within = \"2m\"\n"), Contains("at most 1m"));
  // A list where one text belongs, and the other way round.
  for (const char* key : {"directory", "ready", "idle_after", "max_processes", "memory_max", "cpu_max", "gateway"})
    CHECK_THAT(outcome_of(command + key + " = [\"1s\"]\n"), Contains(std::string(key) + " is not"));
  CHECK_THAT(outcome_of(command + "environment = \"PATH\"\n"), Contains("environment is not a list"));
}

TEST_CASE("what is denied is a table, and is printed as it can be read again") {
  std::string text =
      "[deny.players]\n\"eve\" = \"rude, says \\\"ann\\\"\"\n\n"
      "[deny.addresses]\n\"10.0.0.0/8\" = \"\"\n\"2001:db8:0:1::/64\" = \"makes guests\"\n";
  std::string printed = outcome_of(text);
  CHECK_THAT(printed, Catch::EndsWith("\n" + text));
  CHECK(outcome_of(printed) == printed);
  // An IPv6 address stands for its /64.
  CHECK_THAT(outcome_of("[deny.addresses]\n\"2001:db8:0:1::7\" = \"\"\n"), Catch::Contains("\"2001:db8:0:1::/64\""));
}

TEST_CASE("a mistake in what is denied says in which line it is") {
  using Catch::Contains;
  CHECK_THAT(outcome_of("port = 1\ndeny = 7\n"), Contains("line 2: deny must be a table"));
  CHECK_THAT(outcome_of("[deny]\nplayer = 7\n"), Contains("line 2: deny.player is not a list of what is denied"));
  CHECK_THAT(outcome_of("[deny.players]\n\"a b\" = \"\"\n"),
             Contains("line 2: deny.players.a b is not a player's name"));
  CHECK_THAT(outcome_of("[deny.players]\neve = [\"rude\"]\n"), Contains("line 2: deny.players.eve must be text"));
  CHECK_THAT(outcome_of("[deny.players]\neve = \"" + std::string(201, 'x') + "\"\n"), Contains("more than 200 bytes"));
  CHECK_THAT(outcome_of("[deny.addresses]\nhere = \"\"\n"), Contains("line 2: deny.addresses.here is neither"));
}

TEST_CASE("settings that reload are taken over, and the others are named and left as they are") {
  settings running = make_settings({{"secret", std::string(32, 'x')}, {"port", "1"}}, "");
  settings fresh = make_settings({{"secret", std::string(32, 'y')},
                                  {"port", "2"},
                                  {"limit_loopback", "true"},
                                  {"trusted_proxies", "10.0.0.1"},
                                  {"guest_rate", "7"},
                                  {"waiting_room_empty", "5m"},
                                  {"connections_max", "100"},
                                  {"log_level", "debug"}},
                                 "");
  fresh.kinds["gomoku"].idle_after = 1h;
  fresh.denied.players.push_back({.name = "eve"});
  auto found = take_over(running, fresh);
  using names = std::vector<std::string>;
  CHECK(found.taken == names{"connections_max 0 to 100", "log_level \"info\" to \"debug\"", "guest_rate 20 to 7",
                             "limit_loopback false to true", "waiting_room_empty \"1m\" to \"5m\"", "deny"});
  CHECK(found.later == names{"port", "secret", "trusted_proxies", "kinds.gomoku"});
  CHECK(running.gate.limits.guests.count == 7);
  CHECK(running.runtime.bounds.waiting_room_empty == 5min);
  CHECK(running.listen.connections.most == 100);
  CHECK(running.listen.connections.loopback);
  CHECK(running.denied.players.size() == 1);
  CHECK(running.log_level == "debug");
  CHECK(running.listen.port == 1);
  CHECK(running.secret == std::string(32, 'x'));
  CHECK(running.gate.limits.proxies.empty());
  CHECK(running.listen.connections.proxies.empty());
  CHECK(running.kinds.empty());
  // What is named once is named until the next start; what was taken over is not.
  auto again = take_over(running, fresh);
  CHECK(again.taken.empty());
  CHECK(again.later == found.later);
}

TEST_CASE("docs/operations.md says of each setting whether SIGHUP reloads it") {
  std::ifstream file(PARLOR_DOCUMENTS "/operations.md");
  std::string text(std::istreambuf_iterator<char>(file), {});
  auto reloaded = text.find("**At SIGHUP:**"), later = text.find("**At the next start:**");
  REQUIRE(later != std::string::npos);
  REQUIRE(reloaded < later);
  auto end = text.find("\n## ", later);
  for (const setting_option& s : setting_options()) {
    INFO(s.setting);
    auto named_in = [&, name = "`" + s.setting + "`"](std::size_t from, std::size_t to) {
      return text.substr(from, to - from).find(name) != std::string::npos;
    };
    CHECK(named_in(reloaded, later) == s.reloads);
    CHECK(named_in(later, end) != s.reloads);
  }
}
