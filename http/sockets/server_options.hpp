#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "http/protocol/stream_limits.hpp"
#include "runtime/values/instant.hpp"

namespace parlor::http {

/// Where the server listens, and how long its connections last.
struct server_options {
  std::string address = "0.0.0.0";
  /// 0: any free port.
  std::uint16_t port = 8080;
  /// A body of up to this many bytes beyond the gateway's limit is read and answered 413; one that is
  /// larger still is closed without an answer, for RESTinio cannot answer before it has read.
  std::size_t body_slack_bytes = 1024 * 1024;
  /// A connection on which no request comes for this long is closed.
  duration keep_alive = std::chrono::seconds(60);
  /// A client that does not take its answer for this long is cut off.
  duration write_within = std::chrono::seconds(10);
  stream_limits streams{};
};

}  // namespace parlor::http
