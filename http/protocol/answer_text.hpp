#pragma once

#include <string>

#include "http/protocol/message.hpp"

namespace parlor::http {

/// What an answer must say of its connection, and leave out.
struct answer_form {
  bool keep = true;       ///< the connection stays for another request
  bool is_old = false;    ///< the client speaks HTTP/1.0 and wants to hear so
  bool with_body = true;  ///< false: to HEAD, whose answer tells of a body and has none
};

/// The answer as it goes out, in one piece. RESTinio's own response builder keeps each header in two strings and copies
/// them together: as much work as everything else that is done for a request.
std::string text_of(const web_reply& reply, answer_form form);

}  // namespace parlor::http
