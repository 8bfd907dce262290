#include "runtime/services/child_process.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "runtime/services/child_messages.hpp"

namespace parlor {

namespace {

constexpr std::chrono::seconds moment{5};  ///< that a child may need to end after its SIGKILL

}  // namespace

child_processes::child_processes(std::vector<std::string> supervisor)
    : wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), supervisor_(std::move(supervisor)) {
  if (!wake_) throw std::system_error(errno, std::generic_category(), "eventfd");
  thread_ = std::thread([this] { serve(); });
}

child_processes::~child_processes() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake();
  thread_.join();
}

std::uint64_t child_processes::start(child_options program, ended_function ended) {
  std::uint64_t number = 0;
  {
    std::lock_guard lock(mutex_);
    number = ++last_;
    requests_.push_back({number, std::move(program), std::move(ended)});
  }
  wake();
  return number;
}

void child_processes::stop(std::uint64_t child) {
  {
    std::lock_guard lock(mutex_);
    requests_.push_back({child, std::nullopt, nullptr});
  }
  wake();
}

void child_processes::wake() { ::eventfd_write(wake_.get(), 1); }

void child_processes::serve() {
  while (true) {
    do_requests();
    if (leave_at_ && (children_.empty() || steady::now() >= *leave_at_)) break;
    listen();
  }
  // Nobody can do more for these: the kernel does not let go of them.
  for (auto& [number, c] : std::exchange(children_, {})) c.ended({.how = "does not end", .started = c.started});
}

void child_processes::do_requests() {
  std::vector<request> todo;
  bool ending = false;
  {
    std::lock_guard lock(mutex_);
    todo.swap(requests_);
    ending = ending_;
  }
  if (ending && !leave_at_) stop_all();
  for (request& r : todo) {
    if (r.call) begin(r);
    // The socket says no more in this direction; the end is still heard in the other.
    else if (auto c = children_.find(r.child); c != children_.end()) ::shutdown(c->second.socket.get(), SHUT_WR);
  }
}

void child_processes::begin(request& r) {
  if (leave_at_) return r.ended(not_started("the server stops"));
  if (std::string wrong = wrong_with(*r.call); !wrong.empty()) return r.ended(not_started(wrong));
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return r.ended(not_started(errno));
  descriptor ours(ends[0]), theirs(ends[1]);
  if (auto failed = supervisor_.ask(to_message(*r.call), theirs)) return r.ended(std::move(*failed));
  children_.emplace(r.child, child{std::move(ours), std::move(r.ended), r.call->stop_within});
}

void child_processes::stop_all() {
  duration longest{0};
  for (auto& [number, c] : children_) {
    ::shutdown(c.socket.get(), SHUT_WR);
    longest = std::max(longest, c.stop_within);
  }
  leave_at_ = steady::now() + std::min<duration>(longest, std::chrono::hours(24)) + moment;
}

/// Waits until there is something to do.
void child_processes::listen() {
  std::vector<pollfd> ready{{.fd = wake_.get(), .events = POLLIN, .revents = 0},
                            {.fd = supervisor_.link(), .events = POLLIN, .revents = 0}};
  std::vector<std::uint64_t> numbers;
  for (auto& [number, c] : children_) {
    ready.push_back({.fd = c.socket.get(), .events = POLLIN, .revents = 0});
    numbers.push_back(number);
  }
  auto left = leave_at_ ? std::chrono::ceil<duration>(*leave_at_ - steady::now()) : duration(-1);
  if (leave_at_ && left < duration(0)) return;
  if (::poll(ready.data(), ready.size(), static_cast<int>(left.count())) < 0) return;

  eventfd_t times;
  if (ready[0].revents) ::eventfd_read(wake_.get(), &times);
  if (ready[1].revents) supervisor_.lost();
  for (std::size_t i = 0; i < numbers.size(); ++i)
    if (ready[i + 2].revents) hear(numbers[i]);
}

void child_processes::hear(std::uint64_t number) {
  child& c = children_.at(number);
  char bytes[16 * 1024];
  ssize_t count = ::recv(c.socket.get(), bytes, sizeof bytes, MSG_DONTWAIT);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  std::string_view message(bytes, count > 0 ? static_cast<std::size_t>(count) : 0);
  if (message == child_started_message) {
    c.started = true;
  } else if (auto how = to_child_end(message)) {
    end(number, std::move(*how));
  } else if (c.started) {
    // The supervisor has seen to what that left behind (unless it was killed as well).
    end(number, {.how = "its keeper was killed"});
  } else {
    end(number, not_started("its supervisor or keeper was killed"));
  }
}

void child_processes::end(std::uint64_t number, child_end&& how) {
  auto c = children_.extract(number);
  c.mapped().socket.reset();
  c.mapped().ended(std::move(how));
}

}  // namespace parlor
