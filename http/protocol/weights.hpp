#pragma once

#include <optional>
#include <string_view>

namespace parlor::http {

/// How much a client wants what it names in a list such as `text/html, */*;q=0.5` (RFC 9110, 12.4.2), in thousandths;
/// the most if it names it more than once. Nothing if the list does not name it, or with a weight that cannot be read.
/// A wildcard is a name like others. `name` is in lower case.
[[nodiscard]] std::optional<int> weight_of(std::string_view list, std::string_view name);

/// Whether a Content-Type has that name, which is in lower case, with whatever parameters (RFC 9110, 8.3.1).
[[nodiscard]] bool is_of_type(std::string_view content_type, std::string_view name);

}  // namespace parlor::http
