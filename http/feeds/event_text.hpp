#pragma once

#include <string>
#include <string_view>

#include "runtime/hosting/feeds/feed.hpp"

/// What watchers are told, as HTTP has it: server-sent events, or the items of a long poll's list. Both have the
/// same ids, names and data.
namespace parlor::http {

/// What a stream begins with: how long a client waits before it comes back, so that after a restart not all do at
/// once.
std::string stream_beginning();

/// Appends one server-sent event; without an id the client's place stays where it was.
void append_event(std::string& out, std::string_view name, std::string_view id, std::string_view data);

/// A update as server-sent events: a block for each event, and one for the version itself.
std::string as_event_stream(const feed_update& h, std::string_view mark);

/// Appends an update to a JSON list: `{"id","event","data"}` for each.
void append_as_json(std::string& list, const feed_update& h);

}  // namespace parlor::http
