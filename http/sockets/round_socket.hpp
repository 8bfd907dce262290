#pragma once

// Before Asio: see server_streams.hpp.
#include <atomic>

#include <asio/async_result.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <cstddef>
#include <system_error>
#include <utility>
#include <vector>

#include "http/sockets/send_ring.hpp"
#include "runtime/values/callback.hpp"

/// What the sockets of a loop send in one round goes out at its end, all together: see send_ring.hpp.
namespace parlor::http {

/// What the sockets of one loop have to send. A service of the loop's context: there is one for each, and sockets
/// find it by their context. On the loop's thread.
class round_writes final : public asio::execution_context::service {
 public:
  using key_type = round_writes;
  /// Gets how many bytes were sent.
  using written = callback<void(const std::error_code&, std::size_t)>;

  static inline asio::execution_context::id id;

  explicit round_writes(asio::io_context& context) : asio::execution_context::service(context) {}

  /// Sends some of `what`, at the end of the round, and tells `then`. Both, and the socket, stay until then.
  void add(asio::ip::tcp::socket& to, asio::const_buffer bytes, written then);

 private:
  struct waiting {
    asio::ip::tcp::socket* to;
    asio::const_buffer bytes;
    written then;
  };

  void shutdown() override;
  void send();
  static void end(waiting& waiting_write, int sent);

  send_ring ring_;
  std::vector<waiting> waiting_, sending_;
  std::vector<send_ring::message> messages_;
};

/// A socket of an event loop's context. Whoever waits for a write is called on the loop's thread, without
/// a look at executors; `cancel` does not reach a write before the round's end, when it is over or waits for room.
class round_socket : public asio::ip::tcp::socket {
 public:
  explicit round_socket(asio::io_context& context)
      : asio::ip::tcp::socket(context), writes_(&asio::use_service<round_writes>(context)) {}

  /// As Asio's own. Sends of several buffers the first that is not empty: an answer is one piece.
  template <class Buffers, class Then>
  auto async_write_some(const Buffers& buffers, Then&& then) {
    return asio::async_initiate<Then, void(std::error_code, std::size_t)>(
        [this](auto&& handler, asio::const_buffer bytes) {
          writes_->add(*this, bytes, std::forward<decltype(handler)>(handler));
        },
        then, first_of(buffers));
  }

 private:
  template <class Buffers>
  static asio::const_buffer first_of(const Buffers& buffers) {
    auto end = asio::buffer_sequence_end(buffers);
    for (auto i = asio::buffer_sequence_begin(buffers); i != end; ++i)
      if (asio::const_buffer bytes(*i); bytes.size() > 0) return bytes;
    return {};
  }

  round_writes* writes_;
};

}  // namespace parlor::http
