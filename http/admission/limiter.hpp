#pragma once

#include <array>
#include <atomic>
#include <optional>
#include <string_view>
#include <vector>

#include "http/admission/credentials.hpp"
#include "http/admission/token_buckets.hpp"
#include "http/admission/watch_permits.hpp"
#include "http/protocol/client_address.hpp"
#include "http/protocol/message.hpp"
#include "runtime/values/caller_info.hpp"

/// How much one player, one guest and one address may ask, so that nobody who asks without end takes the server
/// from the others.
///
/// An address is counted before anything else is looked at, its token too; a player once the token is known.
/// Guests have less than named players: anybody can be one. Who asks from this machine is not counted, unless
/// that is wanted; administrators never are, but for their addresses.
namespace parlor::http {

struct limit_options {
  /// A page that polls two rooms and plays asks a few times a second.
  rate players{.count = 50, .burst = 100};
  rate guests{.count = 20, .burst = 40};
  /// A school behind one address has many players.
  rate addresses{.count = 500, .burst = 1000};
  /// Feeds that those without a token may watch at an address at once.
  std::size_t watches = 1000;
  /// Guests that one address may make: two school classes that come at once, and then one every three seconds. A guest
  /// is a signature, of which nothing is kept; what guests do is counted for their address.
  rate new_guests{.count = 20, .per = std::chrono::minutes(1), .burst = 80};
  /// Invitations that a player may send: each is stored with somebody who did not ask for it.
  rate player_invitations{.count = 100, .per = std::chrono::hours(1), .burst = 50};
  /// A guest invites a friend or two to each game.
  rate guest_invitations{.count = 10, .per = std::chrono::hours(1), .burst = 10};
  /// The guests of an address together. An invitation to a player whom nobody has seen makes a session for a day: this
  /// allows an address some 500 of them.
  rate address_invitations{.count = 20, .per = std::chrono::hours(1), .burst = 20};
  /// Whether requests from this machine are counted, too.
  bool loopback = false;
  /// Proxies whose X-Forwarded-For is believed.
  std::vector<address_range> proxies{};
};

class limiter {
 public:
  explicit limiter(limit_options limits);

  /// Goes by other limits from now on, but by the same proxies. What somebody has asked stays counted. Any thread.
  void change(const limit_options& to, instant now);

  // Each counts a request, or is the answer that refuses it. Any thread.

  [[nodiscard]] std::optional<web_reply> count_address(const web_request& r, instant now);
  [[nodiscard]] std::optional<web_reply> count_player(const web_request& r, const identity& caller, instant now);
  [[nodiscard]] std::optional<web_reply> count_new_guest(const web_request& r, instant now);

  /// Of a guest wherever they ask from. One that did not happen is given back.
  [[nodiscard]] std::optional<web_reply> count_invitation(const caller_info& sender, std::string_view player,
                                                          instant now);

  void give_back_invitation(const caller_info& sender, std::string_view player);

  /// Gives a place to watch to who has no token, or is the answer that refuses it. Who is not counted needs none.
  [[nodiscard]] std::optional<web_reply> count_watch(const web_request& r, watch_permit& to);

  /// What bounds need to know of a caller: see bounds.hpp.
  [[nodiscard]] caller_info info_of(const web_request& r, const identity& caller) const;

  /// The words that say that a bound on what somebody may take is reached.
  static constexpr std::array<std::string_view, 6> bound_words{
      "lobby_full", "guests_full", "too_many_rooms", "too_many_programs", "too_many_invitations", "too_many_blocked"};
  /// Counts a refusal if it is one of them. Any thread.
  void note_refusal(std::string_view code);

  /// How often each has refused.
  struct statistics {
    std::uint64_t addresses = 0, players = 0, guests = 0, new_guests = 0;
    std::uint64_t watches = 0;                               ///< without a token, of an address
    std::array<std::uint64_t, bound_words.size()> bounds{};  ///< by word
  };
  [[nodiscard]] statistics refused() const;

 private:
  struct limit {
    explicit limit(const rate& r) : buckets(r) {}
    token_buckets buckets;
    std::atomic<std::uint64_t> refused{0};
  };

  /// The address that a request counts for; nothing if it is not counted.
  [[nodiscard]] std::optional<client_address> counted(const web_request& r) const;
  static std::optional<web_reply> count(limit& bucket_limit, std::uint64_t name, instant now, std::string_view whose,
                                        std::string_view word = "too_many_requests");

  const std::vector<address_range> proxies_;
  std::atomic<bool> loopback_;
  const bucket_namer name_;
  limit addresses_, players_, guests_, new_guests_;
  limit player_invitations_, guest_invitations_, address_invitations_;
  std::array<std::atomic<std::uint64_t>, bound_words.size()> bounds_{};
  const std::shared_ptr<watch_permits> watches_;
  std::atomic<std::uint64_t> watches_refused_{0};
};

}  // namespace parlor::http
