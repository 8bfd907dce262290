#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "http/gateway/gateway.hpp"
#include "http/protocol/connection_counts.hpp"
#include "http/sockets/server_options.hpp"
#include "runtime/hosting/loops/event_loop.hpp"
#include "runtime/services/descriptor.hpp"
#include "runtime/values/journal.hpp"

/// The sockets: an acceptor and RESTinio's connections on each event loop of the runtime, sharing a port by
/// SO_REUSEPORT. A connection lives on one loop, and so does the work that its requests make, as far as it can; an
/// answer that comes from elsewhere is handed over.
namespace parlor::http {

class server {
 public:
  /// Binds the port and serves; or serves at the sockets that it is given, which listen already. Throws
  /// std::runtime_error with one clear sentence if that cannot be done. The gateway and the loops must outlive the
  /// server.
  server(gateway& to, const std::vector<event_loop*>& loops, const server_options& limits, std::size_t body_bytes_max,
         journal& log, std::vector<descriptor> listening = {});
  ~server();

  [[nodiscard]] std::uint16_t port() const;
  /// Connections that were closed without an answer: their clients broke off.
  [[nodiscard]] std::uint64_t closed_without_answer() const;

  /// Connections that carry a stream now, and those that were cut off because they did not take it.
  [[nodiscard]] stream_counts streams() const;

  /// What became of who came, and how many are here.
  [[nodiscard]] connection_counts connections() const;

  /// Goes by other limits of connections from now on, but by the same proxies. Connections that there are stay. Any
  /// thread.
  void change(const connection_options& to);

  /// From now on each answer is its connection's last, and those on which nothing is under way are let go.
  void close_connections();
  /// The same, and waits at most `bound` until every answer under way is written and its client has gone. Takes no
  /// more connections then.
  void stop(duration bound);

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace parlor::http
