#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "runtime/values/fields_description.hpp"

/// Asking the processor for memory before it is needed.
namespace parlor {

inline void fetch_line(const void* at) {
  __builtin_prefetch(at);
  asm volatile("");
}
inline void fetch_bytes(const void* at, std::size_t bytes) {
  constexpr std::size_t line = 64, most = 8 * line;
  const char* from = static_cast<const char*>(at);
  for (std::size_t b = 0; b < bytes && b < most; b += line) fetch_line(from + b);
}

template <class T>
void fetch_behind(const T&, int) {}
inline void fetch_behind(const std::string& text, int far) {
  if (far == 0) fetch_line(text.data());
}
template <described T>
void fetch_behind(const T& value, int far);
template <class T>
void fetch_behind(const std::optional<T>& value, int far) {
  if constexpr (!std::is_trivially_copyable_v<T>)
    if (value) fetch_behind(*value, far);
}
template <class T>
void fetch_behind(const std::vector<T>& list, int far) {
  if (far == 0) return fetch_bytes(list.data(), list.size() * sizeof(T));
  if constexpr (!std::is_trivially_copyable_v<T>)
    for (std::size_t i = 0; i < list.size() && i < 8; ++i) fetch_behind(list[i], far - 1);
}
template <described T>
void fetch_behind(const T& value, int far) {
  if constexpr (!std::is_trivially_copyable_v<T>)
    std::apply([&](const auto&... f) { (fetch_behind(value.*f.member, far), ...); }, T::fields);
}

}  // namespace parlor
