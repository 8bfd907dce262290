#include "http/gateway/pages.hpp"

#include <vector>

#include "http/gateway/coded_text.hpp"

namespace parlor::http {
namespace {

/// The same file, as it is sent.
const coded_text& coded(const page& p) {
  static const std::vector<coded_text> files = [] {
    std::vector<coded_text> made;
    for (const page& each : pages()) made.emplace_back(each.body, each.etag);
    return made;
  }();
  return files[static_cast<std::size_t>(&p - pages().data())];
}

}  // namespace

const page* find_page(std::string_view path) {
  if (path == "/") path = "/index.html";
  if (path == "/console") path = "/console/index.html";
  auto is_named = [path](std::string_view name) {
    return name == path || (name.ends_with(".html") && name.substr(0, name.size() - 5) == path);
  };
  for (const page& p : pages())
    if (is_named(p.path)) return &p;
  return nullptr;
}

web_reply serve_page(const page& p, const web_request& r) {
  web_reply reply{.content_type = p.content_type};
  // The page loads nothing from elsewhere and is framed by nobody.
  reply.headers.add("Content-Security-Policy",
                    "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; "
                    "base-uri 'none'; form-action 'none'");
  coded(p).put_into(reply, r);
  return reply;
}

}  // namespace parlor::http
