#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/values/instant.hpp"

namespace parlor::http {

struct stream_limits {
  /// A reader for whom more comes while more bytes than this wait is cut off; it can come back with its place. One
  /// text may be longer, so that a large actor can be watched, too.
  std::size_t queued_bytes_max = 256 * 1024;
  /// What the system may hold of a connection beyond that: it would take megabytes.
  int send_buffer_bytes = 64 * 1024;
  /// A connection on which nothing was sent for this long gets a heartbeat: proxies close quiet ones, the
  /// earliest after 30 s or so.
  duration heartbeat = std::chrono::seconds(15);
  /// A client whose machine confirms nothing for this long is gone.
  duration confirm_within = std::chrono::seconds(60);
};

struct stream_counts {
  std::size_t open = 0;
  std::uint64_t cut_off = 0;  ///< readers that were too slow
};

}  // namespace parlor::http
