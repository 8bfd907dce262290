#pragma once

#include <string_view>

#include "http/framing/refusal.hpp"

/// The first line of a request (RFC 9112, 3), and the host that it is for.
namespace parlor::http {

struct request_line {
  std::string_view method{};
  /// What is asked for, as `/path?query` or `*`: of an absolute target (RFC 9112, 3.2.2) what stands behind the
  /// authority, which may be nothing or begin with the question mark.
  std::string_view target{};
  bool is_old = false;         ///< HTTP/1.0
  bool is_implemented = true;  ///< the method is one that some server would answer
};

/// Reads a line without its CRLF, or says why it is none. The views are into `line`.
refusal read_request_line(std::string_view line, request_line& to);

/// Whether that is a host with perhaps a port (RFC 3986, 3.2): a name, an IPv4 address, or `[IPv6]`. It may be empty.
bool is_host(std::string_view text);

}  // namespace parlor::http
