#pragma once

#include <string>
#include <string_view>

#include "runtime/hosting/feed.hpp"

/// What watchers are told, as HTTP has it: server-sent events, or the items of a long poll's list. Both have the
/// same ids, names and data.
namespace parlor::http {

/// A happening as server-sent events: a block for each event, and one for the version itself.
std::string as_event_stream(const happening& h, std::string_view mark);

/// Appends a happening to a JSON list: `{"id","event","data"}` for each.
void append_as_json(std::string& list, const happening& h);

}  // namespace parlor::http
