#pragma once

// Before Asio: see server_streams.hpp.
#include <atomic>

#include <asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "http/sockets/connection_limits.hpp"
#include "http/sockets/guard.hpp"
#include "runtime/hosting/loops/event_loop.hpp"
#include "runtime/services/descriptor.hpp"
#include "runtime/values/callback.hpp"
#include "runtime/values/journal.hpp"

/// Takes the connections of one loop, for as long as it listens.
///
/// RESTinio's own acceptor ends for good with the first error, and any client can bring one about: it opens more
/// connections than the process may have descriptors. Here an error is noted, a connection that nobody uses makes room,
/// and the next try follows soon. There is mostly no such error, for connections are refused before descriptors end.
namespace parlor::http {

/// What became of those who came, over all acceptors of a server. Any thread.
struct accept_counts {
  std::atomic<std::uint64_t> accepted{0}, refused_full{0}, refused_address{0}, failed{0};
};

class acceptor : public std::enable_shared_from_this<acceptor> {
 public:
  using socket = asio::ip::tcp::socket;
  /// Gets each connection. On the loop's thread.
  using taker = std::function<void(socket&&, const asio::ip::tcp::endpoint&, connection_permit)>;

  acceptor(event_loop& on, std::shared_ptr<connection_limits> limits, std::shared_ptr<guards> here,
           std::shared_ptr<accept_counts> counts, journal& log, taker take);
  /// Tells it of another loop's connections, which may make room, too. Before it is open.
  void knows(event_loop& other, std::shared_ptr<guards> there);

  // On the loop's thread.

  /// Takes who comes to a socket that listens. Throws std::system_error.
  void open(descriptor listening);
  void close();

 private:
  void wait();
  void accept_some();
  /// Whether to go on at once.
  bool failed(const std::error_code& why);
  void took(socket&& client, const asio::ip::tcp::endpoint& from);
  /// Has a client wait until the other loops, from this place on, were asked to make room.
  struct newcomer {
    socket client;
    asio::ip::tcp::endpoint from;
  };
  void ask_elsewhere(newcomer guest, std::size_t place);
  void settle(socket&& client, const asio::ip::tcp::endpoint& from, connection_limits::place place);

  event_loop& on_;
  const std::shared_ptr<connection_limits> limits_;
  const std::shared_ptr<guards> here_;
  std::vector<std::pair<event_loop*, std::shared_ptr<guards>>> elsewhere_;
  std::size_t waiting_ = 0;  // clients for whom others make room
  const std::shared_ptr<accept_counts> counts_;
  journal& log_;
  const taker take_;
  asio::ip::tcp::acceptor socket_;
  std::chrono::steady_clock::time_point noted_at_{};
};

/// The address of the other end.
client_address address_of(const asio::ip::address& a);

}  // namespace parlor::http
