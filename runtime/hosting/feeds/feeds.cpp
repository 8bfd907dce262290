#include "runtime/hosting/feeds/feeds.hpp"

#include <algorithm>
#include <utility>

namespace parlor {
namespace {

const feed_update_ptr* find(const announcement& news, std::string_view player) {
  auto at = std::lower_bound(news.begin(), news.end(), player,
                             [](const auto& item, std::string_view wanted) { return item.first < wanted; });
  return at == news.end() || at->first != player ? nullptr : &at->second;
}

bool comes_next(const version_tag& tag, const version_tag& last) {
  bool same_actor = tag.incarnation == last.incarnation || last.version == 0;
  return same_actor && tag.version == last.version + 1;
}

}  // namespace

std::string_view feeds::enter(const subscription_ptr& s, instant until) {
  if (auto refused = count_in(s->player); !refused.empty()) return refused;
  name actor{&s->actor_kind, s->id};
  std::string_view refused;
  {
    shard& in = shard_of(actor);
    std::lock_guard lock(in.mutex);
    auto at = in.watched.find(actor);
    // Looked at under the lock: `stop` has not been here yet, or else it is known.
    if (stopped_) {
      refused = "stopping";
    } else if (at == in.watched.end() || at->second.size() < limits_.watchers_per_actor_max) {
      if (at == in.watched.end()) at = in.watched.emplace(key{actor.actor_kind, s->id}, audience{}).first;
      at->second.push_back(s);
      s->entered = true;
      if (until > instant{}) s->timer = ends_.set(until, [this, s] { end(s, watch_end::time_up); });
      return {};
    } else {
      refused = refuse("actor", "too_many_watchers");
    }
  }
  count_out(s->player);
  return refused;
}

std::string_view feeds::count_in(const std::string& player) {
  std::lock_guard lock(counting_);
  if (stopped_) return "stopping";
  if (count_ >= limits_.watchers_max) return refuse("all", "overloaded");
  if (!player.empty()) {
    std::size_t& of_player = of_player_[player];
    if (of_player >= limits_.watchers_per_player_max) return refuse("player", "too_many_watchers");
    ++of_player;
  }
  ++count_;
  return {};
}

std::string_view feeds::refuse(std::string_view limit, std::string_view code) {
  auto place = std::find(limits.begin(), limits.end(), limit);
  ++refused_[static_cast<std::size_t>(place - limits.begin())];
  return code;
}

void feeds::count_out(const std::string& player) {
  std::lock_guard lock(counting_);
  --count_;
  if (player.empty()) return;
  auto of_player = of_player_.find(player);
  if (--of_player->second == 0) of_player_.erase(of_player);
}

bool feeds::remove(const subscription_ptr& s) {
  name actor{&s->actor_kind, s->id};
  shard& in = shard_of(actor);
  std::lock_guard lock(in.mutex);
  if (!s->entered) return false;
  forget(*s);
  auto at = in.watched.find(actor);
  audience& watchers = at->second;
  *std::find(watchers.begin(), watchers.end(), s) = std::move(watchers.back());
  watchers.pop_back();
  if (watchers.empty()) in.watched.erase(at);
  return true;
}

void feeds::forget(subscription& s) {
  s.entered = false;
  if (s.timer) ends_.drop(*s.timer);
}

void feeds::leave(const subscription_ptr& s) {
  if (remove(s)) count_out(s->player);
}

void feeds::end(const subscription_ptr& s, watch_end why) {
  if (!remove(s)) return;
  count_out(s->player);
  if (auto to = s->listener.lock()) to->end(why);
}

void feeds::start(const subscription_ptr& s, const version_tag& at) {
  shard& in = shard_of({&s->actor_kind, s->id});
  std::lock_guard lock(in.mutex);
  s->started = true;
  s->last = at;
}

std::vector<std::string> feeds::players(const kind& actor_kind, std::string_view id) const {
  std::vector<std::string> list;
  {
    name actor{&actor_kind, id};
    const shard& in = shard_of(actor);
    std::lock_guard lock(in.mutex);
    auto at = in.watched.find(actor);
    if (at == in.watched.end()) return list;
    for (const subscription_ptr& s : at->second)
      if (list.empty() || list.back() != s->player) list.push_back(s->player);
  }
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  return list;
}

void feeds::publish(const kind& actor_kind, std::string_view id, const announcement& news) {
  std::vector<std::pair<subscription_ptr, feed_update_ptr>> news_of_each;
  std::vector<subscription_ptr> behind, gone;
  {
    name actor{&actor_kind, id};
    shard& in = shard_of(actor);
    std::lock_guard lock(in.mutex);
    auto at = in.watched.find(actor);
    if (at == in.watched.end()) return;
    const feed_update_ptr* theirs = nullptr;
    const std::string* last_player = nullptr;
    auto goes = [&](const subscription_ptr& s) {
      if (!s->started) return false;
      if (!last_player || *last_player != s->player) theirs = find(news, *(last_player = &s->player));
      bool closed = theirs && (*theirs)->is == feed_update::type::closed;
      if (!theirs || !(closed || comes_next((*theirs)->tag, s->last))) {
        behind.push_back(s);
      } else {
        s->last = (*theirs)->tag;
        news_of_each.emplace_back(s, *theirs);
        if (!closed) return false;
      }
      forget(*s);
      gone.push_back(s);
      return true;
    };
    // Many may go at once: they are taken out together.
    std::erase_if(at->second, goes);
    if (at->second.empty()) in.watched.erase(at);
  }
  for (const subscription_ptr& s : gone) count_out(s->player);
  for (auto& [s, update] : news_of_each)
    if (auto to = s->listener.lock()) to->hear(std::move(update));
  for (const subscription_ptr& s : behind)
    if (auto to = s->listener.lock()) to->end(watch_end::behind);
}

void feeds::ring(instant now) {
  for (auto& timer : ends_.due(now)) timer();
}

void feeds::stop() {
  stopped_ = true;
  for (shard& in : shards_) {
    std::vector<subscription_ptr> watchers;
    {
      std::lock_guard lock(in.mutex);
      for (const auto& [actor, some] : std::exchange(in.watched, {}))
        watchers.insert(watchers.end(), some.begin(), some.end());
      for (const subscription_ptr& s : watchers) forget(*s);
    }
    for (const subscription_ptr& s : watchers) {
      count_out(s->player);
      if (auto to = s->listener.lock()) to->end(watch_end::stopping);
    }
  }
}

}  // namespace parlor
