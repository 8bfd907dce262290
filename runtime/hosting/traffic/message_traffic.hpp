#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runtime/values/address.hpp"
#include "runtime/values/instant.hpp"
#include "runtime/values/message_chain.hpp"
#include "runtime/values/options.hpp"

/// How many messages between actors may be under way, and for how long they may lead to one another.
///
/// An actor that tells without end harms nobody else: what is beyond a bound is not delivered. Four bounds:
/// - Of a chain: `message_chain_max` messages that led to one another.
/// - Of what began a chain, an actor's command or reminder, and for a client's command the client, too: as many
///   messages as fill a bucket, whoever sends them. So a fork is counted where it began; no room pays for another.
/// - Of a receiver, and of all together: messages that are under way at once.
///
/// A reminder is never refused, for an actor sets only so many; but it counts. Memory is bounded, too: of what began
/// chains the busiest are known, and the others have a full bucket. Any thread; a command that tells nobody does not
/// come here.
namespace parlor {

class message_traffic {
 public:
  explicit message_traffic(const options& limits) : limits_(limits) {}
  message_traffic(const message_traffic&) = delete;
  message_traffic& operator=(const message_traffic&) = delete;

  /// A message's place among those under way, until this goes. The books outlive it.
  class place {
   public:
    place() = default;
    place(message_traffic& in, std::uint64_t receiver) : in_(&in), receiver_(receiver) {}
    place(place&& from) noexcept
        : in_(std::exchange(from.in_, nullptr)), receiver_(from.receiver_), rests_(from.rests_) {}
    place& operator=(place&& from) noexcept {
      std::swap(in_, from.in_);
      std::swap(receiver_, from.receiver_);
      std::swap(rests_, from.rests_);
      return *this;
    }
    ~place() {
      go_on();
      if (in_) in_->leave(receiver_);
    }
    [[nodiscard]] bool taken() const { return in_ != nullptr; }
    /// The message waits for who knows how long: it counts for its receiver, and for all together no more.
    void rest() {
      if (in_ && !std::exchange(rests_, true)) --in_->under_way_;
    }
    /// Ends that.
    void go_on() {
      if (in_ && std::exchange(rests_, false)) ++in_->under_way_;
    }

   private:
    message_traffic* in_ = nullptr;
    std::uint64_t receiver_ = 0;
    bool rests_ = false;
  };

  /// The reasons for which a message goes no further, as dead letters and the metrics name them.
  static constexpr std::string_view too_long = "chain_too_long", too_often = "too_many_messages",
                                    receiver_full = "receiver_full", all_full = "messages_full";

  /// Gives a message its place; or says why it gets none. Without a chain no bucket is asked.
  std::string_view enter(const address& to, const message_chain* chain, instant now, place& into);
  /// Gives a reminder its place.
  void enter_reminder(const address& to, place& into);

  /// Whether a message that was refused is to be named in the log, once in a while for what began its chain; if so,
  /// `unnamed` is how many were not since the last time.
  bool is_to_be_named(const message_chain* chain, instant now, std::uint64_t& unnamed);

  /// The number of a chain that begins now.
  std::uint64_t next_beginning() { return ++begun_; }
  /// Messages and reminders under way.
  [[nodiscard]] std::size_t under_way() const { return under_way_; }

  /// Which messages an operator ends.
  enum class ending { to_it, to_it_or_by_way_of_it };
  /// From now on, for an hour, messages of chains that have begun are ended that are to an actor, or name it.
  void end(const address& actor, ending which, instant now);
  [[nodiscard]] bool is_ended(const address& to, const message_chain* chain, instant now) const;

 private:
  /// Of what began chains: how much of its bucket is gone, and what the log was told.
  struct beginning {
    std::uint64_t name = 0;
    double taken = 0;
    instant at{};
    instant named_at{};
    std::uint64_t unnamed = 0;
  };
  struct alignas(64) shard {
    std::mutex mutex;
    std::unordered_map<std::uint64_t, std::size_t> receivers;
    std::vector<beginning> beginnings;
  };
  struct ended {
    address actor;
    ending which{};
    std::uint64_t begun = 0;
    instant until{};
  };
  static constexpr std::size_t shard_count = 16, beginnings_of_shard = 256, ends_max = 64;

  shard& shard_of(std::uint64_t name) { return shards_[name % shard_count]; }
  void refill(beginning& b, instant now) const;
  /// The row of a name, or of one whose bucket is the fullest among its neighbours.
  beginning& row_of(shard& sh, std::uint64_t name, instant now) const;
  bool take_from_bucket(const message_chain& chain, instant now);
  bool take_place(std::uint64_t receiver, std::size_t most);
  void leave(std::uint64_t receiver);

  const options& limits_;
  std::array<shard, shard_count> shards_;
  std::atomic<std::size_t> under_way_{0};
  std::atomic<std::uint64_t> begun_{0};
  std::atomic<std::size_t> end_count_{0};
  mutable std::mutex ends_mutex_;
  std::vector<ended> ends_;
};

}  // namespace parlor
