#include "http/server_streams.hpp"

#include <netinet/tcp.h>

#include <asio/buffer.hpp>
#include <asio/post.hpp>
#include <asio/write.hpp>
#include <algorithm>
#include <array>
#include <iterator>
#include <mutex>
#include <utility>
#include <vector>

namespace parlor::http {
namespace {

using user_timeout = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>;
using text_ptr = std::shared_ptr<const std::string>;

constexpr std::size_t flushed_at_once = 64;
constexpr std::size_t parts_at_once = 16;
constexpr std::size_t unasked_bytes_max = 4096;

/// A comment, which clients skip.
text_ptr heartbeat_text() {
  static const auto text = std::make_shared<const std::string>(":\n\n");
  return text;
}

}  // namespace

class server_streams::connection final : public outlet,
                                         public std::enable_shared_from_this<connection> {
 public:
  connection(std::shared_ptr<server_streams> of, asio::ip::tcp::socket&& socket, std::shared_ptr<stream> from)
      : of_(std::move(of)), socket_(std::move(socket)), from_(std::move(from)) {}

  // Any thread. What is given stands in its order at once: on the way to the loop calls from two threads, one
  // after the other, may overtake each other.
  void write(text_ptr text) override {
    give([&] { given_.push_back(std::move(text)); });
  }
  void end() override {
    give([&] { last_given_ = true; });
  }

  // On the loop's thread.

  void start(std::string&& head, std::list<connection_ptr>::iterator place) {
    place_ = place;
    std::error_code ignored;
    auto ms = static_cast<int>(of_->limits_.confirm_within.count());
    socket_.set_option(user_timeout(ms), ignored);
    socket_.set_option(asio::socket_base::send_buffer_size(of_->limits_.send_buffer_bytes), ignored);
    put(std::make_shared<const std::string>(std::move(head)));
    listen();
    if (auto from = from_) from->open(shared_from_this());
  }

  /// Takes over what was given meanwhile.
  void fetch() {
    std::vector<text_ptr> all;
    {
      std::lock_guard lock(giving_);
      all.swap(given_);
      coming_ = false;
      ending_ = ending_ || last_given_;
    }
    for (text_ptr& text : all) put(std::move(text));
    if (ending_ && !marked_) flush();
  }

  void put(text_ptr text) {
    if (!from_) return;
    if (queued_bytes_ > of_->limits_.queued_bytes_max) {
      ++of_->cut_off_;
      return close();
    }
    queued_bytes_ += text->size();
    waiting_.push_back(std::move(text));
    if (!std::exchange(marked_, true)) of_->flush_soon(shared_from_this());
  }

  /// Sends what waits, unless something is being sent.
  void flush() {
    marked_ = false;
    if (!from_ || !sending_.empty()) return;
    if (waiting_.empty()) {
      if (ending_) close();
      return;
    }
    std::size_t count = std::min(waiting_.size(), parts_at_once);
    sending_.assign(std::make_move_iterator(waiting_.begin()),
                    std::make_move_iterator(waiting_.begin() + static_cast<std::ptrdiff_t>(count)));
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    std::array<asio::const_buffer, parts_at_once> parts;
    for (std::size_t i = 0; i < count; ++i) parts[i] = asio::buffer(*sending_[i]);
    touch();
    asio::async_write(socket_, parts, [self = shared_from_this()](const std::error_code& failed, std::size_t bytes) {
      self->queued_bytes_ -= bytes;
      self->sending_.clear();
      if (failed) self->close();
      else self->flush();
    });
  }

  void close() {
    if (!from_) return;
    std::error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    socket_.close(ignored);
    auto from = std::exchange(from_, nullptr);
    waiting_.clear();
    --of_->open_;
    auto self = shared_from_this();
    of_->all_.erase(place_);
    from->closed();
  }

  /// Says that it is still there, unless something is on its way anyway.
  void beat() {
    touch();
    if (sending_.empty()) put(heartbeat_text());
  }

  [[nodiscard]] bool quiet_since(std::chrono::steady_clock::time_point then) const { return touched_at_ <= then; }
  /// Something is being done about it just now: it is the last to be looked at.
  void touch() {
    touched_at_ = std::chrono::steady_clock::now();
    of_->all_.splice(of_->all_.end(), of_->all_, place_);
  }

 private:
  template <class Add>
  void give(Add add) {
    {
      std::lock_guard lock(giving_);
      add();
      if (std::exchange(coming_, true)) return;
    }
    // Never at once: whoever writes may hold what `closed` needs.
    of_->on_.after_turns([self = shared_from_this()] {
      asio::post(self->socket_.get_executor(), [self] { self->fetch(); });
    });
  }

  /// Clients of streams have nothing to say, but for a request that they sent too early; but they leave.
  void listen() {
    socket_.async_read_some(asio::buffer(ignored_),
                            [self = shared_from_this()](const std::error_code& failed, std::size_t bytes) {
                              self->unasked_bytes_ += bytes;
                              if (failed || self->unasked_bytes_ > unasked_bytes_max) self->close();
                              else if (self->from_) self->listen();
                            });
  }

  const std::shared_ptr<server_streams> of_;
  asio::ip::tcp::socket socket_;
  std::shared_ptr<stream> from_;  // null once it is over
  std::list<connection_ptr>::iterator place_;
  std::vector<text_ptr> waiting_, sending_;
  std::size_t queued_bytes_ = 0;
  std::size_t unasked_bytes_ = 0;  // from the client
  std::chrono::steady_clock::time_point touched_at_;
  bool marked_ = false;  // stands among those to be flushed
  bool ending_ = false;  // all that is to be sent waits
  // From any thread.
  std::mutex giving_;
  std::vector<text_ptr> given_;
  bool last_given_ = false;
  bool coming_ = false;  // a fetch is on its way
  std::array<char, 32> ignored_;
};

server_streams::server_streams(event_loop& on, const stream_limits& limits) : on_(on), limits_(limits) {}

void server_streams::begin(asio::ip::tcp::socket&& socket, std::string&& head, std::shared_ptr<stream> what) {
  auto one = std::make_shared<connection>(shared_from_this(), std::move(socket), std::move(what));
  ++open_;
  one->start(std::move(head), all_.insert(all_.end(), one));
  if (!std::exchange(beating_, true)) beat();
}

void server_streams::flush_soon(connection_ptr one) {
  to_flush_.push_back(std::move(one));
  if (!std::exchange(flushing_, true)) flush_some();
}

void server_streams::flush_some() {
  for (std::size_t n = 0; n < flushed_at_once && !to_flush_.empty(); ++n) {
    connection_ptr one = std::move(to_flush_.front());
    to_flush_.pop_front();
    one->flush();
  }
  // As long as there are many the sockets are looked at in between.
  flushing_ = !to_flush_.empty();
  if (flushing_) on_.post([self = shared_from_this()] { self->flush_some(); });
}

void server_streams::beat() {
  constexpr auto look_every = std::chrono::seconds(1);
  auto then = std::chrono::steady_clock::now() - limits_.heartbeat;
  while (!all_.empty() && all_.front()->quiet_since(then)) {
    connection_ptr one = all_.front();
    one->beat();
  }
  beating_ = !all_.empty();
  if (beating_) on_.post_later(look_every, [self = shared_from_this()] { self->beat(); });
}

void server_streams::close() {
  while (!all_.empty()) connection_ptr(all_.front())->close();
}

}  // namespace parlor::http
