#include "http/protocol/answer_text.hpp"

#include <array>
#include <ctime>
#include <string_view>

#include "http/protocol/status.hpp"

namespace parlor::http {
namespace {

/// `Date: Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 6.6.1), made once a second on each thread.
std::string_view date_line() {
  thread_local std::time_t made_at = 0;
  thread_local std::array<char, 48> line{};
  thread_local std::size_t size = 0;
  if (std::time_t now = std::time(nullptr); now != made_at) {
    std::tm parts{};
    gmtime_r(&now, &parts);
    size = std::strftime(line.data(), line.size(), "\r\nDate: %a, %d %b %Y %H:%M:%S GMT", &parts);
    made_at = now;
  }
  return {line.data(), size};
}

}  // namespace

std::string text_of(const web_reply& reply, answer_form form) {
  const bool may_have_body = reply.status != 204 && reply.status != 304;
  std::string text;
  text.reserve(200 + reply.headers.text().size() + reply.body.size());
  auto add = [&text](std::string_view part) -> auto& { return text += part; };
  add("HTTP/1.1 ") += std::to_string(reply.status);
  add(" ") += reason_of(reply.status);
  add(date_line());
  if (!form.keep) add("\r\nConnection: close");
  else if (form.is_old) add("\r\nConnection: keep-alive");
  if (may_have_body && !reply.flow) add("\r\nContent-Length: ") += std::to_string(reply.body.size());
  if (may_have_body && !reply.content_type.empty()) add("\r\nContent-Type: ") += reply.content_type;
  add("\r\n") += reply.headers.text();
  add("\r\n");
  if (form.with_body && may_have_body) add(reply.body);
  return text;
}

}  // namespace parlor::http
