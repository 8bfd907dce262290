#pragma once

#include <vector>

#include "runtime/authoring/kind.hpp"

namespace parlor::testing {

/// Kinds whose authors made every mistake that there is, each when it is asked for: `chaos`, which is stored, and
/// `flash`, which is not; and `sound`, which goes right. With PARLOR_CHAOS_UPGRADE in the environment stored states of
/// `chaos` need an upgrade, which goes wrong in the way that it names.
std::vector<kind> chaos_kinds();

}  // namespace parlor::testing
