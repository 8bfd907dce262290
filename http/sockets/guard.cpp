#include "http/sockets/guard.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

namespace parlor::http {
namespace {

constexpr refusal too_late{"request_late", "the request took too long to come"};
constexpr refusal broken_off{"bad_request", "the request breaks off"};

framing_limits framing_of(std::uint64_t body_bytes_max) {
  framing_limits limits;
  limits.body_bytes_max = body_bytes_max;
  return limits;
}

}  // namespace

guards::guards(event_loop& on, const server_options& limits, std::uint64_t body_bytes_max)
    : on_(on), limits_(limits), framing_(framing_of(body_bytes_max)) {}

std::array<std::uint64_t, 8> guards::refused() const {
  std::array<std::uint64_t, 8> counts;
  std::copy(refused_.begin(), refused_.end(), counts.begin());
  return counts;
}

std::array<std::uint64_t, 3> guards::ended() const { return {ended_[0].load(), ended_[1].load(), ended_[2].load()}; }

void guards::count(const refusal& why) {
  auto place = std::find(refusal_codes.begin(), refusal_codes.end(), why.code);
  ++refused_[static_cast<std::size_t>(place - refusal_codes.begin())];
}

bool guards::make_room() {
  for (state s : {state::idle, state::receiving}) {
    if (in(s).empty()) continue;
    guard& longest = *in(s).front();
    longest.place_.reset();
    longest.end_now(true);
    ++ended_[2];
    return true;
  }
  return false;
}

void guards::close_idle() {
  closing_ = true;
  while (!in(state::idle).empty()) in(state::idle).front()->let_go();
}

namespace {

/// A connection that was let go.
struct leaving : std::enable_shared_from_this<leaving> {
  leaving(asio::ip::tcp::socket&& from, connection_permit its_place)
      : socket(std::move(from)), place(std::move(its_place)), deadline(socket.get_executor()) {}

  void start() {
    std::error_code ignored;
    socket.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    deadline.expires_after(std::chrono::seconds(2));
    deadline.async_wait([self = shared_from_this()](const std::error_code& failed) {
      std::error_code closed;
      if (!failed) self->socket.close(closed);
    });
    forget();
  }
  void forget() {
    socket.async_read_some(asio::buffer(bytes),
                           [self = shared_from_this()](const std::error_code& failed, std::size_t n) {
                             self->forgotten += n;
                             if (failed || self->forgotten > forgotten_max) self->deadline.cancel();
                             else self->forget();
                           });
  }

