#include <fcntl.h>
#include <sys/wait.h>

#include <catch2/catch.hpp>

#include "tests/services/children.hpp"
#include "tests/support/scratch_folder.hpp"

using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

// Supervisors and guardians that cannot be started, or are killed, and a server that is.

namespace {

/// A child that sleeps, and who stands over it.
struct one_asleep {
  one_asleep() {
    REQUIRE(eventually([this] { return ready.given(); }));
    supervisor = children_of(::getpid()).at(0);
    guardian = children_of(supervisor).at(0);
  }

  nursery n;
  sign ready;
  std::uint64_t child = n.start_shell("echo up > " + ready.file + "; exec sleep 1000");
  pid_t supervisor = -1, guardian = -1;
};

}  // namespace

TEST_CASE("a supervisor that cannot be started is a child that cannot") {
  nursery n({"/no/such/supervisor"});
  child_end end = n.end_of(n.start_shell("exit 0"));
  CHECK(end.how == "cannot be started: its supervisor cannot be started: No such file or directory");
  CHECK_FALSE(end.started);
}

TEST_CASE("a supervisor that does not do its work is a child that cannot be started") {
  nursery n({"/bin/true"});
  for (int i = 0; i < 10; ++i) {
    child_end end = n.end_of(n.start_shell("exit 0"));
    CHECK(end.how.starts_with("cannot be started: its supervisor"));
    CHECK_FALSE(end.started);
  }
}

TEST_CASE("when the supervisor is killed, children go on, and others can be started") {
  nursery n;
  sign ready;
  auto first = n.start_shell("echo up > " + ready.file + "; setsid sleep 1000 & exec sleep 1000");
  REQUIRE(eventually([&] { return ready.given(); }));
  auto supervisors = children_of(::getpid());
  REQUIRE(supervisors.size() == 1);
  ::kill(supervisors[0], SIGKILL);
  // The server takes leave of it.
  REQUIRE(eventually([&] { return children_of(::getpid()).empty(); }));
  CHECK(n.end_of(n.start_shell("exit 6")).how == "exit status 6");
  CHECK_FALSE(n.has_ended(first));
  n.stop(first);
  CHECK(n.end_of(first).how == "signal 15 (Terminated)");
  n.close();
  CHECK(processes_with(n.variable).empty());
  CHECK(children_of(::getpid()).empty());
}

TEST_CASE("a start at the moment when the supervisor is killed is told to have failed, or works") {
  nursery n;
  int worked = 0;
  for (int i = 0; i < 20; ++i) {
    worked += n.end_of(n.start_shell("exit 0")).started;
    for (pid_t supervisor : children_of(::getpid())) ::kill(supervisor, SIGKILL);
    child_end end = n.end_of(n.start_shell("exit 0"));
    CHECK(end.how == (end.started ? "exit status 0" : "cannot be started: its supervisor or keeper was killed"));
  }
  CHECK(worked >= 10);
}

TEST_CASE("when a keeper is killed, the supervisor kills what it leaves behind") {
  nursery n;
  sign ready;
  auto before = n.start_shell("exec sleep 1000");
  auto child = n.start_shell("setsid sh -c 'sleep 1000 & echo up > " + ready.file + "' & exec sleep 1000");
  REQUIRE(eventually([&] { return ready.given(); }));
  pid_t supervisor = children_of(::getpid()).at(0);
  n.stop(before);
  REQUIRE(eventually([&] { return children_of(supervisor).size() == 1; }));
  auto guardians = children_of(supervisor);
  // A guardian that is forked now must not hold files of the first one: its end would not be seen.
  sign also_ready;
  auto later = n.start_shell("echo up > " + also_ready.file + "; exec sleep 1000");
  REQUIRE(eventually([&] { return also_ready.given(); }));
  ::kill(guardians[0], SIGKILL);
  CHECK(n.end_of(child).how == "its keeper was killed");
  CHECK_FALSE(n.has_ended(later));
  CHECK(n.left_at_end() == 1);
  CHECK(n.end_of(n.start_shell("exit 7")).how == "exit status 7");
}

TEST_CASE("when supervisor and keeper are killed, the program itself ends with its keeper") {
  one_asleep h;
  ::kill(h.supervisor, SIGKILL);
  REQUIRE(eventually([&] { return !lives(h.supervisor); }));
  ::kill(h.guardian, SIGKILL);
  CHECK(h.n.end_of(h.child).how == "its keeper was killed");
  CHECK(eventually([&] { return processes_with(h.n.variable).empty(); }));
}

TEST_CASE("signals that the server's terminal sends do not reach supervisor and keepers") {
  one_asleep h;
  CHECK(::getsid(h.supervisor) == h.supervisor);
  for (pid_t pid : {h.supervisor, h.guardian})
    for (int which : {SIGTERM, SIGINT, SIGHUP}) ::kill(pid, which);
  h.n.stop(h.child);
  CHECK(h.n.end_of(h.child).how == "signal 15 (Terminated)");
  CHECK(lives(h.supervisor));
}

TEST_CASE("when the server is killed, nothing of its children is left") {
  std::string variable = unique_variable();
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  pid_t server = ::fork();
  if (server == 0) {
    ::dup2(ends[1], 1);
    ::execl(PARLOR_SUPERVISOR, PARLOR_SUPERVISOR, "serve", variable.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  char said[8] = {};
  CHECK(::read(ends[0], said, 7) == 7);
  CHECK(std::string(said) == "serving");
  ::close(ends[0]);
  auto supervisors = children_of(server);
  REQUIRE(supervisors.size() == 1);
  auto guardians = children_of(supervisors[0]);
  CHECK(guardians.size() == 3);
  CHECK(eventually([&] { return processes_with(variable).size() >= 6; }));

  ::kill(server, SIGKILL);
  ::waitpid(server, nullptr, 0);
  CHECK(eventually([&] { return processes_with(variable).empty(); }));
  for (pid_t k : guardians) CHECK(eventually([&] { return !lives(k); }));
  CHECK(eventually([&] { return !lives(supervisors[0]); }));
}
