#include "http/sockets/round_socket.hpp"

#include <cerrno>

#include "runtime/hosting/loops/event_loop.hpp"

namespace parlor::http {

void round_writes::add(asio::ip::tcp::socket& to, asio::const_buffer what, written then) {
  if (waiting_.empty()) event_loop::reading()->at_round_end([this] { send(); });
  waiting_.push_back({&to, what, std::move(then)});
}

/// Whoever is told that a write is over may have another one, for the next round.
void round_writes::send() {
  sending_.swap(waiting_);
  for (const waiting& one : sending_)
    messages_.push_back({one.to->native_handle(), {static_cast<const char*>(one.what.data()), one.what.size()}});
  ring_.send(messages_);
  for (std::size_t i = 0; i < sending_.size(); ++i) end(sending_[i], *messages_[i].sent);
  messages_.clear();
  sending_.clear();
}

void round_writes::end(waiting& one, int sent) {
  if (!one.to->is_open()) one.then(asio::error::operation_aborted, 0);
  else if (sent >= 0) one.then({}, static_cast<std::size_t>(sent));
  else if (sent == -EAGAIN || sent == -EINTR) one.to->async_write_some(asio::const_buffers_1(one.what), std::move(one.then));
  else one.then(std::error_code(-sent, asio::error::get_system_category()), 0);
}

void round_writes::shutdown() { waiting_.clear(); }

}  // namespace parlor::http
