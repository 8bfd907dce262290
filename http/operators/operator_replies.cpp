#include "http/operators/operator_replies.hpp"

namespace parlor::http {

overview overview_of(const runtime& runtime, std::string_view operator_name) {
  overview seen{.operator_name = operator_name,
                .time = runtime.time().now(),
                .draining = runtime.draining(),
                .stopping = runtime.stopping(),
                .store_broken = runtime.store_broken(),
                .deletions_held = runtime.holds_deletions()};
  for (const kind& k : runtime.kinds().kinds())
    seen.kinds.push_back({k.name, k.reached_by, static_cast<std::uint64_t>(k.seats_max), k.durable});
  return seen;
}

denial_row row_of(const denial& d) {
  denial_row row{.name = d.name, .since = from_ms(d.since_ms), .until = {}, .by = d.by, .why = d.why};
  if (d.until_ms > 0) row.until = from_ms(d.until_ms);
  return row;
}

denied_now denied_now_of(const denials& lists, instant now) {
  auto rows = [now](const std::vector<denial>& list) {
    std::vector<denial_row> holding;
    for (const denial& d : list)
      if (d.holds(now)) holding.push_back(row_of(d));
    return holding;
  };
  return {rows(lists.revoked), rows(lists.players), rows(lists.addresses)};
}

quarantine_page quarantine_page_of(const quarantine::row_map& rows) {
  quarantine_page page;
  for (const auto& [name, r] : rows)
    page.quarantine.push_back({name.is, name.kind, name.id, name.part, name.sender, r.crashes, from_ms(r.last.at_ms),
                               r.last.part, r.last.why});
  return page;
}

awake_actors awake_actors_of(const awake_page& page) {
  awake_actors body;
  for (const activation_info& a : page.actors) body.actors.push_back({a.actor.kind, a.actor.id, a.version, a.state});
  if (page.next != 0) body.next = std::to_string(page.next);
  return body;
}

actor_inside actor_inside_of(const address& actor, const inspection& seen) {
  actor_inside body{.kind = actor.kind, .id = actor.id, .awake = seen.awake, .inside = {seen.inside}};
  for (const reminder_change& r : seen.reminders) body.reminders.push_back({r.name, *r.due, r.command, {r.args}});
  return body;
}

letters_page letters_page_of(const std::vector<dead_letter>& found, std::size_t most) {
  letters_page page;
  for (const dead_letter& l : found) {
    if (page.letters.size() == most) {
      page.next = page.letters.back().number;
      break;
    }
    const message& m = l.message;
    page.letters.push_back({.number = l.number,
                            .since = from_ms(l.at_ms),
                            .kind = m.to.kind,
                            .id = m.to.id,
                            .command = m.command,
                            .args = m.args,
                            .reason = l.reason,
                            .length = l.length,
                            .chain = l.chain});
  }
  return page;
}

}  // namespace parlor::http
