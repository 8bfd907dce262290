#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "runtime/hosting/requests/request.hpp"

namespace parlor::http {

/// The version of an actor as an ETag: `"<incarnation>-<version>"`, the incarnation to the base 36.
class etag {
 public:
  explicit etag(const version_tag& tag);
  [[nodiscard]] std::string_view text() const { return {text_, size_}; }

 private:
  char text_[40];  // at most 13 and 20 digits, with the hyphen and the quotes
  std::size_t size_;
};

/// The version that an ETag of ours stands for.
std::optional<version_tag> parse_etag(std::string_view text);

/// Tells whether an If-None-Match names this version: in a list, weakly or by `*`.
bool lists_tag(std::string_view if_none_match, const version_tag& tag);
/// The same of an ETag as it is written.
bool lists_tag(std::string_view if_none_match, std::string_view wanted);

}  // namespace parlor::http
