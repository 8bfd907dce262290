#pragma once

#include "runtime/values/broken_value.hpp"
#include "runtime/values/fields_description.hpp"
#include "runtime/values/instant.hpp"
#include "runtime/values/json_writing.hpp"

/// Writing described structs as JSON text, members in the order of the description: `to_json`.
///
/// What is written can be read: a value that breaks its description throws broken_value, which names it.
///
/// Half of such a text are the names of members, which are known while compiling. They are made
/// then, with their quotes, the colon and what separates them from the member before, and appended
/// in one piece.
namespace parlor {

namespace detail {

/// What stands before a field's value, `{"name":` or `,"name":`, made while compiling. A name that
/// needs escapes, or is very long, has only its `{` or `,` here.
struct written_key {
  std::array<char, 64> text{};
  std::size_t size = 0;

  constexpr written_key(char before, std::string_view name) {
    text[size++] = before;
    if (name.size() + 4 > text.size()) return;
    for (char c : name)
      if (!is_plain_in_json(c)) return;
    text[size++] = '"';
    for (char c : name) text[size++] = c;
    text[size++] = '"';
    text[size++] = ':';
  }
};

template <described T>
inline constexpr auto keys_of = std::apply(
    [](const auto&... f) {
      [[maybe_unused]] char before = '{';
      return std::array<written_key, sizeof...(f)>{written_key(std::exchange(before, ','), f.name)...};
    },
    T::fields);

template <class T>
bool is_empty(const T& member) {
  if constexpr (is_optional<T>) return !member;
  else if constexpr (requires { member.empty(); }) return member.empty();
  else return false;
}

inline void write_key(std::string& out, const written_key& key, std::string_view name) {
  out.append(key.text.data(), key.size);
  if (key.size > 1) return;
  write_json(out, name);
  out += ':';
}

}  // namespace detail

inline void write_value(std::string& out, bool value, const constraint& = {}) { write_json(out, value); }
inline void write_value(std::string& out, double value, const constraint& rule = {}) {
  check_number(value, rule);
  write_json(out, value);
}
inline void write_value(std::string& out, std::string_view value, const constraint& rule = {}) {
  check_text(value, rule);
  write_json(out, value);
}
inline void write_value(std::string& out, instant value, const constraint& = {}) { write_json(out, to_text(value)); }
template <std::integral T>
void write_value(std::string& out, T value, const constraint& rule = {}) {
  if constexpr (std::is_same_v<T, std::uint64_t>) return write_json(out, value);
  check_number(static_cast<std::int64_t>(value), rule);
  write_json(out, static_cast<std::int64_t>(value));
}
template <class T>
void write_value(std::string& out, json_of<T> value, const constraint& = {}) {
  out += value.text;
}
template <class T>
requires std::is_enum_v<T>
void write_value(std::string& out, T value, const constraint& rule) {
  write_json(out, name_in(static_cast<std::size_t>(value), rule));
}
template <described T>
void write_value(std::string& out, const T& value, const constraint& = {});
template <class T>
void write_value(std::string& out, const std::optional<T>& value, const constraint& rule) {
  if (value) write_value(out, *value, rule);
  else out += "null";
}
namespace detail {
template <class List>
void write_items(std::string& out, const List& list, const constraint& rule) {
  out += '[';
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i) out += ',';
    write_value(out, list[i], rule);
  }
  out += ']';
}
}  // namespace detail
template <class T, std::size_t N>
void write_value(std::string& out, const std::array<T, N>& list, const constraint& rule) {
  detail::write_items(out, list, rule);
}
template <class List>
requires detail::is_list<List>
void write_value(std::string& out, const List& list, const constraint& rule) {
  if (rule.length_max == SIZE_MAX) return detail::write_items(out, list, rule);
  check_length(list.size(), rule);
  constraint of_items = rule;
  of_items.length_max = SIZE_MAX;
  detail::write_items(out, list, of_items);
}
template <class Map>
requires detail::is_map<Map>
void write_value(std::string& out, const Map& map, const constraint& rule) {
  char before = '{';
  for (const auto& [key, value] : map) {
    check_key(key);
    out += std::exchange(before, ',');
    write_json(out, key);
    out += ':';
    write_value(out, value, rule);
  }
  out += before == '{' ? "{}" : "}";
}

namespace detail {
template <described T>
void write_members(std::string& out, const T& value) {
  const written_key* next = keys_of<T>.data();
  auto write_one = [&]<class Field>(const Field& f) {
    const written_key& key = *next++;
    const auto& member = value.*f.member;
    if constexpr (is_flattened<Field>) {
      std::string whole;
      write_value(whole, member, f.rule);
      out += key.text[0];
      out.append(whole, 1, whole.size() - 2);
    } else {
      if (f.if_any && is_empty(member)) return;
      write_key(out, key, f.name);
      write_value(out, member, f.rule);
    }
  };
  std::apply([&](const auto&... f) { (write_one(f), ...); }, T::fields);
  out += keys_of<T>.empty() ? "{}" : "}";
}
}  // namespace detail

template <described T>
void write_value(std::string& out, const T& value, const constraint&) {
  if constexpr (is_well_described<T>()) detail::write_members(out, value);
}

/// Appends the JSON text of a described struct.
template <described T>
void append_json(std::string& out, const T& value) {
  const std::size_t begin = out.size();
  try {
    write_value(out, value);
  } catch (broken_value& broken) {
    broken.place_behind(std::string_view(out).substr(begin));
    throw;
  }
}

/// The JSON text of a described struct.
template <described T>
std::string to_json(const T& value) {
  std::string out;
  append_json(out, value);
  return out;
}

}  // namespace parlor
