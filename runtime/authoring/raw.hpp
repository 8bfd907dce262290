#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

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

struct raw_reply {
  int status = 200;            ///< 200 to 599
  std::string content_type{};  ///< empty: none
  std::string body{};
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
