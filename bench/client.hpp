#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

/// An open-loop HTTP client: what is sent, and when, is planned, and a slow server does not slow
/// the plan.
///
/// wrk, which waits for one answer before it sends the next request, cannot say what a stall costs:
/// while the server stands still it asks nothing. Here every request has a time at which it should
/// have been sent, and its latency counts from there, however late it went out.
///
/// One thread, one epoll, keep-alive connections to one port of this machine, one request at a time
/// on each; what finds no free connection waits its turn. A connection that breaks, or a request
/// without an answer for `patience`, ends everything with an exception: a benchmark with errors
/// measures nothing.
namespace parlor::bench {

using steady = std::chrono::steady_clock;

struct answer {
  int status = 0;
  std::string_view body;
};

class client {
 public:
  static constexpr auto patience = std::chrono::seconds(10);
  using answered = std::function<void(const answer&)>;

  /// Throws std::system_error if the port does not take the connections.
  client(std::uint16_t port, std::size_t connections);
  ~client();
  client(const client&) = delete;
  client& operator=(const client&) = delete;

  /// Sends a request as soon as a connection is free.
  void send(std::string request, answered done);
  /// Calls `what` at `when`, or at once if that is past.
  void at(steady::time_point when, std::function<void()> task);
  /// Runs until nothing is planned and nothing is under way.
  void run();

 private:
  struct connection {
    int fd = -1;
    std::string received;
    answered done;  ///< empty: the connection is free
    steady::time_point sent_at;
  };
  struct waiting {
    std::string request;
    answered done;
  };
  struct plan {
    steady::time_point when;
    std::uint64_t number;  ///< what was planned first comes first
    std::function<void()> task;
    bool operator<(const plan& other) const { return when != other.when ? when > other.when : number > other.number; }
  };

  void start(connection& on, const std::string& request, answered done);
  void receive(connection& from);
  void wait_for_events();
  void check_patience() const;

  int poll_ = -1;
  std::vector<connection> connections_;
  std::vector<connection*> free_;
  std::deque<waiting> queue_;
  std::priority_queue<plan> plans_;
  std::uint64_t planned_ = 0;
  steady::time_point next_check_{};
};

/// One request as the load generators send it: to `path`, as the player of `token`. An empty key
/// sends no Idempotency-Key.
std::string post(std::uint16_t port, std::string_view path, std::string_view token, std::string_view body,
                 std::string_view key = {});
std::string get(std::uint16_t port, std::string_view path, std::string_view token);

/// The tokens in a file, one on each line. Throws std::runtime_error if there are none.
std::vector<std::string> read_tokens(const std::string& file);

/// The id of a room, as long as the lobby's: 20 characters.
std::string room_id(std::uint64_t number);

/// Throws std::runtime_error with what came unless `a` is a 200.
void expect_ok(const answer& a, std::string_view step);

}  // namespace parlor::bench
