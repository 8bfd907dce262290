#include "runtime/hosting/traffic/message_traffic.hpp"

#include <algorithm>
#include <functional>

namespace parlor {
namespace {

constexpr auto ends_kept = std::chrono::hours(1);
constexpr auto named_every = std::chrono::seconds(10);
/// Rows that a name may stand in.
constexpr std::size_t neighbours = 4;

std::uint64_t traffic_hash(std::string_view text) { return std::hash<std::string_view>{}(text); }
std::uint64_t name_of_receiver(const address& to) { return traffic_hash(to.id) * 31 + traffic_hash(to.kind); }

}  // namespace

std::string_view message_traffic::enter(const address& to, const message_chain* chain, instant now, place& into) {
  if (chain && chain->length > limits_.message_chain_max) return too_long;
  if (chain && !take_from_bucket(*chain, now)) return too_often;
  if (under_way_ >= limits_.messages_max) return all_full;
  std::uint64_t receiver = name_of_receiver(to);
  if (!take_place(receiver, limits_.messages_per_actor_max)) return receiver_full;
  into = place(*this, receiver);
  return {};
}

void message_traffic::enter_reminder(const address& to, place& into) {
  std::uint64_t receiver = name_of_receiver(to);
  take_place(receiver, SIZE_MAX);
  into = place(*this, receiver);
}

bool message_traffic::take_place(std::uint64_t receiver, std::size_t most) {
  shard& sh = shard_of(receiver);
  std::lock_guard lock(sh.mutex);
  std::size_t& count = sh.receivers[receiver];
  if (count >= most) return false;
  ++count;
  ++under_way_;
  return true;
}

void message_traffic::leave(std::uint64_t receiver) {
  shard& sh = shard_of(receiver);
  std::lock_guard lock(sh.mutex);
  --under_way_;
  auto found = sh.receivers.find(receiver);
  if (--found->second == 0) sh.receivers.erase(found);
}

void message_traffic::refill(beginning& b, instant now) const {
  if (now <= b.at) return;
  double seconds = std::chrono::duration<double>(now - b.at).count();
  b.taken = std::max(0.0, b.taken - seconds * static_cast<double>(limits_.messages_per_second));
  b.at = now;
}

message_traffic::beginning& message_traffic::row_of(shard& sh, std::uint64_t name, instant now) const {
  if (sh.beginnings.empty()) sh.beginnings.resize(beginnings_of_shard);
  std::size_t first = (name / shard_count) % beginnings_of_shard;
  beginning* fullest = nullptr;
  for (std::size_t i = 0; i < neighbours; ++i) {
    beginning& b = sh.beginnings[(first + i) % beginnings_of_shard];
    refill(b, now);
    if (b.name == name) return b;
    if (!fullest || b.taken < fullest->taken) fullest = &b;
  }
  *fullest = {.name = name, .at = now};
  return *fullest;
}

bool message_traffic::take_from_bucket(const message_chain& chain, instant now) {
  std::uint64_t name = traffic_hash(chain.beginning());
  shard& sh = shard_of(name);
  std::lock_guard lock(sh.mutex);
  beginning& b = row_of(sh, name, now);
  if (b.taken + 1 > static_cast<double>(limits_.messages_at_once)) return false;
  ++b.taken;
  return true;
}

bool message_traffic::is_to_be_named(const message_chain* chain, instant now, std::uint64_t& unnamed) {
  std::uint64_t name = traffic_hash(chain ? chain->beginning() : std::string_view{});
  shard& sh = shard_of(name);
  std::lock_guard lock(sh.mutex);
  beginning& b = row_of(sh, name, now);
  if (b.named_at != instant{} && now - b.named_at < named_every) return ++b.unnamed, false;
  b.named_at = now;
  unnamed = std::exchange(b.unnamed, 0);
  return true;
}

void message_traffic::end(const address& actor, ending which, instant now) {
  std::lock_guard lock(ends_mutex_);
  std::erase_if(ends_, [&](const ended& e) { return e.until <= now || (e.actor == actor && e.which == which); });
  if (ends_.size() == ends_max) ends_.erase(ends_.begin());
  ends_.push_back({actor, which, begun_, now + ends_kept});
  end_count_ = ends_.size();
}

bool message_traffic::is_ended(const address& to, const message_chain* chain, instant now) const {
  if (end_count_ == 0 || !chain) return false;
  std::lock_guard lock(ends_mutex_);
  return std::any_of(ends_.begin(), ends_.end(), [&](const ended& e) {
    if (e.until <= now || chain->begun > e.begun) return false;
    return to == e.actor || (e.which == ending::to_it_or_by_way_of_it && chain->names(e.actor));
  });
}

}  // namespace parlor
