#include "http/sockets/send_ring.hpp"

#include <liburing.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace parlor::http {
namespace {

constexpr unsigned sent_at_once = 256;
constexpr int flags = MSG_NOSIGNAL | MSG_DONTWAIT;

void send_by_itself(send_ring::message& m) {
  ssize_t bytes = ::send(m.socket, m.bytes.data(), m.bytes.size(), flags);
  m.sent = static_cast<int>(bytes >= 0 ? bytes : -errno);
}

}  // namespace

send_ring::~send_ring() = default;

void send_ring::closer::operator()(io_uring* ring) const {
  io_uring_queue_exit(ring);
  delete ring;
}

/// The first thread that sends owns the ring, so the kernel needs no lock for it.
void send_ring::open() {
  auto ring = std::make_unique<io_uring>();
  io_uring_params wanted{};
  wanted.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN;
  if (io_uring_queue_init_params(sent_at_once, ring.get(), &wanted) == 0) ring_.reset(ring.release());
}

void send_ring::send(std::span<message> messages) {
  if (messages.size() > 1 && std::exchange(wanted_, way::one_by_one) == way::in_one_call) open();
  for (auto rest = messages; ring_ && rest.size() > 1;) {
    auto some = rest.first(std::min<std::size_t>(rest.size(), sent_at_once));
    submit(some);
    rest = rest.subspan(some.size());
  }
  for (message& m : messages)
    if (!m.sent) send_by_itself(m);
}

/// Sends that must not wait are over when the call returns. If the kernel refuses to go on, what it did not try stays
/// without a result, and the ring is given up: nothing of it may be sent later.
void send_ring::submit(std::span<message> some) {
  for (message& m : some) {
    io_uring_sqe* entry = io_uring_get_sqe(ring_.get());
    io_uring_prep_send(entry, m.socket, m.bytes.data(), m.bytes.size(), flags);
    io_uring_sqe_set_data(entry, &m);
  }
  auto untried = [](const message& m) { return !m.sent; };
  while (std::any_of(some.begin(), some.end(), untried)) {
    int failed = io_uring_submit_and_wait(ring_.get(), 1);
    collect();
    if (failed == -EINTR || failed >= 0) continue;
    // Another thread serves the loop now: it has a ring of its own.
    if (failed == -EEXIST) wanted_ = way::in_one_call;
    return ring_.reset();
  }
}

void send_ring::collect() {
  unsigned place = 0, count = 0;
  io_uring_cqe* result = nullptr;
  io_uring_for_each_cqe(ring_.get(), place, result) {
    static_cast<message*>(io_uring_cqe_get_data(result))->sent = result->res;
    ++count;
  }
  io_uring_cq_advance(ring_.get(), count);
}

}  // namespace parlor::http
