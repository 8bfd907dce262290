#include "http/protocol/status.hpp"

namespace parlor::http {
namespace {

struct word_status {
  std::string_view code;
  int status;
};

/// The words whose status is not that of their cause.
constexpr word_status own_statuses[] = {
    {"unauthorized", 401},           {"method_not_allowed", 405}, {"stale_version", 412},  {"body_too_large", 413},
    {"unsupported_media_type", 415}, {"key_reused", 422},         {"service_late", 504},   {"request_late", 408},
    {"target_too_long", 414},        {"expectation_failed", 417}, {"head_too_large", 431}, {"not_implemented", 501},
    {"version_not_supported", 505},
};

constexpr int status_of(failure_cause cause) {
  switch (cause) {
    case failure_cause::request: return 400;
    case failure_cause::permission: return 403;
    case failure_cause::address: return 404;
    case failure_cause::conflict: return 409;
    case failure_cause::rules: return 422;
    case failure_cause::quota: return 429;
    case failure_cause::defect: return 500;
    case failure_cause::service: return 502;
    case failure_cause::outage: return 503;
    case failure_cause::deadline: return 504;
  }
  return 500;
}

}  // namespace

int status_of(const failure_word& word) {
  for (const word_status& own : own_statuses)
    if (own.code == word.code) return own.status;
  return status_of(word.cause);
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
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return "Unknown";
  }
}

}  // namespace parlor::http
