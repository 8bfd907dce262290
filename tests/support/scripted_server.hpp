#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace parlor::testing {

/// A text that the test sets and a server's threads read.
class spoken {
 public:
  void operator=(std::string text) {
    std::lock_guard lock(mutex_);
    text_ = std::move(text);
  }
  operator std::string() const {
    std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

/// A server on this machine that answers each request with the bytes that the test gives, well-formed or not.
///
///     scripted_server elsewhere([](const auto& r) { return scripted_server::ok("application/json", "{}"); });
class scripted_server {
 public:
  struct request {
    std::string head;  ///< the first line and the headers
    std::string body;
  };
  /// The bytes of the answer, which may be anything. `hang` instead: nothing comes until the server ends.
  using script = std::function<std::string(const request&)>;
  inline static const std::string hang = "\x01 hang";

  /// On any free port, or on that one.
  explicit scripted_server(script s, std::uint16_t port = 0) : script_(std::move(s)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    any.sin_port = htons(port);
    socklen_t size = sizeof any;
    auto* name = reinterpret_cast<sockaddr*>(&any);
    if (::bind(listener_, name, size) != 0 || ::listen(listener_, 256) != 0 ||
        ::getsockname(listener_, name, &size) != 0)
      throw std::runtime_error("no port for a server");
    port_ = ntohs(any.sin_port);
    accepting_ = std::thread([this] { accept_all(); });
  }
  ~scripted_server() {
    ::shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    {
      std::lock_guard lock(mutex_);
      for (int s : sockets_) ::shutdown(s, SHUT_RDWR);
    }
    for (auto& t : serving_) t.join();
    ::close(listener_);
  }

  static std::string answer(int status, const std::string& type, const std::string& body) {
    return "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Type: " + type +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  static std::string ok(const std::string& type, const std::string& body) { return answer(200, type, body); }

  [[nodiscard]] std::string url(const std::string& path = "/") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  [[nodiscard]] std::size_t connections() const { return connections_; }
  [[nodiscard]] std::size_t requests() const { return requests_; }
  /// The last request that came whole.
  [[nodiscard]] request last() const {
    std::lock_guard lock(mutex_);
    return last_;
  }

 private:
  void accept_all() {
    for (;;) {
      int s = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (s < 0 && errno == EMFILE) {
        // The test has taken the descriptors away, and gives them back.
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        continue;
      }
      if (s < 0) return;
      ++connections_;
      std::lock_guard lock(mutex_);
      sockets_.push_back(s);
      serving_.emplace_back([this, s] {
        serve(s);
        ::shutdown(s, SHUT_RDWR);
      });
    }
  }

  void serve(int s) {
    std::string read;
    for (;;) {
      auto end = read.find("\r\n\r\n");
      if (end == std::string::npos) {
        if (!more(s, read)) return;
        continue;
      }
      request r{read.substr(0, end), {}};
      std::size_t length = 0;
      if (auto at = r.head.find("Content-Length: "); at != std::string::npos)
        length = std::stoul(r.head.substr(at + 16));
      while (read.size() < end + 4 + length)
        if (!more(s, read)) return;
      r.body = read.substr(end + 4, length);
      read.erase(0, end + 4 + length);
      ++requests_;
      {
        std::lock_guard lock(mutex_);
        last_ = r;
      }
      std::string bytes = script_(r);
      if (bytes == hang) {
        while (more(s, read)) continue;
        return;
      }
      if (bytes.empty() || ::send(s, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) return;
      bool goes_on =
          bytes.find("Content-Length") != std::string::npos && bytes.find("Connection: close") == std::string::npos;
      if (!goes_on) return;
    }
  }

  static bool more(int s, std::string& read) {
    char bytes[4096];
    ssize_t count = ::recv(s, bytes, sizeof bytes, 0);
    if (count <= 0) return false;
    read.append(bytes, static_cast<std::size_t>(count));
    return true;
  }

  script script_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::thread accepting_;
  std::atomic<std::size_t> connections_{0}, requests_{0};
  mutable std::mutex mutex_;
  request last_;
  std::vector<int> sockets_;
  std::vector<std::thread> serving_;
};

}  // namespace parlor::testing
