#include "http/framing/request_line.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "http/framing/characters.hpp"

namespace parlor::http {
namespace {

constexpr std::string_view methods[] = {"GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"};

constexpr refusal no_line{"bad_request", "the first line is not METHOD TARGET HTTP/1.1 with one blank between each"};
constexpr refusal no_target{"bad_request", "the target of the request is not well-formed"};

refusal read_version(std::string_view text, request_line& to) {
  bool well_formed =
      text.size() == 8 && text.starts_with("HTTP/") && is(text[5], is_digit) && text[6] == '.' && is(text[7], is_digit);
  if (!well_formed) return no_line;
  if (text[5] != '1') return {"version_not_supported", "this server speaks HTTP/1.1 and HTTP/1.0"};
  to.is_old = text[7] == '0';
  return {};
}

/// What is behind `http://` or `https://`, or nothing.
std::string_view behind_scheme(std::string_view target) {
  for (std::string_view scheme : {"http://", "https://"})
    if (is_word(target.substr(0, scheme.size()), scheme)) return target.substr(scheme.size());
  return {};
}

refusal read_target(std::string_view text, request_line& to) {
  if (!consists_of(text, in_target)) return no_target;
  to.target = text;
  if (text.front() == '/') return {};
  if (text == "*" && to.method == "OPTIONS") return {};
  std::string_view rest = behind_scheme(text);
  std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  if (authority.empty() || !is_host(authority)) return no_target;
  to.target = rest.substr(authority.size());
  return {};
}

bool is_ip_v6(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size()) return false;
  std::copy(text.begin(), text.end(), terminated.begin());
  in6_addr address{};
  return inet_pton(AF_INET6, terminated.data(), &address) == 1;
}

bool is_registered_name(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is(text[i], in_host)) continue;
    bool escaped =
        text[i] == '%' && i + 2 < text.size() && is(text[i + 1], is_hex_digit) && is(text[i + 2], is_hex_digit);
    if (!escaped) return false;
  }
  return true;
}

}  // namespace

refusal read_request_line(std::string_view line, request_line& to) {
  auto first = line.find(' ');
  auto last = line.rfind(' ');
  if (first == line.npos || first == last) return no_line;
  to.method = line.substr(0, first);
  std::string_view target = line.substr(first + 1, last - first - 1);
  if (to.method.empty() || !consists_of(to.method, in_token) || target.empty() || target.find(' ') != target.npos)
    return no_line;
  if (refusal wrong = read_version(line.substr(last + 1), to)) return wrong;
  to.is_implemented = std::find(std::begin(methods), std::end(methods), to.method) != std::end(methods);
  // The targets of CONNECT and of methods to come have forms of their own.
  return to.is_implemented ? read_target(target, to) : refusal{};
}

bool is_host(std::string_view text) {
  std::size_t end = text.starts_with('[') ? text.find(']') : text.find(':');
  std::string_view port;
  if (text.starts_with('[')) {
    if (end == text.npos || !is_ip_v6(text.substr(1, end - 1))) return false;
    port = text.substr(end + 1);
  } else {
    if (!is_registered_name(text.substr(0, end))) return false;
    if (end != text.npos) port = text.substr(end);
  }
  return port.empty() || (port.front() == ':' && consists_of(port.substr(1), is_digit));
}

}  // namespace parlor::http
