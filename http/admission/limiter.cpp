#include "http/admission/limiter.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace parlor::http {
namespace {

/// In whole seconds, rounded up: who waits so long does not come too early.
std::string seconds(std::chrono::nanoseconds t) {
  return std::to_string(std::chrono::ceil<std::chrono::seconds>(t).count());
}

web_reply too_many(const allowance& found, std::string_view whose, std::string_view word) {
  const rate& limit = found.limit;
  std::string per = limit.per == std::chrono::seconds(1) ? " a second" : " a minute";
  if (limit.per == std::chrono::hours(1)) per = " an hour";
  web_reply reply = problem(word, std::string(whose) + std::to_string(limit.count) + per + ", and " +
                                      std::to_string(limit.burst) + " at once");
  reply.headers = {};  // a more exact time than the word's own
  reply.headers.add("Retry-After", seconds(found.wait));
  reply.headers.add("RateLimit-Limit", std::to_string(limit.burst));
  reply.headers.add("RateLimit-Remaining", std::to_string(found.remaining));
  reply.headers.add("RateLimit-Reset", seconds(found.full));
  return reply;
}

}  // namespace

limiter::limiter(limit_options limits)
    : proxies_(std::move(limits.proxies)),
      loopback_(limits.loopback),
      addresses_(limits.addresses),
      players_(limits.players),
      guests_(limits.guests),
      new_guests_(limits.new_guests),
      player_invitations_(limits.player_invitations),
      guest_invitations_(limits.guest_invitations),
      address_invitations_(limits.address_invitations),
      watches_(std::make_shared<watch_permits>(limits.watches)) {}

void limiter::change(const limit_options& to, instant now) {
  addresses_.buckets.change(to.addresses, now);
  players_.buckets.change(to.players, now);
  guests_.buckets.change(to.guests, now);
  new_guests_.buckets.change(to.new_guests, now);
  player_invitations_.buckets.change(to.player_invitations, now);
  guest_invitations_.buckets.change(to.guest_invitations, now);
  address_invitations_.buckets.change(to.address_invitations, now);
  watches_->change_most(to.watches);
  loopback_ = to.loopback;
}

std::optional<client_address> limiter::counted(const web_request& r) const {
  const bool loopback = loopback_.load(std::memory_order_relaxed);
  if (proxies_.empty() && !loopback && r.peer.is_loopback()) return {};
  client_address from = proxies_.empty() ? r.peer : asker(r.peer, r.forwarded_for, proxies_);
  if (from.is_loopback() && !loopback) return {};
  return from.network();
}

std::optional<web_reply> limiter::count(limit& bucket_limit, std::uint64_t name, instant now, std::string_view whose,
                                        std::string_view word) {
  allowance found = bucket_limit.buckets.take(name, now);
  if (found.allowed) return {};
  bucket_limit.refused.fetch_add(1, std::memory_order_relaxed);
  return too_many(found, whose, word);
}

std::optional<web_reply> limiter::count_address(const web_request& r, instant now) {
  auto from = counted(r);
  if (!from) return {};
  return count(addresses_, name_(from->bytes()), now, "an address may ask ");
}

std::optional<web_reply> limiter::count_player(const web_request& r, const identity& caller, instant now) {
  if (caller.as == role::admin || !counted(r)) return {};
  bool guest = caller.as == role::guest;
  return count(guest ? guests_ : players_, name_(caller.player), now, guest ? "a guest may ask " : "a player may ask ");
}

std::optional<web_reply> limiter::count_new_guest(const web_request& r, instant now) {
  auto from = counted(r);
  if (!from) return {};
  return count(new_guests_, name_(from->bytes()), now, "an address may make guests ");
}

std::optional<web_reply> limiter::count_invitation(const caller_info& sender, std::string_view player, instant now) {
  if (!sender.bounded) return {};
  constexpr std::string_view word = "too_many_invitations";
  auto refused = sender.guest ? count(guest_invitations_, name_(player), now, "a guest may send invitations ", word)
                              : count(player_invitations_, name_(player), now, "a player may send invitations ", word);
  if (!refused && sender.network != 0)
    refused = count(address_invitations_, sender.network, now, "the guests of an address may send invitations ", word);
  if (refused) note_refusal(word);
  return refused;
}

std::optional<web_reply> limiter::count_watch(const web_request& r, watch_permit& to) {
  auto from = counted(r);
  if (!from) return {};
  to = watches_->take(name_(from->bytes()));
  if (to) return {};
  watches_refused_.fetch_add(1, std::memory_order_relaxed);
  return problem("too_many_watchers",
                 "without a token an address may watch " + std::to_string(watches_->most()) + " feeds at once");
}

void limiter::give_back_invitation(const caller_info& sender, std::string_view player) {
  if (!sender.bounded) return;
  (sender.guest ? guest_invitations_ : player_invitations_).buckets.give_back(name_(player));
  if (sender.network != 0) address_invitations_.buckets.give_back(sender.network);
}

caller_info limiter::info_of(const web_request& r, const identity& caller) const {
  if (caller.as == role::admin) return {};
  auto from = counted(r);
  bool guest = caller.as == role::guest;
  return {.bounded = guest || from, .guest = guest, .network = guest && from ? name_(from->bytes()) : 0};
}

void limiter::note_refusal(std::string_view code) {
  auto word = std::find(bound_words.begin(), bound_words.end(), code);
  if (word == bound_words.end()) return;
  bounds_[static_cast<std::size_t>(word - bound_words.begin())].fetch_add(1, std::memory_order_relaxed);
}

limiter::statistics limiter::refused() const {
  statistics s{.addresses = addresses_.refused,
               .players = players_.refused,
               .guests = guests_.refused,
               .new_guests = new_guests_.refused,
               .watches = watches_refused_};
  std::copy(bounds_.begin(), bounds_.end(), s.bounds.begin());
  return s;
}

}  // namespace parlor::http
