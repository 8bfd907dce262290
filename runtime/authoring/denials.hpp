#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/values/fields.hpp"
#include "runtime/values/instant.hpp"

/// What operators forbid: whose tokens are over, which players and which addresses are banned.
///
/// One actor, `denials/server`, keeps it, so that it is stored and comes back as everything else. http orders changes
/// and obeys the list (http/admission/deny_list.hpp).
namespace parlor {

inline constexpr const char* denials_kind = "denials";
inline constexpr const char* denials_id = "server";

/// Where a denial stands.
enum class denial_list : std::uint8_t {
  revoked,    ///< players whose tokens of until then are over
  players,    ///< banned
  addresses,  ///< banned, as `10.0.0.0/8`
};
inline constexpr auto denial_lists = one_of("revoked", "players", "addresses");

struct denial {
  std::string name;           ///< the player or the addresses
  std::int64_t since_ms = 0;  ///< when it was ordered, in milliseconds since 1970
  std::int64_t until_ms = 0;  ///< it ends then; 0: it is for good
  std::string by;             ///< the operator
  std::string why;
  static constexpr auto fields =
      describe(field("name", &denial::name), field("since_ms", &denial::since_ms), field("until_ms", &denial::until_ms),
               field("by", &denial::by), field("why", &denial::why));

  [[nodiscard]] bool holds(instant now) const { return until_ms == 0 || to_ms(now) < until_ms; }
};

/// The state of the actor, and its answer to each command.
struct denials {
  std::vector<denial> revoked, players, addresses;
  static constexpr auto fields = describe(field("revoked", &denials::revoked), field("players", &denials::players),
                                          field("addresses", &denials::addresses));

  [[nodiscard]] std::vector<denial>& in(denial_list list) {
    return list == denial_list::revoked ? revoked : list == denial_list::players ? players : addresses;
  }
};

/// `deny`: in place of what the list says of that name.
struct deny_order {
  denial_list list{};
  std::string name;
  std::int64_t seconds = 0;  ///< how long; 0: for good
  std::string why;
  static constexpr auto fields =
      describe(field("list", &deny_order::list, denial_lists), field("name", &deny_order::name),
               field("seconds", &deny_order::seconds), field("why", &deny_order::why));
};

/// `lift`: takes a name off a list.
struct lift_order {
  denial_list list{};
  std::string name;
  static constexpr auto fields =
      describe(field("list", &lift_order::list, denial_lists), field("name", &lift_order::name));
};

}  // namespace parlor
