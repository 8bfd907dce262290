#pragma once

#include <string>
#include <string_view>

#include "http/protocol/message.hpp"

namespace parlor::http {

/// A text that many ask for: sent compressed to those who take that, to others as it is. It is compressed once, when it
/// is made. Either form has an ETag of its own: they are not the same bytes.
class coded_text {
 public:
  /// `etag` is quoted. The text must outlive this.
  coded_text(std::string_view text, std::string_view etag);

  /// Makes it the body, with its ETag; or 304 if the client has it.
  void put_into(web_reply& reply, const web_request& r) const;

 private:
  const std::string_view text_;
  const std::string etag_;
  std::string compressed_;  // empty: it would be no shorter
  std::string compressed_etag_;
};

}  // namespace parlor::http
