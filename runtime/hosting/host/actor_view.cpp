#include "runtime/hosting/host/actor_view.hpp"

#include <algorithm>
#include <utility>

namespace parlor {
namespace {

/// Whether a watcher that came as far as `cursor` can be told version after version from there.
bool can_go_on(const feed_cursor& cursor, const version_tag& now, bool first_era, std::uint64_t versions_max,
               const kept_events& kept) {
  if (cursor.incarnation && *cursor.incarnation != now.incarnation) return false;
  // A bare version may be one of an earlier era: only of how it is now is there nothing to tell.
  if (!cursor.incarnation && !first_era) return cursor.version == now.version && cursor.number == 0;
  if (cursor.version > now.version) return false;
  // Within a version: the rest of its events is still to be told.
  std::uint64_t whole = cursor.number > 0 && cursor.version > 0 ? cursor.version - 1 : cursor.version;
  return now.version - whole <= versions_max && kept.reach_back_to(whole);
}

}  // namespace

std::string actor_view::body_for(const std::string& player) const {
  std::string body;
  body.reserve(text_expected);
  state_.show(body, {.player = player}, tag_.version);
  check_shown(body.size(), core_.state_bytes_max(entry_.actor_kind()));
  return body;
}

feed_update actor_view::update_for(const std::string& player, std::uint64_t version) const {
  feed_update update{.tag = {tag_.incarnation, version}};
  if (version == tag_.version) update.view = body_for(player);
  return update;
}

std::unique_ptr<announcement> actor_view::announce(const call& c, const std::vector<event>& events) const {
  auto players = core_.feeds->players(entry_.actor_kind(), entry_.id());
  if (players.empty()) return {};
  auto news = std::make_unique<announcement>();
  for (std::string& player : players) {
    feed_update update{.is = feed_update::type::closed, .tag = tag_};
    if (exists_ && !shows(c, [&] { update = update_for(player, tag_.version); })) continue;
    for (const event& e : events)
      if (e.to.is == audience::scope::everyone || e.to.player == player)
        update.events.push_back({static_cast<unsigned>(update.events.size() + 1), e.name, e.data});
    news->emplace_back(std::move(player), std::make_shared<const feed_update>(std::move(update)));
  }
  return news;
}

void actor_view::catch_up(subscription& s) const {
  static const kept_events none;
  const kept_events& kept = events_ ? *events_ : none;
  if (!s.after || !can_go_on(*s.after, tag_, core_.era == 0, core_.limits.events_kept_max, kept)) {
    feed_update update = update_for(s.player, tag_.version);
    update.is = feed_update::type::snapshot;
    s.first.push_back(std::make_shared<const feed_update>(std::move(update)));
    return;
  }
  std::uint64_t from = s.after->number > 0 ? s.after->version : s.after->version + 1;
  auto next = kept.events().begin();
  for (std::uint64_t version = from; version <= tag_.version; ++version) {
    feed_update update = update_for(s.player, version);
    for (; next != kept.events().end() && next->version <= static_cast<std::int64_t>(version); ++next) {
      if (next->version < static_cast<std::int64_t>(version) || !next->is_for(s.player)) continue;
      update.events.push_back({static_cast<unsigned>(update.events.size() + 1), next->name,
                               std::make_shared<const std::string>(next->data)});
    }
    if (version == s.after->version)
      update.events.erase(update.events.begin(),
                          update.events.begin() + std::min<std::ptrdiff_t>(s.after->number, static_cast<std::ptrdiff_t>(
                                                                                                update.events.size())));
    s.first.push_back(std::make_shared<const feed_update>(std::move(update)));
  }
}

void actor_view::take_leave() const {
  const kind& actor_kind = entry_.actor_kind();
  if (actor_kind.parting) {
    static const std::string part = "parting";
    address self = entry_.name();
    std::vector<message> messages;
    std::string threw;
    if (core_.quarantine.refusal(actor_kind, self.id, part, {}).empty())
      threw = guarded(core_.watchdog, self, part, {}, [&] { messages = state_.parting(self); });
    if (!threw.empty()) note_throw(core_.log, self, part, threw);
    if (messages.empty()) return;
    auto chain = begin_chain(core_.traffic.next_beginning(), self, part, {});
    for (message& message : messages) core_.deliver({.message = std::move(message), .chain = chain});
  }
  if (actor_kind.durable) return;
  if (!core_.feeds->any()) return;
  announcement news;
  auto gone = std::make_shared<const feed_update>(feed_update{.is = feed_update::type::closed});
  for (std::string& player : core_.feeds->players(actor_kind, entry_.id())) news.emplace_back(std::move(player), gone);
  core_.feeds->publish(actor_kind, entry_.id(), news);
}

}  // namespace parlor
