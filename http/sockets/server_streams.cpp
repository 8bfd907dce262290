#include "http/sockets/server_streams.hpp"

#include <netinet/tcp.h>

#include <algorithm>
#include <array>
#include <asio/buffer.hpp>
#include <asio/write.hpp>
#include <iterator>
#include <utility>
#include <vector>

namespace parlor::http {
namespace {

using user_timeout = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>;
using text_ptr = std::shared_ptr<const std::string>;

constexpr std::size_t fetched_at_once = 64;
constexpr std::size_t parts_at_once = 16;
constexpr std::size_t unasked_bytes_max = 4096;

/// A comment, which clients skip.
text_ptr heartbeat_text() {
  static const auto text = std::make_shared<const std::string>(":\n\n");
  return text;
}

}  // namespace

class server_streams::connection final : public outlet, public std::enable_shared_from_this<connection> {
 public:
  connection(std::shared_ptr<server_streams> streams, asio::ip::tcp::socket&& socket, connection_permit place,
             std::shared_ptr<stream> from)
      : streams_(std::move(streams)), socket_(std::move(socket)), permit_(std::move(place)), from_(std::move(from)) {}

  // Any thread.

  void write(text_ptr text) override {
    streams_->give(*this, [&] { given_.push_back(std::move(text)); });
  }
  void end() override {
    streams_->give(*this, [&] { last_given_ = true; });
  }

  // On the loop's thread.

  void start(std::string&& head, std::list<connection_ptr>::iterator place) {
    place_ = place;
    std::error_code ignored;
    auto ms = static_cast<int>(streams_->limits_.confirm_within.count());
    socket_.set_option(user_timeout(ms), ignored);
    socket_.set_option(asio::socket_base::send_buffer_size(streams_->limits_.send_buffer_bytes), ignored);
    put(std::make_shared<const std::string>(std::move(head)));
    flush();
    listen();
    if (auto from = from_) from->open(shared_from_this());
  }

  /// Takes over what was given meanwhile.
  void fetch() {
    std::vector<text_ptr> list;
    {
      std::lock_guard lock(streams_->giving_);
      list.swap(given_);
      listed_ = false;
      ending_ = last_given_;
    }
    for (text_ptr& text : list) put(std::move(text));
    flush();
  }

  void put(text_ptr text) {
    if (!from_) return;
    if (queued_bytes_ > streams_->limits_.queued_bytes_max) {
      ++streams_->cut_off_;
      return close();
    }
    queued_bytes_ += text->size();
    waiting_.push_back(std::move(text));
  }

  /// Sends what waits, unless something is being sent.
  void flush() {
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
    --streams_->open_;
    auto self = shared_from_this();
    streams_->connections_.erase(place_);
    from->closed();
  }

  /// Says that it is still there, unless something is on its way anyway.
  void beat() {
    touch();
    if (!sending_.empty()) return;
    put(heartbeat_text());
    flush();
  }

  [[nodiscard]] bool quiet_since(std::chrono::steady_clock::time_point then) const { return touched_at_ <= then; }
  /// Something is being done about it just now: it is the last to be looked at.
  void touch() {
    touched_at_ = std::chrono::steady_clock::now();
    streams_->connections_.splice(streams_->connections_.end(), streams_->connections_, place_);
  }

 private:
  friend class server_streams;

  /// Clients of streams have nothing to say, but for a request that they sent too early; but they leave.
  void listen() {
    socket_.async_read_some(asio::buffer(ignored_),
                            [self = shared_from_this()](const std::error_code& failed, std::size_t bytes) {
                              self->unasked_bytes_ += bytes;
                              if (failed == asio::error::eof && self->from_) self->ask_whether_there();
                              else if (failed || self->unasked_bytes_ > unasked_bytes_max) self->close();
                              else if (self->from_) self->listen();
                            });
  }

  /// Who says no more may still listen (RFC 9112, 9.6), or have left: then the system on the other side takes back the
  /// connection when something comes.
  void ask_whether_there() {
    beat();
    socket_.async_wait(asio::ip::tcp::socket::wait_error,
                       [self = shared_from_this()](const std::error_code&) { self->close(); });
  }

  const std::shared_ptr<server_streams> streams_;
  asio::ip::tcp::socket socket_;
  const connection_permit permit_;
  std::shared_ptr<stream> from_;  // null once it is over
  std::list<connection_ptr>::iterator place_;
  std::vector<text_ptr> waiting_, sending_;
  std::size_t queued_bytes_ = 0;
  std::size_t unasked_bytes_ = 0;  // from the client
  std::chrono::steady_clock::time_point touched_at_;
  bool ending_ = false;  // all that is to be sent waits
  // From any thread, under `giving_`.
  std::vector<text_ptr> given_;
  bool last_given_ = false;
  bool listed_ = false;  // something was given
  std::array<char, 32> ignored_;
};

server_streams::server_streams(event_loop& on, const stream_limits& limits) : on_(on), limits_(limits) {}

void server_streams::begin(asio::ip::tcp::socket&& socket, connection_permit place, std::string&& head,
                           std::shared_ptr<stream> flow) {
  auto item = std::make_shared<connection>(shared_from_this(), std::move(socket), std::move(place), std::move(flow));
  ++open_;
  item->start(std::move(head), connections_.insert(connections_.end(), item));
  if (!std::exchange(beating_, true)) beat();
}

// What is given stands in its order at once: on the way to the loop calls from two threads, one after the other, may
// overtake each other. And nothing is done at once: whoever writes may hold what `closed` needs.
template <class Add>
void server_streams::give(connection& to, Add add) {
  {
    std::lock_guard lock(giving_);
    if (closed_) return;
    add();
    if (std::exchange(to.listed_, true)) return;
    given_to_.push_back(to.shared_from_this());
    if (std::exchange(fetching_, true)) return;
  }
  on_.post([self = shared_from_this()] { self->fetch_some(); });
}

void server_streams::fetch_some() {
  std::array<connection_ptr, fetched_at_once> some;
  bool more = false;
  {
    std::lock_guard lock(giving_);
    std::size_t count = std::min(some.size(), given_to_.size());
    std::move(given_to_.begin(), given_to_.begin() + static_cast<std::ptrdiff_t>(count), some.begin());
    given_to_.erase(given_to_.begin(), given_to_.begin() + static_cast<std::ptrdiff_t>(count));
    more = fetching_ = !given_to_.empty();
  }
  for (connection_ptr& item : some)
    if (item) item->fetch();
  // As long as there are more the sockets are looked at in between.
  if (more) on_.post([self = shared_from_this()] { self->fetch_some(); });
}

void server_streams::beat() {
  constexpr auto look_every = std::chrono::seconds(1);
  auto then = std::chrono::steady_clock::now() - limits_.heartbeat;
  while (!connections_.empty() && connections_.front()->quiet_since(then)) {
    connection_ptr item = connections_.front();
    item->beat();
  }
  beating_ = !connections_.empty();
  if (beating_) on_.post_later(look_every, [self = shared_from_this()] { self->beat(); });
}

void server_streams::close() {
  {
    std::lock_guard lock(giving_);
    closed_ = true;
    given_to_.clear();  // which would keep them, and they this
  }
  while (!connections_.empty()) connection_ptr(connections_.front())->close();
}

}  // namespace parlor::http
