#pragma once

// Before Asio, which asks what the standard library has and must hear the same in every file: where it may
// align memory it takes it from elsewhere.
#include <atomic>

#include <asio/ip/tcp.hpp>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "http/protocol/stream.hpp"
#include "http/protocol/stream_limits.hpp"
#include "http/sockets/connection_limits.hpp"
#include "runtime/hosting/loops/event_loop.hpp"

/// The connections of one loop that carry streams.
///
/// A stream's socket is taken out of RESTinio, which would keep its input buffer and parser, queue without
/// bound for a reader that is slow, and notice only at the next write that a client has left. Here a
/// connection is a socket and a queue: what waits in it is bounded, a read always waits so that a client
/// that leaves is noticed at once, and one that hears nothing for a while gets a heartbeat.
///
/// A commit may concern thousands of connections. They are written to a few at a time, and the loop's other
/// sockets have their turn in between.
namespace parlor::http {

class server_streams : public std::enable_shared_from_this<server_streams> {
 public:
  server_streams(event_loop& on, const stream_limits& limits);

  // On the loop's thread.

  /// Answers with `head`, and then with what `what` sends.
  /// The connection keeps its `place` among all until it ends.
  void begin(asio::ip::tcp::socket&& socket, connection_permit place, std::string&& head, std::shared_ptr<stream> flow);
  /// Closes all of them at once; nothing is sent any more.
  void close();

  // On any thread.

  [[nodiscard]] std::size_t open() const { return open_; }
  /// How many readers were too slow.
  [[nodiscard]] std::uint64_t cut_off() const { return cut_off_; }

 private:
  class connection;
  using connection_ptr = std::shared_ptr<connection>;

  /// Has a connection take over what `add` gives it, soon.
  template <class Add>
  void give(connection& to, Add add);
  void fetch_some();
  void beat();

  event_loop& on_;
  const stream_limits limits_;
  std::list<connection_ptr> connections_;  // who was touched longest ago comes first
  bool beating_ = false;
  // What connections are given, from any thread.
  std::mutex giving_;
  std::deque<connection_ptr> given_to_;  // those that something waits for
  bool fetching_ = false;                // somebody is about to tell them
  bool closed_ = false;
  std::atomic<std::size_t> open_{0};
  std::atomic<std::uint64_t> cut_off_{0};
};

}  // namespace parlor::http
