#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/values/failure.hpp"

/// What goes through a kind as it is: a kind may have one handler for every POST to a path that is none of its
/// commands, `.raw = {first, then}`, and answers it with bytes of its own. A program behind the kind sees
/// the request as it was sent, and its answer goes out as it came.
///
/// Both go through the runtime as they are. They are texts where texts are stored, with the replies that a client's
/// keys are answered again with and with messages: a few lines and the body behind them, which `to_text` writes and
/// `read_raw_...` reads.
namespace parlor {

/// A POST, without what is the gateway's own business.
struct raw_request {
  std::string path{};          ///< below the kind, without a slash in front, percent-encoded as it was sent
  std::string query{};         ///< as it was sent, without the question mark
  std::string content_type{};  ///< empty: none was sent
  std::string key{};           ///< the Idempotency-Key; empty: none was sent
  std::string body{};
};

/// What an answer may say beside its status and type: what its bytes are, how long they hold, and where it leads.
/// Nothing else is passed on: not what belongs to one connection (RFC 9110, 7.6.1), no cookies and no challenges, for
/// who asks is the gateway's business, and none of the lines that the gateway writes itself.
inline constexpr std::string_view raw_reply_headers[] = {"Cache-Control",    "Content-Disposition", "Content-Encoding",
                                                         "Content-Language", "Content-Location",    "ETag",
                                                         "Expires",          "Last-Modified",       "Link",
                                                         "Location",         "Retry-After",         "Vary"};

struct raw_header {
  std::string name{};  ///< as it stands in `raw_reply_headers`
  std::string value{};
};

struct raw_reply {
  int status = 200;            ///< 200 to 599
  std::string content_type{};  ///< empty: none
  std::string body{};
  std::vector<raw_header> headers{};  ///< at most 8 KiB; a name may come more than once
};

using raw_request_ptr = std::shared_ptr<const raw_request>;
using raw_reply_ptr = std::shared_ptr<const raw_reply>;

/// What is wrong with an answer, if anything is: `service_failed`.
std::optional<failure> check(const raw_reply& r);

/// The members must not have line breaks, but for the body.
std::string to_text(const raw_request& r);
std::string to_text(const raw_reply& r);
/// Fails with `bad_request`.
result<raw_request> read_raw_request(std::string_view text);
/// Fails with `service_failed`.
result<raw_reply> read_raw_reply(std::string_view text);

}  // namespace parlor
