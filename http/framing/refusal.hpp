#pragma once

#include <string_view>

namespace parlor::http {

/// Why the bytes of a connection are no request that is passed on: a word of runtime/values/failure.hpp, and a
/// sentence for a person. Both live as long as the program.
struct refusal {
  std::string_view code{};
  std::string_view detail{};

  explicit operator bool() const { return !code.empty(); }
};

}  // namespace parlor::http
