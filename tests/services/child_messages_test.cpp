#include "runtime/services/child_messages.hpp"

#include <catch2/catch.hpp>

using namespace parlor;
using namespace std::chrono_literals;

TEST_CASE("options arrive as they were sent") {
  child_options sent{.command = {"program", "", "two\nlines"},
                     .directory = "/tmp",
                     .environment = {"A=1", "B="},
                     .memory_bytes_max = std::uint64_t{1} << 40,
                     .cpu_seconds_max = 7,
                     .stop_within = 1500ms};
  auto got = to_child_options(to_message(sent));
  REQUIRE(got);
  CHECK(got->command == sent.command);
  CHECK(got->directory == sent.directory);
  CHECK(got->environment == sent.environment);
  CHECK(got->memory_bytes_max == sent.memory_bytes_max);
  CHECK(got->cpu_seconds_max == sent.cpu_seconds_max);
  CHECK(got->stop_within == sent.stop_within);
}

TEST_CASE("an end arrives as it was sent, and is no other message") {
  std::string message = to_message(child_end{.how = "exit status 3", .started = false, .last_lines = "a\nb"});
  auto got = to_child_end(message);
  REQUIRE(got);
  CHECK(got->how == "exit status 3");
  CHECK_FALSE(got->started);
  CHECK(got->last_lines == "a\nb");
  CHECK(message != child_started_message);
  CHECK_FALSE(to_child_end(child_started_message));
  CHECK_FALSE(to_child_end(""));
}

TEST_CASE("what is only a part of a message, or more than one, is none") {
  std::string options = to_message({.command = {"true", "x"}, .environment = {"A=1"}});
  std::string end = to_message({.how = "exit status 0", .last_lines = "last"});
  for (std::size_t i = 0; i < options.size(); ++i) CHECK_FALSE(to_child_options(options.substr(0, i)));
  for (std::size_t i = 0; i < end.size(); ++i) CHECK_FALSE(to_child_end(end.substr(0, i)));
  CHECK_FALSE(to_child_options(options + "x"));
  CHECK_FALSE(to_child_end(end + "x"));
  CHECK_FALSE(to_child_options(std::string(64, '\xff')));
}
