#include "http/gateway/pages.hpp"

#include "http/protocol/etag.hpp"

namespace parlor::http {

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

web_reply serve_page(const page& p, std::string_view if_none_match) {
  web_reply reply{.content_type = p.content_type};
  reply.headers.add("ETag", p.etag);
  reply.headers.add("Cache-Control", "no-cache");
  // The page loads nothing from elsewhere and is framed by nobody.
  reply.headers.add("Content-Security-Policy",
                    "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; "
                    "base-uri 'none'; form-action 'none'");
  if (lists_tag(if_none_match, p.etag)) reply.status = 304;
  else reply.body = p.body;
  return reply;
}

}  // namespace parlor::http
