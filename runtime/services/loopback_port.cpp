#include "runtime/services/loopback_port.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace parlor {
namespace {

/// Binds a socket to a port, 0 for any, and lets go of it. Returns the port; 0 if it cannot be had.
std::uint16_t try_port(std::uint16_t port) {
  int s = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (s < 0) throw std::system_error(errno, std::generic_category(), "no socket");
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  name.sin_port = htons(port);
  socklen_t size = sizeof name;
  auto* plain = reinterpret_cast<sockaddr*>(&name);
  bool bound = ::bind(s, plain, size) == 0 && ::getsockname(s, plain, &size) == 0;
  ::close(s);
  return bound ? ntohs(name.sin_port) : 0;
}

}  // namespace

std::uint16_t free_loopback_port() {
  std::uint16_t port = try_port(0);
  if (port == 0) throw std::system_error(errno, std::generic_category(), "no free port");
  return port;
}

bool is_loopback_port_taken(std::uint16_t port) { return try_port(port) == 0; }

}  // namespace parlor
