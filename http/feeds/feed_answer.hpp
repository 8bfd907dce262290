#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/admission/feed_right.hpp"
#include "http/admission/watch_permits.hpp"
#include "http/protocol/message.hpp"
#include "http/protocol/responder.hpp"
#include "runtime/hosting/runtime.hpp"

/// A feed as HTTP has it: a stream of server-sent events for who takes one, a long poll for all others.
namespace parlor::http {

/// How a feed is asked for.
struct feed_question {
  std::optional<feed_cursor> after{};  ///< what comes behind this; nothing: from how it is now
  bool as_stream = false;
  int wait_s = 25;          ///< how long a long poll waits
  std::string ticket{};     ///< instead of a token
  std::string_view mark{};  ///< what stands behind the place in Last-Event-ID; lives as long as the request
  client_line* line{};      ///< the client's; the same
};

/// As whom it is watched.
struct feed_viewer {
  std::string player{};  ///< empty: a spectator
  caller_info caller{};  ///< what bounds know of them
  std::string mark{};    ///< what the ids of a stream bear
  feed_right right;      ///< asked for whenever they are told something
  watch_permit place{};  ///< kept for as long as they watch
};

/// Reads the query and the headers, or says what is wrong with them: `bad_query`.
result<feed_question> read_feed_question(const web_request& r);

/// Answers with what becomes of an actor. Any thread.
void answer_feed(runtime& runtime, address actor, feed_viewer&& viewer, const feed_question& asked, responder&& answer);

}  // namespace parlor::http
