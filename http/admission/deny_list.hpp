#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "http/admission/credentials.hpp"
#include "http/protocol/client_address.hpp"
#include "http/protocol/message.hpp"
#include "runtime/authoring/denials.hpp"

/// What operators forbid, as each request is held against it.
///
/// Two lists make it up: the one that operators order and the store keeps, and the configuration's. Each change makes a
/// new index of both, which is never changed again. A thread keeps the index that it looked at last, and asks for
/// another only if there is one: an empty list costs a request one load, any other a look-up without a lock.
///
/// - A revocation ends the tokens that were issued at or before it, those that do not say when, and those that say that
///   they are of the future.
/// - A banned player is refused whatever the token. From a banned address only administrators are served, so that
///   nobody locks themselves out.
namespace parlor::http {

/// Ranges of addresses, each until its end.
class address_bans {
 public:
  void add(const address_range& range, instant until);
  /// When the last of the ranges ends that has this address; 0: none has.
  [[nodiscard]] instant find(const client_address& a) const;
  [[nodiscard]] bool empty() const { return by_length_.empty(); }

 private:
  std::map<unsigned, std::map<client_address, instant>> by_length_;  // by the bits that a range has in common
};

/// What denies somebody.
enum class denial_reason : std::uint8_t { revoked_token, banned_player, banned_address };

/// Why somebody is refused, and until when: 0 if it is not for a time.
struct denied {
  denial_reason reason;
  failure why;
  instant until{};
};
/// As an answer: `unauthorized`, or `banned` with Retry-After.
web_reply answer_of(const denied& refused, instant now);

class deny_list {
 public:
  /// `proxies` are those whose X-Forwarded-For is believed.
  explicit deny_list(std::vector<address_range> proxies) : proxies_(std::move(proxies)) {}

  // Any thread.

  /// Why a caller, or somebody without a token, is refused there; nothing if not.
  [[nodiscard]] std::optional<denied> refuse(const std::optional<identity>& caller, const client_address& from,
                                             instant now) const;
  /// The same for a request, whose address is worked out only if it matters.
  [[nodiscard]] std::optional<denied> refuse(const std::optional<identity>& caller, const web_request& r,
                                             instant now) const;
  /// The answer to a request that is refused; nothing if it is not. Counts it.
  [[nodiscard]] std::optional<web_reply> turn_away(const std::optional<identity>& caller, const web_request& r,
                                                   instant now);
  /// How many requests were refused, by the place of their reason.
  static constexpr std::array<std::string_view, 3> reasons{"revoked_token", "banned_player", "banned_address"};
  [[nodiscard]] std::array<std::uint64_t, 3> refused() const;
  /// The address that a request comes from.
  [[nodiscard]] client_address address_of(const web_request& r) const;

  /// Takes over what the store has, in that version of the actor, unless it has a later one already.
  void replace(denials stored, std::uint64_t incarnation = 0, std::uint64_t version = 0);
  /// What it has of the store.
  [[nodiscard]] denials stored() const;
  /// Replaces what the configuration denies.
  void configure(denials configured);

 private:
  struct of_player {
    instant revoked_until{}, revocation_ends{};
    instant banned_until{};
  };
  struct index {
    std::unordered_map<std::string, of_player> players;
    address_bans addresses;

    void add(const denials& list);
  };

  [[nodiscard]] const index* current() const;
  static std::optional<denied> refuse_player(const index& list, const identity& caller, instant now);
  static std::optional<denied> refuse_address(const index& list, const client_address& from, instant now);
  /// With the lock held.
  void make_index();

  const std::vector<address_range> proxies_;
  std::atomic<std::uint64_t> number_{0};  // of the index, among all of the process; 0: nobody is denied anything
  mutable std::mutex mutex_;
  std::shared_ptr<const index> index_;
  denials stored_, configured_;
  std::uint64_t incarnation_ = 0, version_ = 0;  // of what is stored
  std::array<std::atomic<std::uint64_t>, 3> refused_{};
};

}  // namespace parlor::http
