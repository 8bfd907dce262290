#pragma once

#include <cstdint>

namespace parlor {

/// A port of this machine's loopback address that nobody listens on just now. Throws std::system_error.
std::uint16_t free_loopback_port();

/// Whether somebody listens on the port. False if that cannot be found out.
bool is_loopback_port_taken(std::uint16_t port);

}  // namespace parlor
