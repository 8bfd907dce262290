#pragma once

#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <string>

#include "runtime/hosting/request.hpp"

/// The door of the runtime: how many requests are inside, what became of them, which are late.
///
/// Every request that is let in is counted until it is answered, so that at any time
/// `accepted == answered + refused + in_flight`; a test that ends with anything in flight has found a
/// lost message. Deadlines are kept in a wheel of buckets of 100 ms: entering, leaving and expiring
/// cost the same however many requests wait.
namespace parlor {

/// What became of one sort of message.
struct tally {
  std::uint64_t accepted = 0;
  std::uint64_t answered = 0;  ///< by the actor or its rules, accepted or rejected alike
  std::uint64_t refused = 0;   ///< by the runtime: too busy, too late, failed
  std::uint64_t in_flight = 0;
};

class intake {
 public:
  explicit intake(std::size_t in_flight_max) : in_flight_max_(in_flight_max) {}

  /// Lets a request in. A client's is refused (`stopping`, `overloaded`) when the doors are closed or
  /// the house is full; false then. A message between actors always comes in: it is part of something
  /// that was accepted.
  bool admit(request& r);
  /// Closes the doors to clients.
  void close() { closed_ = true; }
  [[nodiscard]] bool closed() const { return closed_; }

  /// Answers every request whose deadline is at or before `now`. Call it often (every 100 ms or
  /// less), from one thread at a time.
  void expire(instant now);

  [[nodiscard]] tally clients() const { return read(clients_); }
  [[nodiscard]] tally actors() const { return read(actors_); }
  /// Requests that still exist: unanswered, or answered and still being worked on.
  [[nodiscard]] std::uint64_t alive() const { return alive_; }
  /// How often each word refused a client's request.
  [[nodiscard]] std::map<std::string, std::uint64_t> refused_by() const;

  // For `request`.
  void count(const request& r, bool refused, const std::string& code);
  void release(request& r);

 private:
  struct counters {
    std::atomic<std::uint64_t> accepted{0}, answered{0}, refused{0};
  };
  struct bucket {
    std::mutex mutex;
    request* first = nullptr;
  };
  static constexpr duration bucket_width = std::chrono::milliseconds(100);
  static constexpr std::size_t bucket_count = 1024;

  static tally read(const counters& c);
  counters& of(const request& r) { return r.from_client() ? clients_ : actors_; }
  void expire_bucket(bucket& b, instant now);

  const std::size_t in_flight_max_;
  std::atomic<bool> closed_{false};
  std::atomic<std::uint64_t> in_flight_{0};  // clients' requests without an answer
  std::atomic<std::uint64_t> alive_{0};
  counters clients_, actors_;
  mutable std::mutex refused_mutex_;
  std::map<std::string, std::uint64_t> refused_by_;
  std::array<bucket, bucket_count> wheel_;
  std::int64_t expired_to_ = -1;  // the last bucket number that was emptied
};

}  // namespace parlor
