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

/// Reads a query as it was sent, without its question mark: `name=value` pairs between ampersands,
/// or one word without a value, which is no parameter. Empty if it is not well-formed.
///
/// Strict in what it takes: the characters that RFC 3986 allows in a query and the blank stand for
/// themselves, `+` stands for a blank, everything else comes as percent-encoded UTF-8.
std::optional<parameters> parse_query(std::string_view query);

}  // namespace parlor::http
