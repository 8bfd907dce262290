#include "http/sockets/acceptor.hpp"

#include <sys/socket.h>

#include <array>
#include <asio/io_context.hpp>
#include <cerrno>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "http/protocol/answer_text.hpp"
#include "http/protocol/message.hpp"

namespace parlor::http {
namespace {

constexpr std::size_t accepted_at_once = 64;
/// Clients for whom another loop makes room.
constexpr std::size_t waiting_max = 64;
constexpr auto next_try = std::chrono::milliseconds(200);
constexpr auto noted_every = std::chrono::seconds(10);

/// Answers who cannot stay, without a wait.
void turn_away(acceptor::socket& client, std::string_view code) {
  std::string text = text_of(problem(code), {.keep = false});
  std::array<char, 4096> request;
  std::error_code ignored;
  ::send(client.native_handle(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  client.shutdown(acceptor::socket::shutdown_send, ignored);
  // Bytes that nobody reads would have the kernel take back the answer.
  ::recv(client.native_handle(), request.data(), request.size(), MSG_DONTWAIT);
}

}  // namespace

acceptor::acceptor(event_loop& on, std::shared_ptr<connection_limits> limits, std::shared_ptr<guards> here,
                   std::shared_ptr<accept_counts> counts, journal& log, taker take)
    : on_(on),
      limits_(std::move(limits)),
      here_(std::move(here)),
      counts_(std::move(counts)),
      log_(log),
      take_(std::move(take)),
      socket_(on.context()) {}

void acceptor::knows(event_loop& other, std::shared_ptr<guards> there) {
  elsewhere_.emplace_back(&other, std::move(there));
}

void acceptor::open(descriptor listening) {
  sockaddr_storage where{};
  socklen_t size = sizeof where;
  ::getsockname(listening.get(), reinterpret_cast<sockaddr*>(&where), &size);
  socket_.assign(where.ss_family == AF_INET6 ? asio::ip::tcp::v6() : asio::ip::tcp::v4(), listening.get());
  [[maybe_unused]] int now_the_acceptors = listening.release();
  socket_.non_blocking(true);
  wait();
}

void acceptor::close() {
  std::error_code ignored;
  socket_.close(ignored);
}

void acceptor::wait() {
  socket_.async_wait(asio::ip::tcp::acceptor::wait_read, [self = shared_from_this()](const std::error_code& why) {
    if (self->socket_.is_open() && !why) self->accept_some();
  });
}

void acceptor::accept_some() {
  for (std::size_t i = 0; i < accepted_at_once; ++i) {
    socket client(on_.context());
    asio::ip::tcp::endpoint from;
    std::error_code why;
    socket_.accept(client, from, why);
    if (!why) took(std::move(client), from);
    else if (!failed(why)) return;
  }
  wait();
}

bool acceptor::failed(const std::error_code& why) {
  if (why == asio::error::would_block || why == asio::error::try_again) {
    wait();
    return false;
  }
  // That one has gone again.
  if (why == asio::error::connection_aborted || why.value() == EPROTO || why == asio::error::interrupted) return true;
  ++counts_->failed;
  if (auto now = std::chrono::steady_clock::now(); now - noted_at_ > noted_every) {
    noted_at_ = now;
    log_.note(journal::level::error, "accept_failed", {}, why.message());
  }
  here_->make_room();
  on_.post_later(next_try, [self = shared_from_this()] {
    if (self->socket_.is_open()) self->accept_some();
  });
  return false;
}

void acceptor::took(socket&& client, const asio::ip::tcp::endpoint& from) {
  using enum connection_limits::refusal_reason;
  auto place = limits_->take(address_of(from.address()));
  if (place.why == full && here_->make_room()) place = limits_->take(address_of(from.address()));
  if (place.why == full && waiting_ < waiting_max && !elsewhere_.empty())
    return ask_elsewhere({std::move(client), from}, 0);
  settle(std::move(client), from, std::move(place));
}

void acceptor::ask_elsewhere(newcomer guest, std::size_t place) {
  ++waiting_;
  auto& [loop, there] = elsewhere_[place];
  loop->post([self = shared_from_this(), there = there, guest = std::move(guest), place]() mutable {
    bool has_room = there->make_room();
    self->on_.post([self, guest = std::move(guest), place, has_room]() mutable {
      --self->waiting_;
      if (!has_room && place + 1 < self->elsewhere_.size()) return self->ask_elsewhere(std::move(guest), place + 1);
      auto found = self->limits_->take(address_of(guest.from.address()));
      self->settle(std::move(guest.client), guest.from, std::move(found));
    });
  });
}

void acceptor::settle(socket&& client, const asio::ip::tcp::endpoint& from, connection_limits::place place) {
  using enum connection_limits::refusal_reason;
  if (place.why == full) ++counts_->refused_full;
  if (place.why == address) ++counts_->refused_address;
  if (place.why != none) return turn_away(client, place.why == full ? "overloaded" : "too_many_connections");
  ++counts_->accepted;
  std::error_code ignored;
  client.set_option(asio::ip::tcp::no_delay(true), ignored);
  take_(std::move(client), from, std::move(place.permit));
}

client_address address_of(const asio::ip::address& a) {
  return a.is_v4() ? client_address::v4(a.to_v4().to_bytes()) : client_address::v6(a.to_v6().to_bytes());
}

}  // namespace parlor::http
