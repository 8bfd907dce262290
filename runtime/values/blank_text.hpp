#pragma once

#include <string_view>

namespace parlor {

/// Whether nothing of a text in UTF-8 can be seen: it is empty, or all blanks, control and format characters (such as
/// the zero-width ones), and letters that are drawn as nothing.
[[nodiscard]] bool is_blank(std::string_view text);

}  // namespace parlor
