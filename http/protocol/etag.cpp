#include "http/protocol/etag.hpp"

#include <charconv>

#include "http/framing/characters.hpp"

namespace parlor::http {

etag::etag(const version_tag& tag) {
  char* const end = text_ + sizeof text_;
  char* at = text_;
  *at++ = '"';
  at = std::to_chars(at, end, tag.incarnation, 36).ptr;
  *at++ = '-';
  at = std::to_chars(at, end, tag.version).ptr;
  *at++ = '"';
  size_ = static_cast<std::size_t>(at - text_);
}

std::optional<version_tag> parse_etag(std::string_view text) {
  if (text.size() < 5 || text.front() != '"' || text.back() != '"') return {};
  text = text.substr(1, text.size() - 2);
  version_tag tag;
  const char* end = text.data() + text.size();
  auto first = std::from_chars(text.data(), end, tag.incarnation, 36);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '-') return {};
  auto second = std::from_chars(first.ptr + 1, end, tag.version);
  if (second.ec != std::errc{} || second.ptr != end) return {};
  return tag;
}

bool lists_tag(std::string_view if_none_match, const version_tag& tag) {
  return tag.version > 0 && lists_tag(if_none_match, etag(tag).text());
}

bool lists_tag(std::string_view if_none_match, std::string_view wanted) {
  if (if_none_match == "*") return true;
  while (!if_none_match.empty()) {
    auto comma = if_none_match.find(',');
    std::string_view part = trimmed(if_none_match.substr(0, comma));
    if (part.starts_with("W/")) part.remove_prefix(2);
    if (part == wanted) return true;
    if (comma == std::string_view::npos) break;
    if_none_match.remove_prefix(comma + 1);
  }
  return false;
}

}  // namespace parlor::http
