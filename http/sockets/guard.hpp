#pragma once

// Before Asio: see server_streams.hpp.
#include <atomic>

#include <array>
#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <system_error>

#include "http/framing/framer.hpp"
#include "http/protocol/message.hpp"
#include "http/sockets/connection_limits.hpp"
#include "http/sockets/server_options.hpp"
#include "runtime/hosting/loops/event_loop.hpp"
#include "runtime/values/callback.hpp"

/// What stands between a connection's socket and RESTinio.
///
/// RESTinio asks its socket for bytes and gets none until a request has come whole and is well-framed. Then it gets
/// that request and not a byte more (see framer.hpp). What is no request is passed on as one that says why: it is
/// answered as any other, and the connection ends behind the answer. So a client that announces a large body, or sends
/// a byte a second, holds what it has sent and nothing more; and a parser that believes much sees nothing that it could
/// believe wrongly.
///
/// A connection is in one of four states, and all that are in the same one stand in a list, who has been in it longest
/// first. A look at the head of each list, about once a second, ends those that have taken too long; RESTinio's own
/// clocks, one for each connection, are not used.
namespace parlor::http {

class guard;

/// The guards of one loop. On the loop's thread, but for the counters.
class guards : public std::enable_shared_from_this<guards> {
 public:
  enum class state { idle, receiving, answering, writing };
  using steady = std::chrono::steady_clock;

  guards(event_loop& on, const server_options& limits, std::uint64_t body_bytes_max);

  /// Closes a connection on which nothing is under way, or else one whose request is on its way for longest. False if
  /// there is none.
  bool make_room();
  /// Lets those go on which nothing is under way, now and from now on; who comes anew may still ask once.
  void close_idle();
  /// Lets a connection go whose last answer is written. What its client still sends is read and forgotten for a while:
  /// bytes that nobody reads would have the kernel take back an answer that is not read yet (RFC 9112, 9.6).
  void let_go(asio::ip::tcp::socket&& socket, connection_permit place);

  /// The guard of the request that RESTinio is being given.
  [[nodiscard]] guard* passing() const { return passing_; }

  /// How many requests were not passed on, by the place of their word in `refusal_codes`. Any thread.
  static constexpr std::array<std::string_view, 8> refusal_codes{
      "bad_request",    "request_late",       "body_too_large",  "target_too_long",
      "head_too_large", "expectation_failed", "not_implemented", "version_not_supported"};
  [[nodiscard]] std::array<std::uint64_t, 8> refused() const;
  /// How many connections were ended, by the place of the reason: on which no request came, whose client did not take
  /// its answer, and who made room for another. Any thread.
  static constexpr std::array<std::string_view, 3> end_reasons{"idle", "unread", "crowded_out"};
  [[nodiscard]] std::array<std::uint64_t, 3> ended() const;

 private:
  friend class guard;
  using list = std::list<guard*>;

  list& in(state s) { return lists_[static_cast<std::size_t>(s)]; }
  void look();
  /// Returns how many.
  std::uint64_t end_late(state s, duration bound);
  /// How long it is between two looks.
  [[nodiscard]] duration interval() const;
  void count(const refusal& why);

  event_loop& on_;
  const server_options limits_;
  const framing_limits framing_;
  std::array<list, 4> lists_;
  steady::time_point now_ = steady::now();  // of the last look
  guard* passing_ = nullptr;
  bool looking_ = false;
  bool closing_ = false;
  std::size_t open_ = 0;
  std::array<std::atomic<std::uint64_t>, 8> refused_{};
  std::array<std::atomic<std::uint64_t>, 3> ended_{};
};

/// The guard of one connection. On the loop's thread.
class guard final : public client_line, public std::enable_shared_from_this<guard> {
 public:
  /// Gets how many bytes there are.
  using taker = callback<void(const std::error_code&, std::size_t)>;

  guard(std::shared_ptr<guards> peers, connection_permit place);
  ~guard() override;
  guard(const guard&) = delete;
  guard& operator=(const guard&) = delete;

  /// Fills `into` with the next bytes of a request, and tells `then`; an error that the socket has comes through.
  void read(asio::ip::tcp::socket& from, asio::mutable_buffer into, taker then);
  /// The answer begins to go out.
  void write_begins();
  void when_it_closes(callback<void()> then) override;
  /// Whether the connection ends behind an answer, which its client should get.
  [[nodiscard]] bool ends_well() const { return state_ == guards::state::writing; }
  /// Lets the client go.
  void let_go();
  /// The connection's place among all, which goes with its socket.
  [[nodiscard]] const connection_permit& place() const { return place_; }

 private:
  friend class guards;

  void enter(guards::state next);
  void receive(taker then);
  void received(const std::error_code& failed, std::size_t bytes, taker then);
  void look(char* data, std::size_t size, taker then);
  void pass_on(char* data, std::size_t size, taker then);
  void pass_on_apology(const refusal& why, taker then);
  void pass_on_more(taker then);
  void give(std::size_t bytes, taker& then);
  void later(taker then);
  void say_continue();
  /// Its time in the state is over, or it makes room for others.
  void end_now(bool makes_room);

  const std::shared_ptr<guards> peers_;
  connection_permit place_;
  guards::state state_ = guards::state::idle;
  guards::list::iterator in_list_;
  guards::steady::time_point since_ = guards::steady::now();
  framer framer_;
  asio::ip::tcp::socket* socket_ = nullptr;
  asio::mutable_buffer into_;
  std::string held_;           // what has come and is not passed on
  std::size_t passing_ = 0;    // how much of it is a request that is being passed on,
  std::size_t passed_ = 0;     // and was
  callback<void()> at_close_;  // while it is answered
  bool is_late_ = false, is_new_ = true;
};

}  // namespace parlor::http
