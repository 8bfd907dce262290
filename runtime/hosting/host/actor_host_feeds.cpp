// The part of a host that shows its actor: to who looks; to watchers, what a version means to them, and what those
// have missed who come back; and what it tells other actors at its end.
#include <algorithm>
#include <utility>

#include "runtime/hosting/host/actor_host.hpp"

namespace parlor {
namespace {

/// Whether a watcher that came as far as `place` can be told version after version from there.
bool can_go_on(const feed_cursor& place, const version_tag& now, std::uint64_t versions_max, const kept_events& kept) {
  if (place.incarnation && *place.incarnation != now.incarnation) return false;
  if (place.version > now.version) return false;
  // Within a version: the rest of its events is still to be told.
  std::uint64_t whole = place.number > 0 && place.version > 0 ? place.version - 1 : place.version;
  return now.version - whole <= versions_max && kept.reach_back_to(whole);
}

}  // namespace

std::string actor_host::body_for(const call& c) const {
  std::string body;
  body.reserve(text_expected);
  state_->show(body, {.player = c.player}, version_);
  return body;
}

feed_update actor_host::seen(const std::string& player, std::uint64_t version) const {
  feed_update h{.tag = {incarnation_, version}};
  if (version != version_) return h;
  h.view.reserve(text_expected);
  state_->show(h.view, {.player = player}, version_);
  return h;
}

std::unique_ptr<announcement> actor_host::announce(const call& c, const std::vector<event>& events) const {
  auto players = core_.feeds->players(kind_of(), entry_.id());
  if (players.empty()) return {};
  auto news = std::make_unique<announcement>();
  for (std::string& player : players) {
    feed_update h{.is = feed_update::type::closed, .tag = tag()};
    if (exists_ && !shows(c, [&] { h = seen(player, version_); })) continue;
    for (const event& e : events)
      if (e.to.is == audience::scope::everyone || e.to.player == player)
        h.events.push_back({static_cast<unsigned>(h.events.size() + 1), e.name, e.data});
    news->emplace_back(std::move(player), std::make_shared<const feed_update>(std::move(h)));
  }
  return news;
}

void actor_host::catch_up(subscription& s) const {
  static const kept_events none;
  const kept_events& kept = ledger_ ? ledger_->events : none;
  if (!s.after || !can_go_on(*s.after, tag(), core_.limits.events_kept_max, kept)) {
    feed_update h = seen(s.player, version_);
    h.is = feed_update::type::snapshot;
    s.first.push_back(std::make_shared<const feed_update>(std::move(h)));
    return;
  }
  std::uint64_t from = s.after->number > 0 ? s.after->version : s.after->version + 1;
  auto next = kept.events().begin();
  for (std::uint64_t version = from; version <= version_; ++version) {
    feed_update h = seen(s.player, version);
    for (; next != kept.events().end() && next->version <= static_cast<std::int64_t>(version); ++next) {
      if (next->version < static_cast<std::int64_t>(version) || !next->is_for(s.player)) continue;
      h.events.push_back(
          {static_cast<unsigned>(h.events.size() + 1), next->name, std::make_shared<const std::string>(next->data)});
    }
    if (version == s.after->version)
      h.events.erase(
          h.events.begin(),
          h.events.begin() + std::min<std::ptrdiff_t>(s.after->number, static_cast<std::ptrdiff_t>(h.events.size())));
    s.first.push_back(std::make_shared<const feed_update>(std::move(h)));
  }
}

void actor_host::announce_end() {
  if (!core_.feeds->any()) return;
  announcement news;
  auto gone = std::make_shared<const feed_update>(feed_update{.is = feed_update::type::closed});
  for (std::string& player : core_.feeds->players(kind_of(), entry_.id())) news.emplace_back(std::move(player), gone);
  core_.feeds->publish(kind_of(), entry_.id(), news);
}

void actor_host::tell_parting() {
  static const std::string parting = "parting";
  parlor::address self = entry_.name();
  std::vector<message> tells;
  std::string threw = guarded(core_.watchdog, self, parting, {}, [&] { tells = state_->parting(self); });
  if (!threw.empty()) core_.log.note(journal::level::error, "handler_threw", self, parting + ": " + threw);
  for (message& message : tells) core_.deliver({std::move(message)});
}

}  // namespace parlor
