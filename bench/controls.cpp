#include <unistd.h>

#include <iostream>
#include <stdexcept>
#include <string>

#include "bench/control.hpp"
#include "bench/until_stopped.hpp"

// A control in a process of its own: `controls epoll|restinio PORT THREADS BYTES`. Prints `port N`
// and
// `ready`, and serves until SIGTERM.
namespace parlor::bench {

constant_reply::constant_reply(std::size_t bytes) {
  auto head_for = [](std::size_t body_bytes) {
    return "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: " + std::to_string(body_bytes) +
           "\r\nContent-Type: application/json\r\n\r\n";
  };
  // The head grows with the digits of the length that it announces.
  for (std::size_t body_bytes = 0; body_bytes <= bytes; ++body_bytes) {
    head = head_for(body_bytes);
    if (head.size() + body_bytes < bytes) continue;
    if (head.size() + body_bytes > bytes) break;
    body.assign(body_bytes, 'x');
    return;
  }
  throw std::invalid_argument("no reply has " + std::to_string(bytes) + " bytes");
}

}  // namespace parlor::bench

int main(int argc, char** argv) {
  using namespace parlor::bench;
  std::string which = argc == 5 ? argv[1] : "";
  if (which != "epoll" && which != "restinio") {
    std::cerr << "usage: controls epoll|restinio PORT THREADS BYTES" << std::endl;
    return 2;
  }
  try {
    stop_signal stop;
    control_options wanted{.port = static_cast<std::uint16_t>(std::stoi(argv[2])),
                           .threads = std::stoi(argv[3]),
                           .reply_bytes = std::stoul(argv[4])};
    auto port = which == "epoll" ? serve_with_epoll(wanted) : serve_with_restinio(wanted);
    std::cout << "port " << port << "\nready" << std::endl;
    stop.wait();
  } catch (const std::exception& e) {
    std::cerr << "controls: " << e.what() << std::endl;
    return 1;
  }
  // The threads have nothing to finish.
  _exit(0);
}
