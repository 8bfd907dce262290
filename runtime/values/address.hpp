#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace parlor {

/// Names an actor for as long as the game lives: `kind/id`. An actor may sleep, wake, and later move
/// to another machine; its address stays. So addresses are what messages and saved states hold, never
/// a handle to something in memory. A session kind's id is the player's name.
struct address {
  std::string kind;
  std::string id;

  [[nodiscard]] std::string text() const { return kind + "/" + id; }
  friend auto operator<=>(const address&, const address&) = default;
};

/// Tells whether `name` can be a kind: `[a-z][a-z0-9_]{0,31}`. Commands follow the same rule.
[[nodiscard]] constexpr bool is_kind_name(std::string_view name) {
  if (name.empty() || name.size() > 32 || name[0] < 'a' || name[0] > 'z') return false;
  for (char c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
  return true;
}

/// Tells whether `name` can be an id or a player: `[A-Za-z0-9_-]{1,64}`.
[[nodiscard]] constexpr bool is_id(std::string_view name) {
  if (name.empty() || name.size() > 64) return false;
  for (char c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'))
      return false;
  return true;
}

}  // namespace parlor
