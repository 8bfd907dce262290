#include "runtime/values/failure.hpp"

#include <algorithm>
#include <iterator>

namespace parlor {
namespace {

constexpr failure_word words[] = {
    // The request itself is wrong.
    {"malformed_json", 400, "The body is not well-formed JSON.", false},
    {"bad_arguments", 400, "An argument is missing, unknown, of the wrong type or out of range.", false},
    {"bad_header", 400, "A header has a value that cannot be read.", false},
    {"bad_query", 400, "A query parameter has a value that cannot be read.", false},
    {"bad_id", 400, "Ids and players match [A-Za-z0-9_-]{1,64} and are not reserved.", false},
    {"bad_request", 400, "The request cannot be read.", false},
    {"unauthorized", 401, "A valid token is needed.", false},
    {"forbidden", 403, "This token may not do that.", false},
    {"guests_disabled", 403, "This server makes no guests.", false},
    {"not_found", 404, "There is nothing at this path.", false},
    {"unknown_kind", 404, "There is no such kind.", false},
    {"unknown_command", 404, "This kind has no such command.", false},
    {"unknown_room", 404, "There is no such room.", false},
    {"unknown_reminder", 404, "This actor has no such reminder.", false},
    {"method_not_allowed", 405, "This path does not take that method.", false},
    {"room_full", 409, "Every seat is taken.", false},
    {"stale_version", 412, "The room has moved on from the version in If-Match.", false},
    {"body_too_large", 413, "The body is larger than this server takes.", false},
    {"unsupported_media_type", 415, "Bodies are application/json.", false},
    {"key_reused", 422, "This Idempotency-Key was used for another request.", false},
    // The rules of rooms.
    {"not_your_turn", 422, "It is another seat's turn.", false},
    {"too_late", 422, "The time for this turn is over.", false},
    {"not_seated", 422, "The caller has no seat in this room.", false},
    {"not_started", 422, "The game has not started: seats are free.", false},
    {"game_over", 422, "The game is over.", false},
    {"not_over", 422, "The game is not over.", false},
    {"opponent_left", 422, "Another player has left; there can be no rematch.", false},
    // The server's state.
    {"actor_busy", 429, "Too many requests wait for this actor.", true},
    {"too_many_requests", 429, "This player, or this address, asks more often than it may.", true},
    {"too_many_watchers", 429, "This actor, player or address has as many watchers as it may.", true},
    {"handler_failed", 500, "The handler failed; the command did not happen.", false},
    {"state_unreadable", 500, "The saved state cannot be read; it was left as it is.", false},
    {"service_failed", 502, "A service that this command asks failed; the command did not happen.", true},
    {"service_late", 504, "A service that this command asks was too slow; the command did not happen.", true},
    {"closed", 503, "The actor was closed meanwhile; the command did not happen.", true},
    {"overloaded", 503, "The server has too much to do.", true},
    {"lobby_full", 503, "The lobby holds as many rooms as it may.", true},
    {"draining", 503, "The server is to be stopped and lets nothing new begin.", true},
    {"stopping", 503, "The server is stopping.", true},
    {"storage_failed", 503, "The store failed.", true},
    {"dropped", 503, "The request was dropped before it was handled.", true},
    {"deadline_passed", 504, "The deadline passed before the request was handled; it did not happen.", true},
    {"outcome_unknown", 504, "The deadline passed while the request was handled; it may have happened.", false},
};

}  // namespace

std::span<const failure_word> failure_words() { return words; }

failure_word find_word(std::string_view code) {
  auto row = std::find_if(std::begin(words), std::end(words), [&](const failure_word& w) { return w.code == code; });
  if (row != std::end(words)) return *row;
  return {code, 422, "The rules of the game refuse this.", false};
}

}  // namespace parlor
