#pragma once

#include <span>
#include <string_view>

#include "http/protocol/message.hpp"

namespace parlor::http {

/// A file of the web page, embedded in the program by http/embed.cmake.
struct page {
  std::string_view path;  ///< as in the URL
  std::string_view content_type;
  std::string_view body;
  std::string_view etag;  ///< quoted; changes with the content
};

/// Every embedded file.
std::span<const page> pages();

/// The file at a path of the URL, or null. `/` is `/index.html`, `/docs` is `/docs.html`, `/console` is
/// `/console/index.html`.
const page* find_page(std::string_view path);

/// Answers with one of these files, compressed if the client takes that, or 304 if the client has it.
web_reply serve_page(const page& p, const web_request& r);

}  // namespace parlor::http
