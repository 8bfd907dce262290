#pragma once

#include <string_view>
#include <vector>

#include "runtime/authoring/kind.hpp"

namespace parlor {

/// The kinds that a server hosts: a value, made in one place and passed along. Immutable once made.
class catalog {
 public:
  /// Takes the kinds in the order in which they are listed to people.
  /// Throws std::invalid_argument if a name is malformed, reserved or stands twice, or if what a
  /// kind declares does not go together.
  explicit catalog(std::vector<kind> kinds);

  [[nodiscard]] const std::vector<kind>& kinds() const { return kinds_; }
  /// The kind of that name, or null.
  [[nodiscard]] const kind* find(std::string_view name) const;

 private:
  std::vector<kind> kinds_;
};

/// Tells whether a name means something else in a path, so that no room and no player may bear it.
[[nodiscard]] bool is_reserved_id(std::string_view id);
[[nodiscard]] bool is_reserved_player(std::string_view player);

}  // namespace parlor
