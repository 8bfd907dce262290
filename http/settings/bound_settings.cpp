#include "http/settings/tables.hpp"

namespace parlor::http {
namespace {

constexpr std::uint64_t bound_max = 1'000'000'000;

}  // namespace

std::vector<setting<settings>> bound_settings() {
  return reloaded<settings>({
      number(
          "waiting_rooms_max", "rooms of a kind that wait for players; beyond it 503",
          +[](settings& s) { return &s.runtime.bounds.waiting_rooms_max; }, 1, 10'000),
      number(
          "waiting_rooms_reserved", "those of them that rooms of guests never take",
          +[](settings& s) { return &s.runtime.bounds.waiting_rooms_reserved; }, 0, 10'000),
      number(
          "waiting_rooms_per_player", "rooms of a kind that a player may have waiting; beyond it 429",
          +[](settings& s) { return &s.runtime.bounds.waiting_rooms_per_player; }, 1, bound_max),
      number(
          "waiting_rooms_per_guest", "the same for a guest",
          +[](settings& s) { return &s.runtime.bounds.waiting_rooms_per_guest; }, 1, bound_max),
      number(
          "waiting_rooms_per_address", "the same for all guests of an address",
          +[](settings& s) { return &s.runtime.bounds.waiting_rooms_per_address; }, 1, bound_max),
      time(
          "waiting_room_empty", "a room that nobody has sat in for so long makes room in a full lobby",
          +[](settings& s) { return &s.runtime.bounds.waiting_room_empty; }),
      number(
          "open_per_guest", "rooms and sessions of a KiB that a guest may have made and that are stored; beyond it 429",
          +[](settings& s) { return &s.runtime.bounds.open_per_guest; }, 1, bound_max),
      number(
          "open_per_player", "the same for a named player",
          +[](settings& s) { return &s.runtime.bounds.open_per_player; }, 1, bound_max),
      number(
          "open_per_address", "the same for all guests of an address",
          +[](settings& s) { return &s.runtime.bounds.open_per_address; }, 1, bound_max),
      number(
          "open_of_guests", "the same for all guests together; beyond it 503",
          +[](settings& s) { return &s.runtime.bounds.open_of_guests; }, 1, bound_max),
      time(
          "guest_room_kept", "a started game in which nobody moves is kept for so long if guests alone play there",
          +[](settings& s) { return &s.runtime.bounds.guest_room_kept; }),
      number(
          "awake_per_address",
          "sessions that are not stored and that the guests of an address have awake; beyond it 429",
          +[](settings& s) { return &s.runtime.bounds.awake_per_address; }, 1, bound_max),
      number(
          "awake_reserved_percent", "per cent of awake_max that such sessions of guests never take; beyond it 503",
          +[](settings& s) { return &s.runtime.bounds.awake_reserved_percent; }, 0, 99),
  });
}

std::vector<setting<settings>> invitation_settings() {
  return reloaded<settings>({
      number(
          "invitations_max", "invitations that a player's session keeps; then who sent the most loses the oldest",
          +[](settings& s) { return &s.runtime.bounds.invitations_max; }, 1, 1000),
      number(
          "invitations_reserved", "those of them that invitations of guests never take",
          +[](settings& s) { return &s.runtime.bounds.invitations_reserved; }, 0, 1000),
      number(
          "blocked_max", "players whom a player may block", +[](settings& s) { return &s.runtime.bounds.blocked_max; },
          1, 1000),
      number(
          "player_invitations", "invitations that a player may send an hour; beyond it 429; 0: no limit",
          +[](settings& s) { return &s.gate.limits.player_invitations.count; }, 0, bound_max),
      number(
          "player_invitations_burst", "invitations that a player may send at once",
          +[](settings& s) { return &s.gate.limits.player_invitations.burst; }, 1, bound_max),
      number(
          "guest_invitations", "the same for a guest, an hour",
          +[](settings& s) { return &s.gate.limits.guest_invitations.count; }, 0, bound_max),
      number(
          "guest_invitations_burst", "the same for a guest, at once",
          +[](settings& s) { return &s.gate.limits.guest_invitations.burst; }, 1, bound_max),
      number(
          "address_invitations", "the same for all guests of an address, an hour",
          +[](settings& s) { return &s.gate.limits.address_invitations.count; }, 0, bound_max),
      number(
          "address_invitations_burst", "the same for all guests of an address, at once",
          +[](settings& s) { return &s.gate.limits.address_invitations.burst; }, 1, bound_max),
  });
}

}  // namespace parlor::http
