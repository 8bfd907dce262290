#pragma once

#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/hosting/requests/request.hpp"
#include "runtime/values/fields_description.hpp"

/// The requests in flight: their number, what became of each, and which are late.
///
/// Every request that is let in is counted until it is answered, so that at any time
/// `accepted == answered + refused + in_flight`; a test that ends with anything in flight has found
/// a lost message. Deadlines are kept in a wheel of buckets of 100 ms: entering, leaving and
/// expiring cost the same however many requests wait.
///
/// The books are kept in shards. A thread enters its requests in its own, and a request stays on
/// the shard that it was entered in, on whatever thread it is answered: so threads rarely wait for one another,
/// and each shard by itself adds up. The places in the runtime are dealt out to the shards; one that
/// has none left takes a free one from another, so all of them together are never more than there
/// are.
namespace parlor {

/// What became of one sort of message.
struct tally {
  std::uint64_t accepted = 0;
  std::uint64_t answered = 0;  ///< by the actor or its rules, accepted or rejected alike
  std::uint64_t refused = 0;   ///< by the runtime: too busy, too late, failed
  std::uint64_t in_flight = 0;
  static constexpr std::string_view description = "accepted = answered + refused + in_flight";
  static constexpr auto fields = describe(field("accepted", &tally::accepted), field("answered", &tally::answered),
                                          field("refused", &tally::refused), field("in_flight", &tally::in_flight));
};

class in_flight_requests {
 public:
  explicit in_flight_requests(std::size_t in_flight_max);

  /// Lets a request in. A client's is refused (`stopping`, `overloaded`) when the doors are closed
  /// or the runtime is full; false then. A message between actors always comes in: it is part of
  /// something that was accepted. Any thread.
  ///
  /// Clients' requests without an answer are never more than `in_flight_max`. One is refused only
  /// if every place was taken when it was looked at; a place that is given back behind the look is
  /// missed.
  bool admit(request& r);
  /// Closes the doors to clients.
  void close() { closed_ = true; }
  [[nodiscard]] bool closed() const { return closed_; }

  /// Answers every request whose deadline is at or before `now`. Call it often (every 100 ms or
  /// less), from one thread at a time.
  void expire(instant now);

  // Readings, on any thread. They add up at any time; while requests come and go they are of no
  // single moment.

  [[nodiscard]] tally clients() const;
  [[nodiscard]] tally actors() const;
  /// Requests that still exist: unanswered, or answered and still being worked on. Zero only if
  /// there was a moment, during the call, at which there was none.
  [[nodiscard]] std::uint64_t alive() const;
  /// How often each word refused a client's request.
  [[nodiscard]] std::map<std::string, std::uint64_t> refused_by() const;

  // For `request`.
  void count(request& r, bool refused, const std::string& code);
  void release(request& r);

 private:
  static constexpr duration bucket_width = std::chrono::milliseconds(100);
  static constexpr std::size_t bucket_count = 1024;
  // More than most machines have threads that let requests in; two on one shard are no harm.
  static constexpr std::size_t shard_count = 16;

  using counter = std::atomic<std::uint64_t>;
  struct alignas(64) shard {
    mutable std::mutex mutex;  // of what concerns clients
    std::uint64_t places = 0;  // as many requests may be without an answer
    std::uint64_t taken = 0;
    std::uint64_t entered = 0;  // let in or not
    tally clients;              // but for `in_flight`
    std::array<request*, bucket_count> wheel{};
    std::map<std::string, std::uint64_t> refused_by;
    // Messages between actors have no place and no deadline, so they take no lock.
    counter actors_accepted{0}, actors_answered{0}, actors_refused{0};
    counter released{0};  // of both sorts
  };

  shard& shard_of(const request& r) { return shards_[r.bucket_ / bucket_count]; }
  /// Lets a request in, or says why not.
  std::string_view enter(shard& s, request& r);
  bool take_place_elsewhere(const shard& s);
  void count_client(shard& s, request& r, bool refused, const std::string& code);
  static void list(shard& s, request& r);
  static void unlist(shard& s, request& r);
  static std::vector<request_ptr> late_in(shard& s, std::int64_t from, std::int64_t to, instant now);

  std::array<shard, shard_count> shards_;
  std::atomic<bool> closed_{false};
  std::int64_t expired_to_ = -1;  // the last bucket number that was emptied
};

}  // namespace parlor
