#include "runtime/services/child_process.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <functional>

#include "tests/services/children.hpp"
#include "tests/support/scratch_folder.hpp"

using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

TEST_CASE("a program is started, and its end is told with its status and last lines") {
  nursery n;
  child_end end = n.end_of(n.start_shell("echo out; echo err >&2; exit 3"));
  CHECK(end.how == "exit status 3");
  CHECK(end.started);
  CHECK(end.last_lines == "out\nerr");
}

TEST_CASE("a program that is not there cannot be started, and a sentence says so") {
  nursery n;
  child_end end = n.end_of(n.start({.command = {"no-such-program"}, .environment = {path}}));
  CHECK(end.how == "cannot be started: No such file or directory");
  CHECK_FALSE(end.started);
}

TEST_CASE("a program cannot be started in a directory that is not there") {
  nursery n;
  child_end end = n.end_of(n.start({.command = {"true"}, .directory = "/no/such", .environment = {path}}));
  CHECK(end.how == "cannot be started: its directory cannot be entered: No such file or directory");
  CHECK_FALSE(end.started);
}

TEST_CASE("what cannot be asked for is refused with a sentence") {
  nursery n;
  auto refused = [&](child_options program) {
    child_end end = n.end_of(n.start(std::move(program)));
    CHECK_FALSE(end.started);
    return end.how;
  };
  CHECK(refused({}) == "cannot be started: it has no command");
  CHECK(refused({.command = {"true", std::string(70'000, 'x')}}) ==
        "cannot be started: its command and environment are larger than 64 KiB");
  CHECK(refused({.command = {std::string("tr\0ue", 5)}}) ==
        "cannot be started: its command, directory or environment holds a NUL");
  CHECK(refused({.command = {"true"}, .environment = {"PATH"}}) ==
        "cannot be started: a variable of its environment is not NAME=value");
}

TEST_CASE("options of nearly 64 KiB arrive whole") {
  nursery n;
  std::string large(60'000, 'x');
  child_end end = n.end_of(n.start({.command = {"sh", "-c", "echo ${#0}", large}, .environment = {path}}));
  CHECK(end.last_lines == "60000");
}

TEST_CASE("a program runs in its directory") {
  nursery n;
  scratch_folder folder;
  child_end end = n.end_of(n.start({.command = {"pwd"}, .directory = folder.path(), .environment = {path}}));
  CHECK(end.last_lines == folder.path());
}

TEST_CASE("a program may have as many descriptors as is usual, whatever the server has") {
  rlimit before{}, most{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  most = {before.rlim_max, before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &most);
  nursery n;
  CHECK(n.end_of(n.start_shell("ulimit -n")).last_lines == "1024");
  ::setrlimit(RLIMIT_NOFILE, &before);
}

// Not under the sanitizers: without a descriptor their look at an object's type fails.
#ifndef __SANITIZE_ADDRESS__
TEST_CASE("that a program cannot be started for want of a descriptor is told, and is the server's own fault") {
  nursery n;
  n.look_at_ends = false;
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  int next_free = ::dup(STDERR_FILENO);
  ::close(next_free);
  // Its socket has two ends, and so has the supervisor's.
  for (int left = 0; left < 4; ++left) {
    rlimit few{static_cast<rlim_t>(next_free + left), before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &few);
    child_end end = n.end_of(n.start_shell("true"));
    ::setrlimit(RLIMIT_NOFILE, &before);
    INFO(left << ": " << end.how);
    CHECK_FALSE(end.started);
    CHECK(end.overloaded);
  }
  child_end end = n.end_of(n.start_shell("true"));
  CHECK(end.how == "exit status 0");
  CHECK_FALSE(end.overloaded);
}
#endif

TEST_CASE("a program gets the environment it is given and no other") {
  nursery n;
  child_end end = n.end_of(n.start({.command = {"env"}, .environment = {path, "COLOUR=dark red"}}));
  CHECK(end.last_lines == path + "\nCOLOUR=dark red\n" + n.variable);
}

TEST_CASE("a program is looked up in the PATH that it is given") {
  nursery n;
  child_end end = n.end_of(n.start({.command = {"sh", "-c", "exit 3"}, .environment = {"PATH=/no/such"}}));
  CHECK(end.how == "cannot be started: No such file or directory");
}

TEST_CASE("a program gets no file of the server but its output, and nothing on stdin") {
  nursery n;
  child_end end = n.end_of(n.start_shell("ls -m /proc/self/fd; readlink /proc/self/fd/0; wc -c"));
  // 3 is the folder that ls reads.
  CHECK(end.last_lines == "0, 1, 2, 3\n/dev/null\n0");
}

TEST_CASE("a program gets signals as if nobody had ignored or blocked any") {
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  auto old = signal(SIGPIPE, SIG_IGN);
  nursery n;
  child_end end = n.end_of(n.start_shell("grep -E '^Sig(Blk|Ign)' /proc/self/status"));
  CHECK(end.last_lines.starts_with("SigBlk: 0000000000000000\nSigIgn: "));
  // 32 and 33 are the C library's own, and posix_spawn ignores them.
  auto ignored = std::stoull(end.last_lines.substr(end.last_lines.rfind(' ')), nullptr, 16);
  CHECK((ignored & 0x7fffffff) == 0);
  signal(SIGPIPE, old);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

TEST_CASE("a program that is told to stop can clean up") {
  nursery n;
  sign ready;
  auto child =
      n.start_shell("trap 'echo tidy; exit 5' TERM; echo up > " + ready.file + "; while :; do sleep 0.01; done");
  REQUIRE(eventually([&] { return ready.given(); }));
  n.stop(child);
  child_end end = n.end_of(child);
  CHECK(end.how == "exit status 5");
  CHECK(end.last_lines.ends_with("tidy"));
}

TEST_CASE("a program that does not listen is killed after its time, not before") {
  nursery n;
  sign ready;
  auto child = n.start_shell("trap '' TERM; echo up > " + ready.file + "; while :; do sleep 0.01; done", 700ms);
  REQUIRE(eventually([&] { return ready.given(); }));
  auto asked = std::chrono::steady_clock::now();
  n.stop(child);
  CHECK(n.end_of(child).how == "signal 9 (Killed)");
  auto took = std::chrono::steady_clock::now() - asked;
  CHECK(took >= 700ms);
  CHECK(took < 5s);
  CHECK(n.left_at_end() == 0);
}

TEST_CASE("a program that is suspended hears that it is to stop") {
  nursery n;
  auto child = n.start_shell("kill -STOP $$; sleep 1000", 20s);
  REQUIRE(eventually([&] {
    auto pids = processes_with(n.variable);
    return pids.size() == 1 && state_of(pids[0]) == 'T';
  }));
  n.stop(child);
  CHECK(n.end_of(child).how == "signal 15 (Terminated)");
}

TEST_CASE("the whole group of a program is asked to end before it is killed") {
  nursery n;
  sign ready, tidied;
  auto child = n.start_shell("trap 'wait; exit 0' TERM; sh -c 'trap \"echo yes > " + tidied.file +
                             "; exit\" TERM; echo up > " + ready.file + "; while :; do sleep 0.01; done' & wait");
  REQUIRE(eventually([&] { return ready.given(); }));
  n.stop(child);
  CHECK(n.end_of(child).how == "exit status 0");
  CHECK(tidied.given());
}

TEST_CASE("a program that is stopped before it starts is not started, or ends") {
  nursery n;
  for (int i = 0; i < 20; ++i) {
    auto child = n.start_shell("exec sleep 1000");
    n.stop(child);
    child_end end = n.end_of(child);
    CHECK(end.how == (end.started ? "signal 15 (Terminated)" : "cannot be started: it was stopped before"));
  }
}

TEST_CASE("when an end is told, no process is left that the program had started") {
  nursery n;
  sign ready;
  // In sessions of their own, deaf, twice forked, and with no parent but the guardian.
  const std::string brood =
      "setsid sh -c 'trap \"\" TERM HUP; (setsid sleep 1000 &) ; sleep 1000 & sleep 1000' &"
      "(setsid setsid sh -c 'sleep 1000 & echo up > " +
      ready.file +
      "' &) ;"
      "while ! [ -s " +
      ready.file + " ]; do sleep 0.01; done;";
  SECTION("it ended by itself") { CHECK(n.end_of(n.start_shell(brood + "exit 4")).how == "exit status 4"); }
  SECTION("it crashed") {
    CHECK(n.end_of(n.start_shell(brood + "kill -SEGV $$")).how == "signal 11 (Segmentation fault)");
  }
  SECTION("it was stopped") {
    auto child = n.start_shell(brood + "exec sleep 1000");
    REQUIRE(eventually([&] { return ready.given(); }));
    REQUIRE(eventually([&] { return processes_with(n.variable).size() > 3; }));
    n.stop(child);
    CHECK(n.end_of(child).how == "signal 15 (Terminated)");
  }
  CHECK(n.left_at_end() == 0);
}

TEST_CASE("processes that keep forking are caught") {
  nursery n;
  // Each lives for a moment and leaves the next one behind, in a session of its own.
  sign ready;
  scratch_folder folder;
  std::string script = folder.path("runaway");
  std::ofstream(script) << "setsid sh " << script << " &\necho up > " << ready.file << "\n";
  auto child = n.start_shell("sh " + script + "; while ! [ -s " + ready.file + " ]; do :; done");
  CHECK(n.end_of(child).how == "exit status 0");
  CHECK(n.left_at_end() == 0);
}

TEST_CASE("a program that writes megabytes is not held up, and its last lines are kept") {
  nursery n;
  child_end end = n.end_of(n.start_shell("seq 1000000; echo done"));
  CHECK(end.how == "exit status 0");
  CHECK(end.last_lines.starts_with("999982\n"));
  CHECK(end.last_lines.ends_with("1000000\ndone"));
}

TEST_CASE("a program that closes its output, or writes without end, can be stopped") {
  nursery n;
  sign ready, loud_ready;
  auto silent = n.start_shell("exec >&- 2>&-; echo up > " + ready.file + "; exec sleep 1000");
  auto loud = n.start_shell("echo up > " + loud_ready.file + "; exec yes");
  REQUIRE(eventually([&] { return ready.given() && loud_ready.given(); }));
  n.stop(silent);
  n.stop(loud);
  CHECK(n.end_of(silent).how == "signal 15 (Terminated)");
  CHECK(n.end_of(loud).how == "signal 15 (Terminated)");
}

TEST_CASE("limits of memory and processor time hold") {
  nursery n;
  // dd wants its block at once.
  child_options big{.command = {"dd", "if=/dev/zero", "of=/dev/null", "bs=512M", "count=1"}, .environment = {path}};
  CHECK(n.end_of(n.start(big)).how == "exit status 0");
  big.memory_bytes_max = 256 << 20;
  CHECK(n.end_of(n.start(big)).how == "exit status 1");

  child_options busy{.command = {"sh", "-c", "while :; do :; done"}, .environment = {path}};
  busy.cpu_seconds_max = 1;
  CHECK(n.end_of(n.start(busy)).how == "signal 24 (CPU time limit exceeded)");
  busy.command.back() = "trap '' XCPU; while :; do :; done";
  CHECK(n.end_of(n.start(busy)).how == "signal 9 (Killed)");
}

TEST_CASE("a server that stops ends all its children, patient ones in their own time") {
  nursery n;
  sign ready;
  auto brisk = n.start_shell("exec sleep 1000");
  auto patient = n.start_shell("trap 'sleep 0.3; echo tidy; exit' TERM; echo up > " + ready.file +
                               "; while :; do sleep 0.01; done");
  auto deaf = n.start_shell("trap '' TERM; while :; do sleep 0.01; done", 300ms);
  REQUIRE(eventually([&] { return ready.given(); }));
  n.close();
  REQUIRE(n.ended() == 3);
  CHECK_FALSE(n.end_of(brisk).how.empty());
  CHECK(n.end_of(patient).last_lines.ends_with("tidy"));
  CHECK(n.has_ended(deaf));
  CHECK(processes_with(n.variable).empty());
  CHECK(children_of(::getpid()).empty());
}

TEST_CASE("a hundred children at once") {
  nursery n;
  n.look_at_ends = false;
  std::vector<std::uint64_t> list;
  for (int i = 0; i < 100; ++i) list.push_back(n.start_shell("setsid sleep 1000 & exec sleep 1000"));
  REQUIRE(eventually([&] { return processes_with(n.variable).size() == 200; }));
  for (std::size_t i = 0; i < 50; ++i) n.stop(list[i]);
  for (std::size_t i = 0; i < 50; ++i) CHECK(n.end_of(list[i]).how == "signal 15 (Terminated)");
  CHECK(processes_with(n.variable).size() == 100);
  n.close();
  CHECK(n.ended() == 100);
  CHECK(n.told_twice == 0);
  CHECK(processes_with(n.variable).empty());
}

TEST_CASE("children are started and stopped from several threads, each end is told once") {
  nursery n;
  n.look_at_ends = false;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        auto child = n.start_shell(i % 3 == t % 3 ? "exit 0" : "exec sleep 1000");
        if (i % 2) n.end_of((n.stop(child), child));
        n.stop(child);
        n.stop(child);
      }
    });
  for (std::thread& t : threads) t.join();
  CHECK(eventually([&] { return n.ended() == 80; }));
  n.stop(12345);
  n.close();
  CHECK(n.ended() == 80);
  CHECK(n.told_twice == 0);
  CHECK(processes_with(n.variable).empty());
}

TEST_CASE("a callback may start the next one, and when the server stops that is refused") {
  std::atomic<int> begun{0}, refused{0}, ran{0};
  child_processes* owner = nullptr;
  std::function<void()> next;
  {
    child_processes children({PARLOR_SUPERVISOR, "supervise"});
    owner = &children;
    next = [&] {
      ++begun;
      owner->start({.command = {"true"}, .environment = {path}}, [&](child_end&& end) {
        if (!end.started) {
          ++refused;
          return;
        }
        ++ran;
        next();
      });
    };
    next();
    REQUIRE(eventually([&] { return ran >= 3; }));
  }
  // Each was told once; of the last one nobody may have heard.
  CHECK(ran + refused <= begun);
  CHECK(ran + refused >= begun - 1);
}
