#pragma once

#include <stdexcept>

namespace parlor::http {

/// A setting that cannot be used; what() is one sentence.
struct settings_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace parlor::http
