#include "http/web.hpp"

#include "runtime/values/json_text.hpp"

namespace parlor::http {

web_reply problem(const failure& why, std::string_view current) {
  failure_word word = find_word(why.code);
  web_reply reply{.status = word.status, .content_type = "application/problem+json"};
  {
    json_object body(reply.body);
    body.add("type", "urn:parlor:problem:" + why.code);
    body.add("title", word.title);
    body.add("status", word.status);
    body.add("code", why.code);
    if (!why.detail.empty()) body.add("detail", why.detail);
    if (!why.field.empty()) body.add("field", why.field);
    if (!why.legal.empty()) body.add_raw("legal", why.legal);
    if (!current.empty()) body.add_raw("current", current);
  }
  if (word.retry) reply.headers.emplace_back("Retry-After", why.code == "stopping" ? "5" : "1");
  if (word.status == 401)
    reply.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"parlor\"");
  return reply;
}

std::string_view reason_of(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 204: return "No Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 409: return "Conflict";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    default: return "Unknown";
  }
}

}  // namespace parlor::http