  static constexpr std::size_t forgotten_max = 4 * 1024 * 1024;
  asio::ip::tcp::socket socket;
  connection_permit place;
  asio::steady_timer deadline;
  std::size_t forgotten = 0;
  std::array<char, 1024> bytes;
};

}  // namespace

void guards::let_go(asio::ip::tcp::socket&& socket, connection_permit place) {
  std::make_shared<leaving>(std::move(socket), std::move(place))->start();
}

duration guards::interval() const {
  auto shortest = std::min({limits_.keep_alive, limits_.receive_within, limits_.write_within});
  return std::clamp<duration>(shortest / 4, std::chrono::milliseconds(10), std::chrono::seconds(1));
}

void guards::look() {
  now_ = steady::now();
  ended_[0] += end_late(state::idle, limits_.keep_alive);
  end_late(state::receiving, limits_.receive_within);
  ended_[1] += end_late(state::writing, limits_.write_within);
  looking_ = open_ > 0;
  if (looking_) on_.post_later(interval(), [self = shared_from_this()] { self->look(); });
}

/// Who came into a state did so up to an interval later than it looks.
std::uint64_t guards::end_late(state s, duration bound) {
  std::uint64_t count = 0;
  for (; !in(s).empty() && now_ - in(s).front()->since_ > bound + interval(); ++count) in(s).front()->end_now(false);
  return count;
}

guard::guard(std::shared_ptr<guards> peers, connection_permit place)
    : peers_(std::move(peers)), place_(std::move(place)), framer_(peers_->framing_) {
  auto& idle = peers_->in(state_);
  in_list_ = idle.insert(idle.end(), this);
  ++peers_->open_;
  if (!std::exchange(peers_->looking_, true)) peers_->look();
}

guard::~guard() {
  peers_->in(state_).erase(in_list_);
  --peers_->open_;
}

void guard::enter(guards::state next) {
  auto& to = peers_->in(next);
  to.splice(to.end(), peers_->in(state_), in_list_);
  state_ = next;
  since_ = peers_->now_;
}

void guard::read(asio::ip::tcp::socket& from, asio::mutable_buffer into, taker then) {
  const bool is_first = std::exchange(is_new_, false);
  socket_ = &from;
  into_ = into;
  if (passed_ < passing_) return later(std::move(then));
  enter(held_.empty() ? guards::state::idle : guards::state::receiving);
  framer_.reset();
  // What was sent behind the last request, before its answer.
  if (!held_.empty()) return later(std::move(then));
  if (peers_->closing_ && !is_first) return let_go();
  receive(std::move(then));
}

/// Whoever asks for bytes does not expect them before the call is over.
void guard::later(taker then) {
  asio::post(socket_->get_executor(), [this, then = std::move(then)]() mutable {
    if (!socket_->is_open()) return then(asio::error::operation_aborted, 0);
    if (passed_ < passing_) pass_on_more(std::move(then));
    else look(held_.data(), held_.size(), std::move(then));
  });
}

void guard::receive(taker then) {
  if (std::exchange(is_late_, false)) return pass_on_apology(too_late, std::move(then));
  socket_->async_read_some(into_,
                           [this, then = std::move(then)](const std::error_code& failed, std::size_t bytes) mutable {
                             received(failed, bytes, std::move(then));
                           });
}

void guard::received(const std::error_code& failed, std::size_t bytes, taker then) {
  // Also if the last bytes came while it was called off: else the next request would be the late one.
  if (std::exchange(is_late_, false)) return pass_on_apology(too_late, std::move(then));
  if (failed) {
    if (failed == asio::error::eof && state_ == guards::state::receiving)
      return pass_on_apology(broken_off, std::move(then));
    return then(failed, 0);
  }
  auto* data = static_cast<char*>(into_.data());
  if (held_.empty()) return look(data, bytes, std::move(then));
  held_.append(data, bytes);
  look(held_.data(), held_.size(), std::move(then));
}

void guard::look(char* data, std::size_t size, taker then) {
  switch (framer_.look(data, size)) {
    case framer::verdict::complete: return pass_on(data, size, std::move(then));
    case framer::verdict::refused: return pass_on_apology(framer_.why(), std::move(then));
    case framer::verdict::incomplete: break;
  }
  if (state_ == guards::state::idle) enter(guards::state::receiving);
  if (held_.empty()) held_.assign(data, size);
  held_.resize(framer_.squeeze(held_.data(), held_.size()));
  if (framer_.takes_continue()) say_continue();
  receive(std::move(then));
}

void guard::pass_on(char* data, std::size_t size, taker then) {
  enter(guards::state::answering);
  std::size_t request = framer_.join(data);
  if (held_.empty()) {
    held_.assign(data + framer_.next(), size - framer_.next());
    return give(request, then);
  }
  // The request, and behind it what follows.
  held_.erase(request, framer_.next() - request);
  passing_ = request;
  pass_on_more(std::move(then));
}

void guard::pass_on_more(taker then) {
  std::size_t bytes = std::min(into_.size(), passing_ - passed_);
  std::memcpy(into_.data(), held_.data() + passed_, bytes);
  passed_ += bytes;
  if (passed_ == passing_) {
    held_.erase(0, passing_);
    if (held_.empty() && passing_ > into_.size()) held_.shrink_to_fit();
    passing_ = passed_ = 0;
  }
  give(bytes, then);
}

/// What is called may end this guard; it keeps all others, for the connection is its own.
void guard::give(std::size_t bytes, taker& then) {
  guards* peers = peers_.get();
  peers->passing_ = this;
  then({}, bytes);
  peers->passing_ = nullptr;
}

/// Bytes that come mean nothing: they may be the next request.
void guard::when_it_closes(callback<void()> then) {
  at_close_ = std::move(then);
  socket_->async_wait(asio::ip::tcp::socket::wait_read, [here = weak_from_this()](const std::error_code& failed) {
    auto self = here.lock();
    if (failed || !self || !self->at_close_) return;
    char next = 0;
    ssize_t seen = ::recv(self->socket_->native_handle(), &next, 1, MSG_PEEK | MSG_DONTWAIT);
    if (seen > 0 || (seen < 0 && errno == EAGAIN)) return;
    std::exchange(self->at_close_, {})();
  });
}

void guard::pass_on_apology(const refusal& why, taker then) {
  peers_->count(why);
  enter(guards::state::answering);
  std::string text = framer_.apology(held_.empty() ? static_cast<char*>(into_.data()) : held_.data(), why);
  held_ = std::move(text);
  passing_ = held_.size();
  pass_on_more(std::move(then));
}

/// All answers before are written, and a few bytes find room.
void guard::say_continue() {
  constexpr std::string_view text = "HTTP/1.1 100 Continue\r\n\r\n";
  ::send(socket_->native_handle(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void guard::write_begins() {
  at_close_ = {};
  if (state_ != guards::state::writing) enter(guards::state::writing);
}

void guard::let_go() {
  std::error_code ignored;
  enter(guards::state::answering);  // it is in nobody's way
  socket_->cancel(ignored);
  peers_->let_go(std::move(*socket_), place_);
}

void guard::end_now(bool makes_room) {
  std::error_code ignored;
  const auto was = state_;
  if (was == guards::state::idle && !makes_room) return let_go();
  enter(guards::state::answering);
  is_late_ = was == guards::state::receiving && !makes_room;
  if (is_late_) socket_->cancel(ignored);
  else socket_->close(ignored);
}

}  // namespace parlor::http
