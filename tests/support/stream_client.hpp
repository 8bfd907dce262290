#pragma once

#include <string>

#include "tests/support/served.hpp"

namespace parlor::testing {

inline const loopback_client::headers as_stream{{"Accept", "text/event-stream"}};

/// A connection that is told events.
struct stream_client {
  stream_client(served& s, const std::string& path, loopback_client::headers with = {}) : connection(s.sockets.port()) {
    with.insert(as_stream.begin(), as_stream.end());
    head = connection.request("GET", path, with);
  }
  /// All up to the block that has this line, and the id in it.
  std::string until(const std::string& line) {
    std::string read = connection.read_until(line);
    read += connection.read_until("\n\n");
    auto at = read.rfind("id: ");
    if (at != read.npos) id = read.substr(at + 4, read.find('\n', at) - at - 4);
    return read;
  }
  loopback_client connection;
  http_answer head;
  std::string id;
};

}  // namespace parlor::testing
