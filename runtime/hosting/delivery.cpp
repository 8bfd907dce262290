#include "runtime/hosting/delivery.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "runtime/hosting/host/core.hpp"

namespace parlor {
namespace {

/// Where very many wait for states that cannot be read, each try loads one: so many milliseconds for each of them leave
/// it at 200 a second.
constexpr auto for_each_unread = std::chrono::milliseconds(5);

}  // namespace

void message_delivery::deliver(parcel p) {
  if (p.unread > 0) --unread_;
  const kind* actor_kind = core_.kinds.find(p.message.to.kind);
  auto command = actor_kind ? actor_kind->find_command(p.message.command) : std::nullopt;
  if (!command && !p.owed.reminder.empty()) return leave(p, actor_kind);
  if (!command) return lose(p, "no such kind or command");
  call c{.to = p.message.to,
         .from = source::actor,
         .command = p.message.command,
         .args = p.message.args,
         .trace = p.trace,
         .owed = p.owed};
  auto answer = [this, p = std::move(p)](const reply& r) mutable {
    if (!r.ok()) not_taken(std::move(p), r.why);
  };
  auto r = std::make_shared<request>(std::move(c), *actor_kind, *command, instant::max(), std::move(answer));
  core_.in_flight.admit(*r);
  dispatch_(std::move(r));
}

void message_delivery::not_taken(parcel p, const failure& why) {
  if (!is_breakdown(find_word(why.code).cause)) {
    core_.log.note(journal::level::debug, "message_refused", p.message.to,
                   p.message.command + ": " + why.code + " " + why.detail, p.trace);
    return;
  }
  if (core_.in_flight.closed()) return;
  // What it owes it owes until an operator has spoken.
  if (why.code == "quarantined" && p.owed.any()) return core_.quarantine.hold(std::move(p));
  if (why.code == "state_unreadable" && p.owed.any()) return wait_to_be_read(std::move(p));
  // A store that fails is not the receiver's fault: the message waits for better times.
  if (why.code != "storage_failed") ++p.failures;
  if (!p.owed.any() || p.failures >= core_.limits.deliveries_max) return lose(p, why.code);
  auto wait = std::chrono::seconds(1) * (1 << std::clamp(p.failures - 1, 0, 8));
  core_.reminders.postpone(std::move(p), core_.time.now() + wait);
}

void message_delivery::wait_to_be_read(parcel p) {
  ++p.unread;
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
  ++lost_;
  core_.log.note(journal::level::warning, "message_lost", p.message.to, p.message.command + ": " + std::string(why),
                 p.trace);
  if (p.owed.any()) core_.store.bury(p.message.to, p.owed, std::string(why));
}

}  // namespace parlor
