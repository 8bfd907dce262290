#include "http/sockets/listening.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace parlor::http {
namespace {

constexpr auto leaving_at_most = std::chrono::seconds(2);
constexpr auto looked_again_after = std::chrono::milliseconds(5);

void check(int result) {
  if (result < 0) throw std::system_error(errno, std::generic_category());
}

using addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

addresses numeric(const std::string& address, std::uint16_t port) {
  addrinfo numbers_only{};
  numbers_only.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  numbers_only.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &numbers_only, &found) != 0)
    throw std::system_error(EINVAL, std::generic_category());
  return {found, &::freeaddrinfo};
}

descriptor listen_once(const std::string& address, std::uint16_t port, bool shared) {
  addresses where = numeric(address, port);
  descriptor made(::socket(where->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  check(made.get());
  const int on = 1;
  check(::setsockopt(made.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on));
  if (shared) check(::setsockopt(made.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on));
  check(::bind(made.get(), where->ai_addr, where->ai_addrlen));
  check(::listen(made.get(), SOMAXCONN));
  return made;
}

/// Tells whether the port can be had, without SO_REUSEPORT: two servers that share a port in silence would each get
/// half of the players. Returns the port, a free one for 0.
std::uint16_t claim(const std::string& address, std::uint16_t port) {
  const auto until = std::chrono::steady_clock::now() + leaving_at_most;
  for (;;) try {
      return port_of(listen_once(address, port, false));
    } catch (const std::system_error& e) {
      if (e.code().value() != EADDRINUSE || std::chrono::steady_clock::now() > until) throw;
      std::this_thread::sleep_for(looked_again_after);
    }
}

}  // namespace

std::vector<descriptor> listen_on(const std::string& address, std::uint16_t port, std::size_t count) {
  try {
    const std::uint16_t found = claim(address, port);
    std::vector<descriptor> made;
    while (made.size() < count) made.push_back(listen_once(address, found, true));
    return made;
  } catch (const std::system_error& e) {
    throw std::runtime_error("cannot listen on " + address + ":" + std::to_string(port) + ": " + e.code().message());
  }
}

std::uint16_t port_of(const descriptor& listening) {
  sockaddr_storage where{};
  socklen_t size = sizeof where;
  int listens = 0;
  socklen_t size_of_answer = sizeof listens;
  const bool known = ::getsockopt(listening.get(), SOL_SOCKET, SO_ACCEPTCONN, &listens, &size_of_answer) == 0 &&
                     ::getsockname(listening.get(), reinterpret_cast<sockaddr*>(&where), &size) == 0;
  if (known && listens && where.ss_family == AF_INET) return ntohs(reinterpret_cast<sockaddr_in&>(where).sin_port);
  if (known && listens && where.ss_family == AF_INET6) return ntohs(reinterpret_cast<sockaddr_in6&>(where).sin6_port);
  throw std::runtime_error("a descriptor that was handed down is no socket that listens for TCP");
}

descriptor copy_of(const descriptor& listening) {
  descriptor copy(::fcntl(listening.get(), F_DUPFD_CLOEXEC, 0));
  if (!copy) throw std::runtime_error(std::string("cannot copy a socket: ") + std::generic_category().message(errno));
  return copy;
}

}  // namespace parlor::http
