#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

struct io_uring;

/// Sends to many sockets with one system call, where the kernel has io_uring and lets us use it.
///
/// A send wakes who reads on the other side. If there are fewer cores than busy threads, that reader may take over
/// the core of a loop that has more to send: it reads one answer and sleeps again, until the next one wakes it.
/// What a single call sends nobody interrupts, so the reader finds all of it. Elsewhere (kernels before 6.1,
/// containers that forbid io_uring, as Docker's do by default) each message is a call of its own.
///
/// Used by one thread; it may be made and destroyed on others.
namespace parlor::http {

class send_ring {
 public:
  /// Bytes for a socket that does not block.
  struct message {
    int socket = -1;
    std::string_view bytes;
    /// How many of them the kernel took, or the negative of an errno: -EAGAIN when it has no room for any. A
    /// reader that is gone is -EPIPE or -ECONNRESET, and no signal. Empty until it was tried.
    std::optional<int> sent{};
  };

  enum class way { in_one_call, one_by_one };

  explicit send_ring(way wanted = way::in_one_call) : wanted_(wanted) {}
  ~send_ring();

  /// Tries each message once, in this order, and fills in `sent`.
  void send(std::span<message> messages);

  /// How it sends: known when there was more than one message to send.
  [[nodiscard]] way sends() const { return ring_ ? way::in_one_call : way::one_by_one; }

 private:
  void open();
  void submit(std::span<message> some);
  void collect();

  struct closer {
    void operator()(io_uring* ring) const;
  };
  way wanted_;
  std::unique_ptr<io_uring, closer> ring_;
};

}  // namespace parlor::http
