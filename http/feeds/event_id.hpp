#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/hosting/feeds/feed.hpp"

/// How clients name a place in a feed: the ETag of the version, without its quotes, and behind a point the
/// number of an event within it. `2k9f-7` is all of version 7, `2k9f-7.2` its second event. So who sent a
/// command and has the answer's ETag knows from where on a feed brings news.
namespace parlor::http {

/// The place behind an event: of a version if `number` is 0.
std::string event_id(const version_tag& tag, unsigned number = 0);

/// Reads a place. The version alone, `7`, will do, too: it is of whichever actor there is now.
std::optional<feed_cursor> parse_event_id(std::string_view text);

}  // namespace parlor::http
