#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "http/protocol/client_address.hpp"
#include "http/protocol/stream_limits.hpp"
#include "runtime/values/instant.hpp"

namespace parlor::http {

/// How many connections there may be. When there are as many, those go first on which nothing is under way.
struct connection_options {
  /// 0, or more than the process may have descriptors: as many as those leave, but for some that the store and
  /// programs need.
  std::size_t most = 0;
  /// From one address (of IPv6, from one /64); 0: no limit. A school behind one address has hundreds of players, and a
  /// browser keeps up to six connections.
  std::size_t of_address = 2000;
  /// Whether connections from this machine count for that, too.
  bool loopback = false;
  /// Addresses of proxies: they bring many clients and do not count.
  std::vector<address_range> proxies{};
};

/// Where the server listens, and how long its connections last.
struct server_options {
  std::string address = "0.0.0.0";
  /// 0: any free port.
  std::uint16_t port = 8080;
  /// A connection on which no request comes for this long is closed.
  duration keep_alive = std::chrono::seconds(60);
  /// A request that has not come whole for this long, from its first byte on, is answered 408.
  duration receive_within = std::chrono::seconds(20);
  /// A client that does not take its answer for this long is cut off.
  duration write_within = std::chrono::seconds(10);
  connection_options connections{};
  stream_limits streams{};
};

}  // namespace parlor::http
