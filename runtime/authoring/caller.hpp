#pragma once

#include "runtime/authoring/context.hpp"

namespace parlor {

/// The client whose request a handler answers, as bounds count it. For the actors that come with the server.
inline const caller_info& caller_of(const context& ctx) { return ctx.from_.caller; }

}  // namespace parlor
