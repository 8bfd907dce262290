#include "http/admission/deny_list.hpp"

#include <algorithm>
#include <utility>

namespace parlor::http {
namespace {

/// How far another machine's clock may be ahead.
constexpr duration clocks_differ_by = std::chrono::minutes(1);

instant end_of(const denial& d) { return d.until_ms == 0 ? instant::max() : from_ms(d.until_ms); }

}  // namespace

void address_bans::add(const address_range& range, instant until) {
  instant& end = by_length_[range.bits()][range.first().beginning(range.bits())];
  end = std::max(end, until);
}

instant address_bans::find(const client_address& a) const {
  instant last{};
  for (const auto& [bits, ranges] : by_length_)
    if (auto found = ranges.find(a.beginning(bits)); found != ranges.end()) last = std::max(last, found->second);
  return last;
}

web_reply answer_of(const denied& refused, instant now) {
  web_reply reply = problem(refused.why);
  if (refused.until > now && refused.until < instant::max()) {
    auto left = std::chrono::ceil<std::chrono::seconds>(refused.until - now);
    reply.headers.add("Retry-After", std::to_string(left.count()));
  }
  return reply;
}

void deny_list::index::add(const denials& list) {
  for (const denial& d : list.revoked) {
    of_player& theirs = players[d.name];
    theirs.revoked_until = std::max(theirs.revoked_until, from_ms(d.since_ms));
    theirs.revocation_ends = std::max(theirs.revocation_ends, end_of(d));
  }
  for (const denial& d : list.players) {
    instant& end = players[d.name].banned_until;
    end = std::max(end, end_of(d));
  }
  for (const denial& d : list.addresses)
    if (auto range = address_range::parse(d.name)) addresses.add(*range, end_of(d));
}

const deny_list::index* deny_list::current() const {
  struct looked_at {
    std::uint64_t number = 0;
    std::shared_ptr<const index> list;
  };
  static thread_local looked_at last;
  std::uint64_t number = number_.load(std::memory_order_acquire);
  if (number == 0) return nullptr;
  if (last.number != number) {
    std::lock_guard lock(mutex_);
    last = {number_, index_};
  }
  return last.list.get();
}

client_address deny_list::address_of(const web_request& r) const { return asker(r.peer, r.forwarded_for, proxies_); }

std::optional<denied> deny_list::refuse_player(const index& list, const identity& caller, instant now) {
  auto found = list.players.find(caller.player);
  if (found == list.players.end()) return {};
  const of_player& theirs = found->second;
  bool is_older = caller.issued_at <= theirs.revoked_until || caller.issued_at > now + clocks_differ_by;
  if (theirs.revocation_ends > now && is_older)
    return denied{denial_reason::revoked_token, {"unauthorized", "the token was revoked"}};
  if (theirs.banned_until > now)
    return denied{denial_reason::banned_player, {"banned", "this player is banned"}, theirs.banned_until};
  return {};
}

std::optional<denied> deny_list::refuse_address(const index& list, const client_address& from, instant now) {
  instant until = list.addresses.find(from);
  if (until > now) return denied{denial_reason::banned_address, {"banned", "this address is banned"}, until};
  return {};
}

std::optional<denied> deny_list::refuse(const std::optional<identity>& caller, const client_address& from,
                                        instant now) const {
  const index* list = current();
  if (!list) return {};
  if (caller)
    if (auto refused = refuse_player(*list, *caller, now)) return refused;
  if (list->addresses.empty() || (caller && caller->as == role::admin)) return {};
  return refuse_address(*list, from, now);
}

std::optional<denied> deny_list::refuse(const std::optional<identity>& caller, const web_request& r,
                                        instant now) const {
  const index* list = current();
  if (!list) return {};
  return refuse(caller, list->addresses.empty() ? client_address{} : address_of(r), now);
}

std::optional<web_reply> deny_list::turn_away(const std::optional<identity>& caller, const web_request& r,
                                              instant now) {
  auto why = refuse(caller, r, now);
  if (!why) return {};
  refused_[static_cast<std::size_t>(why->reason)].fetch_add(1, std::memory_order_relaxed);
  return answer_of(*why, now);
}

std::array<std::uint64_t, 3> deny_list::refused() const {
  std::array<std::uint64_t, 3> counts;
  std::copy(refused_.begin(), refused_.end(), counts.begin());
  return counts;
}

void deny_list::replace(denials stored, std::uint64_t incarnation, std::uint64_t version) {
  std::lock_guard lock(mutex_);
  if (incarnation == incarnation_ && version < version_) return;
  incarnation_ = incarnation;
  version_ = version;
  stored_ = std::move(stored);
  make_index();
}

denials deny_list::stored() const {
  std::lock_guard lock(mutex_);
  return stored_;
}

void deny_list::configure(denials configured) {
  std::lock_guard lock(mutex_);
  configured_ = std::move(configured);
  make_index();
}

void deny_list::make_index() {
  static std::atomic<std::uint64_t> last_number{0};
  auto made = std::make_shared<index>();
  made->add(configured_);
  made->add(stored_);
  bool nothing = made->players.empty() && made->addresses.empty();
  index_ = std::move(made);
  number_.store(nothing ? 0 : ++last_number, std::memory_order_release);
}

}  // namespace parlor::http
