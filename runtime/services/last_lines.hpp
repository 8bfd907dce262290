#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace parlor {

/// The last of what a program wrote, for the people who want to know why it ended.
class last_lines {
 public:
  static constexpr std::size_t bytes_max = 4096;
  static constexpr std::size_t lines_max = 20;

  void add(std::string_view bytes);

  /// The last lines, whole unless one alone is too long, without the last line's end. They can be
  /// shown: what is not a letter in UTF-8, or steers a terminal, is a `?`; a tab or carriage return
  /// is a space.
  [[nodiscard]] std::string text() const;

 private:
  std::array<char, bytes_max> kept_;
  std::size_t size_ = 0;
  bool cut_ = false;  ///< what is kept does not begin at the beginning
};

}  // namespace parlor
