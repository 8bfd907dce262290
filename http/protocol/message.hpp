#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "http/protocol/client_address.hpp"
#include "runtime/values/callback.hpp"
#include "runtime/values/failure.hpp"

namespace parlor::http {

/// The connection of a request that is being handled.
class client_line {
 public:
  virtual ~client_line() = default;
  /// Calls `then` when the client closes its side before the answer goes out: it has left, or says no more. Within the
  /// call that handles the request, once at most.
  virtual void when_it_closes(callback<void()> then) = 0;
};

/// An HTTP request, free of the server library: what the routes look at. The views live as long as the
/// call that handles the request.
struct web_request {
  std::string_view method;          ///< "GET", "POST", "OPTIONS", or anything else a client sends
  std::string_view path;            ///< percent-decoded, without the query
  std::string_view path_as_sent{};  ///< the same, percent-encoded as it came
  std::string_view query{};         ///< as it was sent, without the question mark
  std::string_view authorization{};
  std::string_view content_type{};
  std::string_view origin{};
  std::string_view if_match{};
  std::string_view if_none_match{};
  std::string_view idempotency_key{};
  std::string_view accept{};
  std::string_view accept_encoding{};
  std::string_view prefer{};
  std::string_view last_event_id{};
  std::string_view traceparent{};
  std::string_view forwarded_for{};  ///< every `X-Forwarded-For`, as one: others' words, see client_address.hpp
  std::string_view proxied{};        ///< what else proxies say of themselves: `Forwarded`, `Via` or `X-Real-IP`
  std::string_view body{};
  client_address peer{};  ///< the other end of the connection
  client_line* line{};    ///< null: nobody can tell
};

/// Header lines as they go out, in one piece of text: `Name: value\r\n` and so on.
class header_lines {
 public:
  header_lines& add(std::string_view name, std::string_view value);
  /// Adds whole lines, made before.
  header_lines& add(const header_lines& more) {
    text_ += more.text_;
    return *this;
  }
  [[nodiscard]] const std::string& text() const { return text_; }
  /// The value of the first line of that name, exactly as written; empty if there is none. For tests.
  [[nodiscard]] std::string_view find(std::string_view name) const;

 private:
  std::string text_;
};

class stream;

struct web_reply {
  int status = 200;
  std::string_view content_type = "application/json";  ///< lives as long as the program; empty: none, or in `headers`
  std::string body{};
  header_lines headers{};
  std::shared_ptr<stream> flow{};  ///< what follows instead of a body: see stream.hpp
};

/// Whether a proxy passed it on: some proxy says so.
inline bool is_proxied(const web_request& r) { return !r.forwarded_for.empty() || !r.proxied.empty(); }

/// Whether a client asks for server-sent events by their name: a wildcard is what everybody sends.
bool wants_stream(const web_request& r);

/// An answer that is a stream of them.
web_reply stream_reply(std::shared_ptr<stream> flow);

/// The answer to who asks for a stream while the server stops: one that says when to come again, and ends. After any
/// other status than 200 a browser's EventSource never comes again (HTML, 9.2.3).
web_reply come_again();

/// Takes the reply, once, on any thread.
using respond = callback<void(web_reply&&), 32>;

/// An error as RFC 9457 has it: `application/problem+json` with the stable `code`, its status (see
/// status.hpp), and Retry-After where trying again may help. `current` is JSON or empty.
web_reply problem(const failure& why, std::string_view current = {});
inline web_reply problem(std::string_view code, std::string_view detail = {}) {
  return problem(failure{.code = std::string(code), .detail = std::string(detail)});
}

/// An answer that nobody may keep: it was true when it was made.
web_reply fresh(web_reply&& reply);
inline web_reply fresh(std::string&& body, int status = 200) {
  return fresh(web_reply{.status = status, .body = std::move(body)});
}

/// The answer to a method that a path does not take; `allow` names those that it does.
web_reply not_allowed(std::string_view allow);

}  // namespace parlor::http
