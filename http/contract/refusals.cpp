#include "http/contract/refusals.hpp"

namespace parlor::http::contract {
namespace {

/// What the rules of the table say of a command, by who may send it.
words of_table(const command_info& command) {
  switch (command.senders) {
    case open_to::on_turn: return {"not_your_turn", "too_late", "not_seated", "not_started", "game_over"};
    case open_to::seated: return {"not_seated", "not_started", "game_over"};
    default: return {"room_full", "not_seated", "not_started", "game_over", "not_over", "opponent_left"};
  }
}

}  // namespace

words operator+(words a, const words& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

words at_the_gate() { return {"unauthorized", "banned", "too_many_requests"}; }

words at_a_kind() { return at_the_gate() + words{"body_too_large", "bad_header"}; }

words of_a_post(const kind& k) {
  // What a raw handler takes is its own business.
  return k.raw() ? at_a_kind() : at_a_kind() + words{"unsupported_media_type"};
}

words from_an_actor() {
  return {"actor_busy", "handler_failed", "state_unreadable", "quarantined",     "overloaded",
          "stopping",   "dropped",        "storage_failed",   "deadline_passed", "outcome_unknown"};
}

words from_a_service() { return {"service_failed", "service_late", "closed", "too_many_programs"}; }

words of_a_maker() { return {"too_many_rooms", "guests_full"}; }

words of_a_waker(const kind& k) {
  if (k.reached_by != reach::session || k.durable) return {};
  return {"too_many_sessions", "sessions_full"};
}

words of_command(const kind& k, const command_info& command) {
  words list = of_a_post(k) + from_an_actor() + words{"malformed_json", "bad_arguments", "key_reused", "stale_version"};
  if (k.reached_by == reach::room) list = list + words{"bad_id", "not_found"};
  if (!command.creates) list = list + words{"unknown_room"};
  else if (k.reached_by == reach::room) list = list + words{"draining"};
  if (k.seats_max > 0) list = list + of_table(command);
  if (!command.reads && k.durable) list = list + words{"state_too_large"};
  if (command.creates && k.durable) list = list + of_a_maker();
  if (command.invites) list = list + words{"too_many_invitations"};
  list = list + of_a_waker(k);
  if (command.asks) list = list + from_a_service();
  return list;
}

}  // namespace parlor::http::contract
