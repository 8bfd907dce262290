#pragma once

#include <string>
#include <string_view>

#include "runtime/values/address.hpp"

namespace parlor::testing {

/// `kind/id` as an address.
inline address at(std::string_view text) {
  auto slash = text.find('/');
  return {std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
}

}  // namespace parlor::testing
