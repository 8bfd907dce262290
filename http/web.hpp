#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/values/failure.hpp"

namespace parlor::http {

/// An HTTP request, free of the server library: what the routes look at. The views live as long as the
/// call that handles the request.
struct web_request {
  std::string_view method;  ///< "GET", "POST", "OPTIONS", or anything else a client sends
  std::string path;         ///< percent-decoded, without the query
  std::map<std::string, std::string> query{};
  std::string_view authorization{};
  std::string_view content_type{};
  std::string_view origin{};
  std::string_view if_match{};
  std::string_view if_none_match{};
  std::string_view idempotency_key{};
  std::string_view body{};
};

struct web_reply {
  int status = 200;
  std::string content_type = "application/json";
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
};

/// Takes the reply, once, on any thread.
using respond = std::function<void(web_reply)>;

/// An error as RFC 9457 has it: `application/problem+json` with the stable `code`, the status that the
/// list of words gives it, and Retry-After where trying again may help. `current` is JSON or empty.
web_reply problem(const failure& why, std::string_view current = {});
inline web_reply problem(std::string_view code, std::string_view detail = {}) {
  return problem(failure{.code = std::string(code), .detail = std::string(detail)});
}

/// The reason phrase of a status.
std::string_view reason_of(int status);

}  // namespace parlor::http
