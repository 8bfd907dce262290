#include "runtime/authoring/caller.hpp"

#include <string>

namespace parlor {
namespace {

failure too_many_stored(const char* whose, std::size_t most) {
  return {"too_many_rooms", whose + std::to_string(most) + " rooms and sessions that are not over, of a KiB each"};
}

}  // namespace

std::optional<failure> refusal_at(store_bound reached, bool guest, const bounds& limits) {
  switch (reached) {
    case store_bound::none: return {};
    case store_bound::player:
      return guest ? too_many_stored("a guest may have ", limits.open_per_guest)
                   : too_many_stored("a player may have ", limits.open_per_player);
    case store_bound::address: return too_many_stored("the guests of an address may have ", limits.open_per_address);
    case store_bound::guests: break;
  }
  return failure{"guests_full",
                 std::to_string(limits.open_of_guests) + " rooms and sessions of guests are stored, of a KiB each"};
}

}  // namespace parlor
