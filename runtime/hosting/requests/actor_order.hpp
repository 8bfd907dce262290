#pragma once

#include <string>
#include <variant>

namespace parlor {

/// What an operator wants of one actor: commands that every kind has, and no client.
struct actor_order {
  struct look {};   ///< show what is inside
  struct wake {};   ///< load it, no more
  struct close {};  ///< remove it for good
  struct cancel {
    std::string reminder;  ///< the one to forget
  };

  std::variant<look, wake, close, cancel> is;

  /// The order if it is of that sort, else null.
  template <class Sort>
  [[nodiscard]] const Sort* as() const {
    return std::get_if<Sort>(&is);
  }
};

}  // namespace parlor
