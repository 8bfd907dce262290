#include <sys/socket.h>

#include <catch2/catch.hpp>
#include <string>

#include "runtime/services/child_messages.hpp"
#include "runtime/services/supervisor_process.hpp"
#include "tests/services/children.hpp"

using namespace parlor;
using namespace parlor::testing;

namespace {

/// What a guardian says first about a program that was asked for; empty if there is no guardian.
std::string first_word(supervisor_process& supervisor) {
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
  descriptor ours(ends[0]), theirs(ends[1]);
  std::string options = to_message(child_options{.command = {"true"}});
  CHECK_FALSE(supervisor.ask(options, theirs));
  theirs.reset();
  char bytes[100];
  auto count = ::recv(ours.get(), bytes, sizeof bytes, 0);
  return {bytes, count > 0 ? static_cast<std::size_t>(count) : 0};
}

}  // namespace

TEST_CASE("a supervisor that has ended, unnoticed until it is asked, is replaced") {
  supervisor_process supervisor({PARLOR_SUPERVISOR, "supervise"});
  CHECK(supervisor.link() == -1);
  CHECK(first_word(supervisor) == child_started_message);
  pid_t first = children_of(::getpid()).at(0);
  ::kill(first, SIGKILL);
  REQUIRE(eventually([&] { return !lives(first); }));
  CHECK(first_word(supervisor) == child_started_message);
  CHECK(children_of(::getpid()).at(0) != first);
}

TEST_CASE("a supervisor ends with its link") {
  {
    supervisor_process supervisor({PARLOR_SUPERVISOR, "supervise"});
    CHECK(first_word(supervisor) == child_started_message);
    CHECK(children_of(::getpid()).size() == 1);
  }
  CHECK(children_of(::getpid()).empty());
}
