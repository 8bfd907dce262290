#include "runtime/hosting/delivery.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "runtime/hosting/host/core.hpp"

namespace parlor {
namespace {

/// Where very many wait for states that cannot be read, each try loads one: so many milliseconds for each of them leave
/// it at 200 a second.
constexpr auto for_each_unread = std::chrono::milliseconds(5);

/// What the store owes from before is taken in portions: as long as the first is not dealt with, the rest is its.
constexpr std::size_t owed_at_once = 1000;

std::string told_of(const parcel& p, std::string_view why) {
  std::string text = p.message.command + ": ";
  text += why;
  if (p.chain) text += ", after " + p.chain->links;
  return text;
}

}  // namespace

void message_delivery::deliver(parcel p) {
  if (std::exchange(p.counts_as_unread, false)) --unread_;
  if (!let_in(p)) return;
  const kind* actor_kind = core_.kinds.find(p.message.to.kind);
  auto command = actor_kind ? actor_kind->find_command(p.message.command) : std::nullopt;
  if (!command && !p.owed.reminder.empty()) return leave(p, actor_kind);
  if (!command) return lose(p, undeliverable);
  call c{.to = p.message.to,
         .from = source::actor,
         .command = p.message.command,
         .args = p.message.args,
         .trace = p.trace,
         .owed = p.owed,
         .chain = p.chain};
  std::uint64_t releases = core_.quarantine.any() ? core_.quarantine.releases() : 0;
  auto answer = [this, p = std::move(p), releases](const reply& r) mutable {
    if (!r.ok()) not_taken(std::move(p), r.why, releases);
  };
  auto r = std::make_shared<request>(std::move(c), *actor_kind, *command, instant::max(), std::move(answer));
  core_.in_flight.admit(*r);
  dispatch_(std::move(r));
}

bool message_delivery::let_in(parcel& p) {
  if (core_.traffic.is_ended(p.message.to, p.chain.get(), core_.time.now())) {
    core_.store.cross_off(p.message.to, p.owed);
    return false;
  }
  if (p.place.taken()) return p.place.go_on(), true;
  if (!p.owed.reminder.empty()) {
    core_.traffic.enter_reminder(p.message.to, p.place);
    return true;
  }
  auto bound = core_.traffic.enter(p.message.to, p.chain.get(), core_.time.now(), p.place);
  if (!bound.empty()) lose_beyond_bound(p, bound);
  return bound.empty();
}

void message_delivery::not_taken(parcel p, const failure& why, std::uint64_t releases) {
  if (!is_breakdown(find_word(why.code).cause)) {
    core_.log.note(journal::level::debug, "message_refused", p.message.to,
                   p.message.command + ": " + why.code + " " + why.detail, p.trace);
    return;
  }
  if (core_.in_flight.closed()) return;
  // What it owes it owes until an operator has spoken.
  if (why.code == "quarantined" && p.owed.any()) {
    p.place.rest();
    if (auto back = core_.quarantine.hold(std::move(p), releases)) deliver(std::move(*back));
    return;
  }
  if (why.code == "state_unreadable" && p.owed.any()) return wait_to_be_read(std::move(p));
  // A store that fails is not the receiver's fault: the message waits for better times.
  if (why.code != "storage_failed") ++p.failures;
  if (!p.owed.any() || p.failures >= core_.limits.deliveries_max) return lose(p, why.code);
  auto wait = std::chrono::seconds(1) * (1 << std::clamp(p.failures - 1, 0, 8));
  core_.reminders.postpone(std::move(p), core_.time.now() + wait);
}

void message_delivery::wait_to_be_read(parcel p) {
  ++p.unread;
  p.counts_as_unread = true;
  p.place.rest();
  auto wait = std::min<duration>(std::chrono::seconds(1 << std::min(p.unread - 1, 6)), std::chrono::minutes(1)) +
              for_each_unread * ++unread_;
  core_.reminders.postpone(std::move(p), core_.time.now() + wait);
}

void message_delivery::leave(const parcel& p, const kind* actor_kind) const {
  // A kind that is missing was named by the start's sample, and very many may be of it.
  auto level = actor_kind ? journal::level::warning : journal::level::debug;
  core_.log.note(level, "reminder_left", p.message.to,
                 p.message.command + (actor_kind ? ": no such command" : ": no such kind"), p.trace);
}

void message_delivery::lose(const parcel& p, std::string_view why) {
  core_.log.note(journal::level::warning, "message_lost", p.message.to, told_of(p, why), p.trace);
  bury(p, why);
}

void message_delivery::lose_beyond_bound(const parcel& p, std::string_view bound) {
  if (std::uint64_t unnamed = 0; core_.traffic.is_to_be_named(p.chain.get(), core_.time.now(), unnamed)) {
    std::string text = told_of(p, bound);
    if (unnamed > 0) text += "; " + std::to_string(unnamed) + " more since it was last named here";
    core_.log.note(journal::level::warning, "message_lost", p.message.to, text, p.trace);
  }
  bury(p, bound);
}

void message_delivery::bury(const parcel& p, std::string_view why) {
  auto counted = std::find(reasons.begin(), reasons.end() - 1, why);
  ++lost_[static_cast<std::size_t>(counted - reasons.begin())];
  if (p.owed.any()) core_.store.bury(p.message.to, p.owed, std::string(why));
}

std::map<std::string, std::uint64_t> message_delivery::lost() const {
  std::map<std::string, std::uint64_t> by_reason;
  for (std::size_t i = 0; i < reasons.size(); ++i) by_reason[std::string(reasons[i])] = lost_[i];
  return by_reason;
}

std::size_t message_delivery::portion() const {
  const options& limits = core_.limits;
  return std::min({owed_at_once, limits.messages_per_actor_max / 2 + 1, limits.messages_max / 2 + 1});
}

void message_delivery::deliver_all(std::vector<stored_message>&& messages) {
  for (stored_message& m : messages) {
    owed_after_ = m.number;
    deliver({.message = std::move(m.message), .owed = {.message = m.number}, .chain = std::move(m.chain)});
  }
}

void message_delivery::deliver_owed(backlog&& owed) {
  owed_last_ = owed.last_message;
  deliver_all(std::move(owed.messages));
}

void message_delivery::go_on_with_owed() {
  // With room for a portion at each receiver none of it is lost for want of that.
  if (owed_after_ >= owed_last_ || core_.traffic.under_way() >= portion()) return;
  auto next = core_.store.owed(owed_after_, owed_last_, portion());
  if (!next) {
    if (std::uint64_t times = 0; core_.traffic.is_to_be_named(nullptr, core_.time.now(), times))
      core_.log.note(journal::level::error, "owed_unread", {}, next.why().detail);
    return;
  }
  if (next.value().empty()) owed_after_ = owed_last_;
  deliver_all(std::move(next.value()));
}

}  // namespace parlor
