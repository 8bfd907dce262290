#pragma once

#include <optional>

#include "runtime/authoring/context.hpp"
#include "runtime/values/bounds.hpp"
#include "runtime/values/failure.hpp"

namespace parlor {

/// The client whose request a handler answers, as bounds count it. For the actors that come with the server.
inline const caller_info& caller_of(const context& ctx) { return ctx.from_.caller; }
/// The bounds of now, for as long as the handler runs.
inline const bounds& bounds_of(const context& ctx) { return ctx.from_.limits; }

/// Why a client who has reached that bound makes no further room or session; nothing if there is none.
std::optional<failure> refusal_at(store_bound reached, bool guest, const bounds& limits);

}  // namespace parlor
