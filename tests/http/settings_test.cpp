#include <CLI/CLI.hpp>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "http/settings.hpp"
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
  settings s = make_settings({{"port", "1234"}, {"secret", std::string(32, 'x')},
                              {"allowed_origins", "https://a.example,https://b.example"}}, "");
  s.kinds["gomoku"].finished_after = 90s;
  std::ostringstream printed;
  print(s, printed);
  CHECK_THAT(printed.str(), !Catch::Contains(std::string(32, 'x')));
  std::string file = folder.path("parlor.toml");
  std::ofstream(file) << printed.str();
  settings again = make_settings({}, file);
  std::ostringstream reprinted;
  print(again, reprinted);
  CHECK(reprinted.str() == printed.str());
  CHECK(again.gate.allowed_origins == std::vector<std::string>{"https://a.example", "https://b.example"});
}
