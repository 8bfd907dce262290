#include "http/sockets/round_socket.hpp"

#include <cerrno>

#include "runtime/hosting/loops/event_loop.hpp"

namespace parlor::http {

void round_writes::add(asio::ip::tcp::socket& to, asio::const_buffer bytes, written then) {
  if (waiting_.empty()) event_loop::reading()->at_round_end([this] { send(); });
  waiting_.push_back({&to, bytes, std::move(then)});
}

/// Whoever is told that a write is over may have another one, for the next round.
void round_writes::send() {
  sending_.swap(waiting_);
  for (const waiting& waiting_write : sending_)
    messages_.push_back({waiting_write.to->native_handle(),
                         {static_cast<const char*>(waiting_write.bytes.data()), waiting_write.bytes.size()}});
  ring_.send(messages_);
  for (std::size_t i = 0; i < sending_.size(); ++i) end(sending_[i], *messages_[i].sent);
  messages_.clear();
  sending_.clear();
}

void round_writes::end(waiting& waiting_write, int sent) {
  if (!waiting_write.to->is_open()) waiting_write.then(asio::error::operation_aborted, 0);
  else if (sent >= 0) waiting_write.then({}, static_cast<std::size_t>(sent));
  else if (sent == -EAGAIN || sent == -EINTR)
    waiting_write.to->async_write_some(asio::const_buffers_1(waiting_write.bytes), std::move(waiting_write.then));
  else waiting_write.then(std::error_code(-sent, asio::error::get_system_category()), 0);
}

void round_writes::shutdown() { waiting_.clear(); }

}  // namespace parlor::http
