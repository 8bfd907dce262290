#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <map>
#include <string_view>
#include <system_error>
#include <thread>

#include "bench/control.hpp"

// The floor: what the kernel costs. One epoll loop a thread reads, finds where each request ends,
// and writes the constant. Nothing less can call itself an HTTP server.
namespace parlor::bench {
namespace {

int checked(int result, const char* step) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), step);
  return result;
}

/// A listening socket on the port, 0 for any; returns it and writes the port that it got.
int listen_on(std::uint16_t& port) {
  int fd = checked(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
  int on = 1;
  checked(::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "SO_REUSEADDR");
  checked(::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), "SO_REUSEPORT");
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  checked(::bind(fd, reinterpret_cast<sockaddr*>(&where), sizeof where), "bind");
  checked(::listen(fd, 1024), "listen");
  socklen_t size = sizeof where;
  checked(::getsockname(fd, reinterpret_cast<sockaddr*>(&where), &size), "getsockname");
  port = ntohs(where.sin_port);
  return fd;
}

/// The bytes of the first request in `text` with its body, or 0 if it is not whole yet.
std::size_t request_bytes(std::string_view text) {
  auto end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  std::size_t body = 0;
  constexpr std::string_view name = "\r\nContent-Length: ";
  auto at = text.substr(0, end).find(name);
  if (at != std::string_view::npos) std::from_chars(text.data() + at + name.size(), text.data() + end, body);
  std::size_t whole = end + 4 + body;
  return whole <= text.size() ? whole : 0;
}

class loop {
 public:
  loop(int listening, const std::string& reply) : listening_(listening), reply_(reply) {
    poll_ = checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
    watch(listening);
  }

  void run() {
    std::array<epoll_event, 256> ready;
    for (;;) {
      int count = ::epoll_wait(poll_, ready.data(), static_cast<int>(ready.size()), -1);
      for (int i = 0; i < count; ++i) {
        int fd = ready[static_cast<std::size_t>(i)].data.fd;
        if (fd == listening_) take_connections();
        else if (!serve(fd)) close(fd);
      }
    }
  }

 private:
  void watch(int fd) const {
    epoll_event e{.events = EPOLLIN, .data = {.fd = fd}};
    checked(::epoll_ctl(poll_, EPOLL_CTL_ADD, fd, &e), "epoll_ctl");
  }
  void take_connections() const {
    constexpr int how = SOCK_NONBLOCK | SOCK_CLOEXEC;
    for (int fd; (fd = ::accept4(listening_, nullptr, nullptr, how)) >= 0;) {
      int on = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      watch(fd);
    }
  }
  /// Answers what has come. False if the connection is over.
  bool serve(int fd) {
    std::array<char, 16384> bytes;
    ssize_t count = ::read(fd, bytes.data(), bytes.size());
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    if (count == 0) return false;
    std::string_view text(bytes.data(), static_cast<std::size_t>(count));
    // A request in pieces is rare: only then are bytes kept.
    auto kept = begun_.find(fd);
    std::string whole;
    if (kept != begun_.end()) {
      whole = std::move(kept->second) + std::string(text);
      begun_.erase(kept);
      text = whole;
    }
    for (std::size_t length; (length = request_bytes(text)) > 0; text.remove_prefix(length))
      // Small enough for any socket buffer: a client that waits for it has room for it.
      if (::write(fd, reply_.data(), reply_.size()) != static_cast<ssize_t>(reply_.size())) return false;
    if (!text.empty()) begun_[fd] = text;
    return true;
  }
  void close(int fd) {
    begun_.erase(fd);
    ::close(fd);
  }

  int poll_ = -1;
  int listening_;
  const std::string& reply_;
  std::map<int, std::string> begun_;
};

}  // namespace

std::uint16_t serve_with_epoll(const control_options& wanted) {
  constant_reply constant(wanted.reply_bytes);
  static const std::string reply = constant.head + constant.body;
  std::uint16_t port = wanted.port;
  for (int i = 0; i < wanted.threads; ++i) {
    int listening = listen_on(port);
    std::thread([listening] { loop(listening, reply).run(); }).detach();
  }
  return port;
}

}  // namespace parlor::bench
