#include <liburing.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cerrno>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <thread>
#include <vector>

#include "http/sockets/send_ring.hpp"

// What is sent together arrives as if it had been sent alone, also where the kernel refuses to send it together.
using parlor::http::send_ring;
using way = send_ring::way;

namespace {

class socket_pair {
 public:
  socket_pair() { REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()) == 0); }
  socket_pair(socket_pair&& from) noexcept : ends_(std::exchange(from.ends_, {-1, -1})) {}
  ~socket_pair() {
    close_reader();
    if (writer() >= 0) ::close(writer());
  }

  [[nodiscard]] int writer() const { return ends_[0]; }
  std::string received() {
    std::string text(1 << 20, 0);
    ssize_t bytes = ::recv(ends_[1], text.data(), text.size(), MSG_DONTWAIT);
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(bytes, 0)));
    return text;
  }
  void close_reader() {
    if (ends_[1] >= 0) ::close(std::exchange(ends_[1], -1));
  }
  void fill() {
    std::string much(1 << 16, '.');
    while (::send(writer(), much.data(), much.size(), MSG_DONTWAIT) > 0) {}
  }

 private:
  std::array<int, 2> ends_{};
};

bool kernel_sends_in_one_call() {
  io_uring ring{};
  io_uring_params wanted{};
  wanted.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN;
  if (::io_uring_queue_init_params(8, &ring, &wanted) != 0) return false;
  ::io_uring_queue_exit(&ring);
  return true;
}

/// From now on this thread gets an error for this system call, as in a container that forbids it.
void forbid(long call) {
  auto number = static_cast<std::uint32_t>(call);
  std::array<sock_filter, 4> rules{{BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                                    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
                                    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
                                    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)}};
  sock_fprog program{rules.size(), rules.data()};
  REQUIRE(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
  REQUIRE(::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

template <class Work>
void on_another_thread(Work work) {
  std::thread(work).join();
}

}  // namespace

TEST_CASE("each socket gets its own bytes, however many they are") {
  send_ring ring(GENERATE(way::in_one_call, way::one_by_one));
  std::size_t count = GENERATE(1U, 2U, 256U, 257U, 258U, 400U);
  std::vector<socket_pair> pairs(count);
  std::vector<std::string> texts;
  for (int again = 0; again < 3; ++again) {
    texts.clear();
    for (std::size_t i = 0; i < count; ++i) texts.push_back(std::to_string(again) + "/" + std::to_string(i));
    std::vector<send_ring::message> messages;
    for (std::size_t i = 0; i < count; ++i) messages.push_back({pairs[i].writer(), texts[i]});
    ring.send(messages);
    for (std::size_t i = 0; i < count; ++i) {
      REQUIRE(messages[i].sent == static_cast<int>(texts[i].size()));
      REQUIRE(pairs[i].received() == texts[i]);
    }
  }
}

TEST_CASE("each message has a result of its own") {
  send_ring ring(GENERATE(way::in_one_call, way::one_by_one));
  socket_pair good, full, left, small;
  full.fill();
  left.close_reader();
  std::string large(8 << 20, '.');
  std::vector<send_ring::message> messages{
      {good.writer(), "first "}, {full.writer(), "x"},      {left.writer(), "x"}, {-1, "x"},
      {small.writer(), large},   {good.writer(), "second"}, {good.writer(), ""}};
  ring.send(messages);
  CHECK(messages[0].sent == 6);
  CHECK(messages[1].sent == -EAGAIN);
  CHECK(messages[2].sent == -EPIPE);
  CHECK(messages[3].sent == -EBADF);
  CHECK(*messages[4].sent > 0);
  CHECK(*messages[4].sent < static_cast<int>(large.size()));
  CHECK(messages[5].sent == 6);
  CHECK(messages[6].sent == 0);
  CHECK(good.received() == "first second");
}

TEST_CASE("many are sent by one call where the kernel can, one alone is not") {
  bool expected = kernel_sends_in_one_call();
  if (!expected) WARN("this kernel has no io_uring, or forbids it: everything is sent one by one");
  on_another_thread([&] {
    send_ring ring;
    socket_pair pair;
    std::vector<send_ring::message> first{{pair.writer(), "x"}}, two(2, {pair.writer(), "y"});
    ring.send(first);
    CHECK(ring.sends() == way::one_by_one);
    ring.send(two);
    CHECK((ring.sends() == way::in_one_call) == expected);
    CHECK(pair.received() == "xyy");
    // What comes next goes the same way: a send that is a call of its own would fail.
    if (!expected) return;
    forbid(SYS_sendto);
    for (std::size_t count : {5U, 256U, 300U}) {
      std::vector<socket_pair> pairs(count);
      std::vector<send_ring::message> more;
      for (const socket_pair& each : pairs) more.push_back({each.writer(), "z"});
      ring.send(more);
      for (const auto& m : more) REQUIRE(m.sent == 1);
    }
  });
}

TEST_CASE("where io_uring is forbidden, before or after it began, everything is sent all the same, once") {
  auto call = GENERATE(SYS_io_uring_setup, SYS_io_uring_enter);
  on_another_thread([&] {
    send_ring ring;
    socket_pair a, b;
    std::vector<send_ring::message> before{{a.writer(), "1"}, {b.writer(), "2"}};
    bool begun = call == SYS_io_uring_enter;
    if (begun) ring.send(before);
    forbid(call);
    for (std::string text : {"3", "4", "5"}) {
      std::vector<send_ring::message> messages{{a.writer(), text}, {b.writer(), text}};
      ring.send(messages);
      CHECK(messages[0].sent == 1);
      CHECK(messages[1].sent == 1);
      CHECK(ring.sends() == way::one_by_one);
    }
    CHECK(a.received() == (begun ? "1345" : "345"));
    CHECK(b.received() == (begun ? "2345" : "345"));
  });
}
