#pragma once

#include <cstdint>
#include <string>

#include "runtime/authoring/denials.hpp"
#include "runtime/hosting/operators.hpp"
#include "runtime/values/fields.hpp"

/// What operators send: the bodies of their orders, for the routes and for the contract.
namespace parlor::http {

inline constexpr std::int64_t ban_seconds = 24 * 60 * 60;  // if the order does not say
inline constexpr std::int64_t ban_seconds_max = 3650 * ban_seconds;
inline constexpr std::size_t denial_why_max = 200;

/// `POST /api/admin/revoke`.
struct revoke_args {
  std::string player;
  std::string why;
  static constexpr auto fields = describe(field("player", &revoke_args::player, an_id),
                                          field("why", &revoke_args::why, at_most(denial_why_max), or_default));
};

/// `POST /api/admin/ban`.
struct ban_args {
  std::string player;
  std::int64_t seconds = ban_seconds;
  std::string why;
  static constexpr auto fields =
      describe(field("player", &ban_args::player, an_id),
               field("seconds", &ban_args::seconds, between(std::int64_t{1}, ban_seconds_max), or_default),
               field("why", &ban_args::why, at_most(denial_why_max), or_default));
};

/// `POST /api/admin/ban_address`.
struct ban_address_args {
  std::string address;
  std::int64_t seconds = ban_seconds;
  std::string why;
  static constexpr auto fields =
      describe(field("address", &ban_address_args::address,
                     schema_is(R"({"type":"string","pattern":"^(?=.*[.:])[0-9a-fA-F:.]+(?:/[0-9]{1,3})?$",)"
                               R"("examples":["192.0.2.7","192.0.2.0/24","2001:db8::/32"]})")),
               field("seconds", &ban_address_args::seconds, between(std::int64_t{1}, ban_seconds_max), or_default),
               field("why", &ban_address_args::why, at_most(denial_why_max), or_default));
};

/// `POST /api/admin/lift`: a name as `GET /api/admin/denials` lists it.
struct lift_args {
  denial_list list{};
  std::string name;
  static constexpr auto fields =
      describe(field("list", &lift_args::list, denial_lists), field("name", &lift_args::name, at_most(100)));
};

/// `POST /api/admin/release`: a row as `GET /api/admin/quarantine` lists it.
struct release_args {
  quarantined::scope scope{};
  std::string kind;
  std::string id;
  std::string part;
  std::string sender;
  static constexpr auto fields = describe(field("scope", &release_args::scope, quarantine_scopes),
                                          field("kind", &release_args::kind, at_most(100)),
                                          field("id", &release_args::id, at_most(100), or_default),
                                          field("part", &release_args::part, at_most(100), or_default),
                                          field("sender", &release_args::sender, at_most(100), or_default));
};

/// `POST /api/admin/letters/redeliver` and `.../drop`: letters of which all that is said is true, or all of them.
struct letters_args {
  std::int64_t number = 0;
  std::string kind, id;
  bool everything = false;
  static constexpr auto fields = describe(
      field("number", &letters_args::number, between(std::int64_t{0}, std::int64_t{1} << 53), or_default),
      field("kind", &letters_args::kind, at_most(100), or_default),
      field("id", &letters_args::id, at_most(100), or_default), field("all", &letters_args::everything, or_default));
};

}  // namespace parlor::http
