#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/values/fields_description.hpp"

/// Asking for memory before it is needed.
///
/// Among a million rooms nothing that a command touches is in the processor's cache, and each step
/// from one object to the next waits for memory, some 100 ns. Who knows early what will be touched
/// asks for it and does something else meanwhile.
namespace parlor {

/// Asks for the memory of an object. It need not be there any more: nothing is read.
inline void prefetch(const void* object, std::size_t bytes) {
  constexpr std::uintptr_t line = 64;
  auto at = reinterpret_cast<std::uintptr_t>(object);
  for (std::uintptr_t l = at & ~(line - 1); l < at + bytes; l += line) {
    __builtin_prefetch(reinterpret_cast<const void*>(l));
    // GCC 12 drops calls of functions that do nothing but prefetch.
    asm volatile("");
  }
}

/// Asks for what a described struct keeps elsewhere: with a `depth` of 1 for its texts and lists,
/// with 2 for what the lists' elements keep elsewhere, and so on. It reads all that is less deep,
/// so ask for that a while before. Other than the memory of the first few elements is not asked for.
template <class T>
void prefetch_behind(const T&, int) {}

inline void prefetch_behind(const std::string& text, int depth) {
  if (depth == 1) prefetch(text.data(), text.size());
}
template <described T>
void prefetch_behind(const T& value, int depth);
template <class T>
void prefetch_behind(const std::optional<T>& value, int depth) {
  if (value) prefetch_behind(*value, depth);
}
template <class T>
requires(!std::is_same_v<T, bool>) void prefetch_behind(const std::vector<T>& list, int depth) {
  constexpr std::size_t elements = 8, bytes = 512;
  if (depth == 1) return prefetch(list.data(), std::min(list.size() * sizeof(T), bytes));
  for (std::size_t i = 0; i < std::min(list.size(), elements); ++i) prefetch_behind(list[i], depth - 1);
}
template <described T>
void prefetch_behind(const T& value, int depth) {
  if constexpr (is_well_described<T>())
    std::apply([&](const auto&... f) { (prefetch_behind(value.*f.member, depth), ...); }, T::fields);
}

}  // namespace parlor
