// The directory as operators read it. Nobody waits for them: a lock is held for some sixty entries at most.
#include <algorithm>
#include <utility>

#include "runtime/hosting/directory/directory.hpp"

namespace parlor {
namespace {

constexpr std::size_t looks_per_lock = 64;    // some 20 us
constexpr std::size_t looks_per_call = 4096;  // about a millisecond

/// An actor that is to be listed, and its place in the walk.
using placed = std::pair<std::uint64_t, activation_info>;

/// Cuts what was found to what was asked for. A bucket is found as a whole; of those that share a place none is left.
awake_page cut(std::vector<placed> found, std::size_t most, std::uint64_t next) {
  std::sort(found.begin(), found.end(), [](const placed& a, const placed& b) { return a.first < b.first; });
  std::size_t count = std::min(found.size(), most);
  while (count > 0 && count < found.size() && found[count].first == found[count - 1].first) ++count;
  if (count < found.size()) next = found[count].first;
  awake_page page{.actors = {}, .next = next};
  for (std::size_t i = 0; i < count; ++i) page.actors.push_back(std::move(found[i].second));
  return page;
}

/// The names of the services: one bit each, in the kind's order.
std::vector<std::string_view> services_in(const kind& actor_kind, std::uint8_t bits) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < actor_kind.services.size(); ++i)
    if (bits >> i & 1U) names.push_back(actor_kind.services[i].name);
  return names;
}

}  // namespace

void directory::asks(directory_entry& s, bool now) {
  std::lock_guard lock(shard_of(s.hash_).mutex);
  s.asking_ = now;
}

activation_state directory::state_of(const shard& sh, const directory_entry& s) {
  awake_reason why = s.leaving_  ? awake_reason::leaving
                     : s.asking_ ? awake_reason::asking
                     : s.kept_   ? awake_reason::kept
                                 : awake_reason::visited;
  return {.why = why,
          .since = s.woken_at_,
          .last_used = s.last_used_,
          .until = s.last_used_ + sh.lists[s.list_].stay(),
          .requests = s.requests_,
          .activation = s.activation_,
          .services = services_in(s.actor_kind(), s.services_)};
}

std::optional<activation_state> directory::info(const kind& actor_kind, std::string_view id) const {
  std::uint32_t hash = hash_of(actor_kind, id);
  const shard& sh = shard_of(hash);
  std::lock_guard lock(sh.mutex);
  directory_entry* s = find_in(sh, hash, actor_kind, id);
  if (!s) return {};
  return state_of(sh, *s);
}

std::optional<activation_state> directory::look(const kind& actor_kind, std::string_view id) const {
  auto found = info(actor_kind, id);
  if (found && found->why == awake_reason::leaving) found.reset();
  return found;
}

awake_page directory::list(const awake_query& q) const {
  std::vector<placed> found;
  std::uint64_t at = q.from;  // the shard, and the place in its table
  std::size_t looks = 0;
  while (at >> 32 < shard_count && found.size() < q.most && looks < looks_per_call) {
    const shard& sh = shards_[at >> 32];
    std::uint64_t first = at >> 32 << 32;
    std::size_t here = 0;  // buckets and entries
    std::lock_guard lock(sh.mutex);
    while (here < looks_per_lock && found.size() < q.most) {
      auto next = sh.entries.visit(static_cast<std::uint32_t>(at), [&](directory_entry& s) {
        ++here;
        if ((q.actor_kind && s.kind_ != q.actor_kind) || !s.id().starts_with(q.prefix)) return;
        found.emplace_back(first | sh.entries.order_of(s.hash_),
                           activation_info{s.name(), s.box().version(), state_of(sh, s)});
      });
      ++here;
      at = first | next;
      if (next == 0) {
        at = first + (std::uint64_t{1} << 32);
        break;
      }
    }
    looks += here;
  }
  return cut(std::move(found), q.most, at >> 32 < shard_count ? at : 0);
}

}  // namespace parlor
