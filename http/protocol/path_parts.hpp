#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace parlor::http {

/// The parts of a path between its slashes. No route has more than eight: of a longer path only that it is
/// longer is kept. The views live as long as the path.
class path_parts {
 public:
  explicit path_parts(std::string_view path) {
    path.remove_prefix(std::min<std::size_t>(1, path.size()));
    while (count_ < parts_.size()) {
      auto slash = path.find('/');
      parts_[count_++] = path.substr(0, slash);
      if (slash == std::string_view::npos) return;
      path.remove_prefix(slash + 1);
    }
    ++count_;
  }

  [[nodiscard]] std::size_t size() const { return count_; }
  /// `i` is less than `size()` and less than eight.
  std::string_view operator[](std::size_t i) const { return parts_[i]; }

 private:
  std::array<std::string_view, 8> parts_;
  std::size_t count_ = 0;
};

}  // namespace parlor::http
