#pragma once

#include <cstdint>

#include "runtime/hosting/host/reply_memory.hpp"
#include "runtime/hosting/requests/request.hpp"
#include "runtime/values/options.hpp"

/// Records of replies: a request that is sent again under its key is answered by them, and not run again.
namespace parlor {

/// Tells one request from another under the same key (FNV-1a). A client that makes two collide fools itself.
std::uint64_t fingerprint_of(const call& c);

/// What is kept of the answer to a client's request; null if nothing is.
reply_memory::record_ptr record_of(const call& c, const reply& answer, std::uint64_t version, const clock& time);

/// Gives a reply what its record has kept, which of a raw reply is a text.
void restore(reply& to, const reply_record& record, const request& r);

/// Adds a reply to those that are known, within the limits.
void remember(reply_memory& replies, reply_memory::known reply, instant now, const options& limits);

}  // namespace parlor
