#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace parlor::http {

/// Whether a text is of visible ASCII characters alone, without blanks; also true of none.
bool is_visible(std::string_view text);

/// The parameters of a URL's query, decoded. Of a name that stands twice the first value counts.
using parameters = std::map<std::string, std::string>;

/// Reads a query as it was sent, without its question mark, as forms are written
/// (application/x-www-form-urlencoded). The pieces stand between ampersands, and empty ones are skipped. A piece is
/// a name and, behind its first `=`, a value; without one the value is empty. Empty if it is not well-formed.
///
/// Stricter than the standard in what a piece may be: the characters that RFC 3986 allows in a query and the blank
/// stand for themselves, `+` stands for a blank, everything else comes as percent-encoded UTF-8.
std::optional<parameters> parse_query(std::string_view query);

}  // namespace parlor::http
