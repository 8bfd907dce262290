#pragma once

#include <optional>

#include "runtime/authoring/context.hpp"
#include "runtime/values/bounds.hpp"
#include "runtime/values/failure.hpp"

namespace parlor {

/// The client whose request a handler answers, as bounds count it. For the actors that come with the server.
inline const caller_info& caller_of(const context& ctx) { return ctx.from_.caller; }
/// How long a started game of guests is kept in which nobody moves.
inline duration guest_room_kept_of(const context& ctx) { return ctx.from_.guest_room_kept; }

/// Why a client who has reached that bound makes no further room or session; nothing if there is none.
std::optional<failure> refusal_at(store_bound reached, bool guest, const bounds& limits);

}  // namespace parlor
