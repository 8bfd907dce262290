#pragma once

// Before Asio: see server_streams.hpp.
#include <atomic>

#include <asio/async_result.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <cstddef>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "http/sockets/guard.hpp"
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

/// A socket of an event loop's context, as RESTinio's connections use it. What it reads comes through a guard. Whoever
/// waits for a write is called on the loop's thread, without a look at executors; `cancel` does not reach a write
/// before the round's end, when it is over or waits for room.
class round_socket : public asio::ip::tcp::socket {
 public:
  round_socket(asio::ip::tcp::socket&& socket, std::shared_ptr<guard> reader)
      : asio::ip::tcp::socket(std::move(socket)),
        writes_(&asio::use_service<round_writes>(static_cast<asio::io_context&>(get_executor().context()))),
        guard_(std::move(reader)) {}

  [[nodiscard]] const connection_permit& place() const { return guard_->place(); }

  /// As Asio's own, but what comes is one whole request after another.
  template <class Buffer, class Then>
  auto async_read_some(const Buffer& buffer, Then&& then) {
    return asio::async_initiate<Then, void(std::error_code, std::size_t)>(
        [this](auto&& handler, asio::mutable_buffer into) {
          guard_->read(*this, into, std::forward<decltype(handler)>(handler));
        },
        then, asio::mutable_buffer(buffer));
  }

  /// As Asio's own. Sends of several buffers the first that is not empty: an answer is one piece.
  template <class Buffers, class Then>
  auto async_write_some(const Buffers& buffers, Then&& then) {
    guard_->write_begins();
    return asio::async_initiate<Then, void(std::error_code, std::size_t)>(
        [this](auto&& handler, asio::const_buffer bytes) {
          writes_->add(*this, bytes, std::forward<decltype(handler)>(handler));
        },
        then, first_of(buffers));
  }

  // RESTinio ends a connection with these two. Behind an answer its client is let go.
  void shutdown(shutdown_type direction, std::error_code& failed) {
    if (!guard_->ends_well()) asio::ip::tcp::socket::shutdown(direction, failed);
  }
  void close() {
    std::error_code ignored;
    if (is_open() && guard_->ends_well()) guard_->let_go();
    else asio::ip::tcp::socket::close(ignored);
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
  std::shared_ptr<guard> guard_;
};

}  // namespace parlor::http
