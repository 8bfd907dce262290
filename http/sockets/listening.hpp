#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "runtime/services/descriptor.hpp"

namespace parlor::http {

/// Opens sockets that listen at one address and port, each with a queue of its own: the kernel gives every connection
/// to one of them. Port 0: any free one. A port that is taken is waited for, at most 2 s: whoever was killed a moment
/// ago may still be leaving. Throws std::runtime_error with one clear sentence.
std::vector<descriptor> listen_on(const std::string& address, std::uint16_t port, std::size_t count);

/// The port that a socket listens on. Throws std::runtime_error if it is no listening socket of TCP.
std::uint16_t port_of(const descriptor& listening);

/// The same socket under another number.
descriptor copy_of(const descriptor& listening);

}  // namespace parlor::http
