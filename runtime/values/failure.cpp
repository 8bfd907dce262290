#include "runtime/values/failure.hpp"

#include <algorithm>
#include <array>

namespace parlor {
namespace {

constexpr auto words = [] {
  using enum failure_cause;
  return std::to_array<failure_word>({
      // The request itself is wrong.
      {"malformed_json", request, "The body is not well-formed JSON.", false},
      {"bad_arguments", request, "An argument is missing, unknown, of the wrong type or out of range.", false},
      {"bad_header", request, "A header has a value that cannot be read.", false},
      {"bad_query", request, "A query parameter has a value that cannot be read.", false},
      {"bad_id", request, "Ids and players match [A-Za-z0-9_-]{1,64} and are not reserved.", false},
      {"bad_request", request, "The request cannot be read.", false},
      {"unauthorized", permission, "A valid token is needed.", false},
      {"forbidden", permission, "This token may not do that.", false},
      {"banned", permission, "This player, or this address, is banned for a time.", false},
      {"guests_disabled", permission, "This server makes no guests.", false},
      {"not_found", address, "There is nothing at this path.", false},
      {"unknown_kind", address, "There is no such kind.", false},
      {"unknown_command", address, "This kind has no such command.", false},
      {"unknown_room", address, "There is no such room.", false},
      {"not_quarantined", address, "This is not in quarantine.", false},
      {"not_denied", address, "Operators have not denied this.", false},
      {"unknown_reminder", address, "This actor has no such reminder.", false},
      {"method_not_allowed", request, "This path does not take that method.", false},
      {"room_full", conflict, "Every seat is taken.", false},
      {"denials_full", conflict, "Operators have denied as much as is kept: lift some of it first.", false},
      {"stale_version", conflict, "The room has moved on from the version in If-Match.", false},
      {"request_late", request, "The request took too long to come.", false},
      {"target_too_long", request, "The target of the request is too long.", false},
      {"head_too_large", request, "The headers of the request are too large.", false},
      {"expectation_failed", request, "This server does not do what Expect wants.", false},
      {"not_implemented", request, "This server does not implement what the request needs.", false},
      {"version_not_supported", request, "This server does not speak that version of HTTP.", false},
      {"body_too_large", request, "The body is larger than this server takes.", false},
      {"unsupported_media_type", request, "Bodies are application/json.", false},
      {"key_reused", request, "This Idempotency-Key was used for another request.", false},
      // The rules of rooms.
      {"not_your_turn", rules, "It is another seat's turn.", false},
      {"too_late", rules, "The time for this turn is over.", false},
      {"not_seated", rules, "The caller has no seat in this room.", false},
      {"not_started", rules, "The game has not started: seats are free.", false},
      {"game_over", rules, "The game is over.", false},
      {"not_over", rules, "The game is not over.", false},
      {"opponent_left", rules, "Another player has left; there can be no rematch.", false},
      // The server's state.
      {"actor_busy", quota, "Too many requests wait for this actor.", true},
      {"too_many_requests", quota, "This player, or this address, asks more often than it may.", true},
      {"too_many_connections", quota, "This address has as many connections as it may.", true},
      {"too_many_invitations", quota, "This player, or this address, has sent as many invitations as it may.", true},
      {"too_many_rooms", quota, "This player, or this address, has as many rooms as it may.", true},
      {"too_many_sessions", quota, "The guests of this address have as many sessions awake as they may.", true},
      {"too_many_watchers", quota, "This actor, player or address has as many watchers as it may.", true},
      {"handler_failed", defect, "The handler failed; the command did not happen.", false},
      {"state_unreadable", defect, "The saved state cannot be read; it was left as it is.", false},
      {"state_too_large", defect, "The state would be larger than may be stored; the command did not happen.", false},
      {"service_failed", service, "A service that this command asks failed; the command did not happen.", true},
      {"service_late", service, "A service that this command asks was too slow; the command did not happen.", true},
      {"closed", outage, "The actor was closed meanwhile; the command did not happen.", true},
      {"quarantined", outage, "This has ended the server's process before; an operator has to release it.", true},
      {"overloaded", outage, "The server has too much to do.", true},
      {"too_many_programs", outage, "Guests run as many programs as they may, and all are in use.", true},
      {"guests_full", outage, "Guests have as many rooms and sessions as may be stored for them.", true},
      {"sessions_full", outage, "Guests have as many sessions awake as they may.", true},
      {"lobby_full", outage, "The lobby holds as many rooms as it may.", true},
      {"draining", outage, "The server is to be stopped and lets nothing new begin.", true},
      {"stopping", outage, "The server is stopping.", true},
      {"storage_failed", outage, "The store failed.", true},
      {"dropped", outage, "The request was dropped before it was handled.", true},
      {"deadline_passed", deadline, "The deadline passed before the request was handled; it did not happen.", true},
      {"outcome_unknown", deadline, "The deadline passed while the request was handled; it may have happened.", false},
  });
}();

}  // namespace

std::span<const failure_word> failure_words() { return words; }

failure_word find_word(std::string_view code) {
  auto row = std::find_if(words.begin(), words.end(), [&](const failure_word& w) { return w.code == code; });
  if (row != words.end()) return *row;
  return {code, failure_cause::rules, "The rules of the game refuse this.", false};
}

}  // namespace parlor
