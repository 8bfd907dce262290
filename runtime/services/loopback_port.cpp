#include "runtime/services/loopback_port.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

#include "runtime/services/descriptor.hpp"

namespace parlor {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  name.sin_port = htons(port);
  return name;
}

bool bind_to(const descriptor& s, const sockaddr_in& name) {
  return ::bind(s.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0;
}

descriptor new_socket() { return descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)); }

}  // namespace

std::uint16_t free_loopback_port() {
  descriptor s = new_socket();
  sockaddr_in name = loopback(0);
  socklen_t size = sizeof name;
  if (!s || !bind_to(s, name) || ::getsockname(s.get(), reinterpret_cast<sockaddr*>(&name), &size) != 0)
    throw std::system_error(errno, std::generic_category(), "no free port");
  return ntohs(name.sin_port);
}

bool is_loopback_port_taken(std::uint16_t port) {
  descriptor s = new_socket();
  // Connections that are only fading away do not count.
  int yes = 1;
  ::setsockopt(s.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  return s && !bind_to(s, loopback(port)) && errno == EADDRINUSE;
}

}  // namespace parlor
