#include "http/settings/tables.hpp"

namespace parlor::http {
namespace {

constexpr std::uint64_t bound_max = 1'000'000'000;

}  // namespace

std::vector<setting<settings>> bound_settings() {
  return {
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
  };
}

}  // namespace parlor::http
