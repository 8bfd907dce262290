#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runtime/values/fields.hpp"

namespace parlor {

/// What a quarantine covers, and the words for it.
enum class quarantine_scope : std::uint8_t { actor, command, sender };
inline constexpr auto quarantine_scopes = one_of("actor", "command", "sender");

/// A line of the file of crashes: a process ended while something of a game ran, on the thread where that ran. Or an
/// operator has released what was in quarantine: then the crashes of before do not count for that any more.
struct crash_mark {
  std::int64_t at_ms = 0;  ///< since 1970
  std::string kind;        ///< of the actor
  std::string id;
  std::string part;                            ///< the command, or a word of the runtime's such as `view`
  std::string sender;                          ///< the player; empty: another actor, a reminder or nobody
  std::string why;                             ///< such as `Segmentation fault`
  std::optional<quarantine_scope> released{};  ///< null: it is a crash

  static constexpr auto fields =
      describe(field("at_ms", &crash_mark::at_ms), field("kind", &crash_mark::kind),
               field("id", &crash_mark::id, or_default), field("part", &crash_mark::part, or_default),
               field("sender", &crash_mark::sender, or_default), field("why", &crash_mark::why, or_default),
               field("released", &crash_mark::released, quarantine_scopes, or_default));
};

}  // namespace parlor
