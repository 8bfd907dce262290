#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

/// What parlor is measured against: servers that take the same requests, understand nothing of
/// them, and answer with a constant of the same size. What a control costs, no server on its
/// foundation can save.
namespace parlor::bench {

/// A reply of a given size in all.
struct constant_reply {
  /// Throws std::invalid_argument if the head alone is larger.
  explicit constant_reply(std::size_t bytes);
  std::string head;  ///< with the empty line; it is what RESTinio writes, byte for byte
  std::string body;
};

struct control_options {
  std::uint16_t port = 0;  ///< 0: any free one
  int threads = 1;         ///< each with a loop and a listening socket of its own
  std::size_t reply_bytes = 0;
};

/// Start to serve on threads that run until the process ends, and return the port.
std::uint16_t serve_with_epoll(const control_options& wanted);
std::uint16_t serve_with_restinio(const control_options& wanted);

}  // namespace parlor::bench
