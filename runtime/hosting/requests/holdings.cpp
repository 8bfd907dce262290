#include "runtime/hosting/requests/holdings.hpp"

#include <functional>

#include "runtime/authoring/caller.hpp"

namespace parlor {
namespace {

std::uint64_t name_of_maker(std::string_view player) { return std::hash<std::string_view>{}(player); }
std::uint64_t name_of_actor(const address& actor) {
  return std::hash<std::string_view>{}(actor.id) * 31 + std::hash<std::string_view>{}(actor.kind);
}

}  // namespace

std::uint64_t holdings::count_in(const tallies& in, std::uint64_t name) {
  auto found = in.find(name);
  return found == in.end() ? 0 : found->second;
}

void holdings::change(tallies& in, std::uint64_t name, std::uint64_t from, std::uint64_t to) {
  std::uint64_t& count = in[name];
  count = count - from + to;
  if (count == 0) in.erase(name);
}

void holdings::set_weight(maker& owner, std::uint32_t kib) {
  change(by_player_, owner.player, owner.kib, kib);
  if (owner.network != 0) change(by_network_, owner.network, owner.kib, kib);
  if (owner.guest) of_guests_ = of_guests_ - owner.kib + kib;
  owner.kib = kib;
}

store_bound holdings::reached(const caller_info& caller, std::string_view player) const {
  if (!caller.bounded) return store_bound::none;
  const bounds& limits = limits_.now();
  std::lock_guard lock(mutex_);
  std::size_t most = caller.guest ? limits.open_per_guest : limits.open_per_player;
  if (count_in(by_player_, name_of_maker(player)) >= most) return store_bound::player;
  if (caller.network != 0 && count_in(by_network_, caller.network) >= limits.open_per_address)
    return store_bound::address;
  return caller.guest && of_guests_ >= limits.open_of_guests ? store_bound::guests : store_bound::none;
}

std::optional<failure> holdings::refuse(const caller_info& caller, std::string_view player) const {
  return refusal_at(reached(caller, player), caller.guest, limits_.now());
}

void holdings::add(const address& actor, const caller_info& caller, std::string_view player) {
  if (!caller.bounded) return;
  std::lock_guard lock(mutex_);
  auto [made, is_new] =
      made_.try_emplace(name_of_actor(actor), maker{name_of_maker(player), caller.network, caller.guest});
  if (is_new) set_weight(made->second, 1);
}

void holdings::weigh(const address& actor, std::uint32_t kib) {
  std::lock_guard lock(mutex_);
  auto found = made_.find(name_of_actor(actor));
  if (found != made_.end()) set_weight(found->second, kib);
}

void holdings::remove(const address& actor) {
  std::lock_guard lock(mutex_);
  auto found = made_.find(name_of_actor(actor));
  if (found == made_.end()) return;
  set_weight(found->second, 0);
  made_.erase(found);
}

std::size_t holdings::size() const {
  std::lock_guard lock(mutex_);
  return made_.size();
}

}  // namespace parlor
