#pragma once

#include <string>
#include <string_view>

#include "http/admission/credentials.hpp"

/// Leave to watch one feed, for clients that cannot send a header: a browser's EventSource.
///
/// A ticket stands in the URL, where proxies write it down. So it opens one feed only, for a minute. But an
/// EventSource comes back to the same URL whenever its connection broke, for hours, over restarts of the
/// server. For that every id that it is told bears a mark which only this server can make, and which it
/// brings along as Last-Event-ID, a header. With the mark the ticket is good for as long as the token was that it
/// was given for; and whoever finds the URL after its minute has nothing.
///
/// Nothing is kept: a ticket is signed, with the secret of the tokens. Any thread.
namespace parlor::http {

class tickets {
 public:
  static constexpr duration lasts = std::chrono::minutes(1);

  explicit tickets(const credentials& keys) : keys_(keys) {}

  /// A ticket for the feed at a path, as `who`.
  [[nodiscard]] std::string issue(const identity& caller, std::string_view path, instant now) const;
  /// Who may watch the feed at `path` with this ticket, and until when, or `unauthorized` with the reason. `mark`
  /// is what stood in Last-Event-ID behind the id.
  [[nodiscard]] result<identity> check(std::string_view ticket, std::string_view path, std::string_view mark,
                                       instant now) const;
  /// What the ids of a stream bear that was opened with this ticket.
  [[nodiscard]] std::string mark_of(std::string_view ticket) const;

 private:
  const credentials& keys_;
};

}  // namespace parlor::http
