#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

/// The types that members of described structs may have; and of any other, the sentence that says what to use.
namespace parlor {

/// JSON text made elsewhere. A member of this type is only written; an empty text is nothing.
template <class T>
struct json_of {
  std::string_view text;
  using type = T;
  [[nodiscard]] bool empty() const { return text.empty(); }
};
/// JSON text of anything.
using raw_json = json_of<void>;

template <class T>
concept described = requires {
  T::fields;
};

namespace detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
/// Names and their values: a std::map, or pairs in an order of their own, which are only written.
template <class T>
inline constexpr bool is_map = requires {
  typename T::value_type::second_type;
};
template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = !is_map<std::vector<T>>;
template <class T>
inline constexpr bool is_array = false;
template <class T, std::size_t N>
inline constexpr bool is_array<std::array<T, N>> = true;
template <class T>
inline constexpr bool is_json = false;
template <class T>
inline constexpr bool is_json<json_of<T>> = true;
template <class T>
inline constexpr bool is_number = std::is_arithmetic_v<T> && !std::is_same_v<T, bool>;
template <class T>
inline constexpr bool is_text = std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>;

template <class T>
struct element {
  using type = T;
};
template <class T>
requires is_optional<T> || is_list<T> || is_array<T>
struct element<T> : element<typename T::value_type> {
};
template <class T>
requires is_map<T>
struct element<T> : element<typename T::value_type::second_type> {
};

/// False, once T is known.
template <class T>
inline constexpr bool none_of = std::is_same_v<T, struct no_type>;

template <class T>
inline constexpr bool is_pointer = std::is_pointer_v<T> || std::is_member_pointer_v<T> || requires {
  typename T::element_type;
};
template <class T>
inline constexpr bool is_duration = requires {
  typename T::rep;
  typename T::period;
};
template <class T>
inline constexpr bool is_time = requires {
  typename T::clock;
  typename T::duration;
};
template <class T>
inline constexpr bool is_key_type = requires {
  typename T::key_type;
};
template <class T>
inline constexpr bool is_callable = requires {
  &T::operator();
}
|| requires { typename T::result_type; };
template <class T>
inline constexpr bool is_sequence = requires {
  typename T::value_type;
  typename T::const_iterator;
};
template <class T>
inline constexpr bool has_parts = requires {
  std::tuple_size<T>::value;
};
/// A time as replies are written with it.
template <class T>
inline constexpr bool is_instant =
    std::is_same_v<T, std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>>;

/// True for a type that can be written; any other does not compile, in one sentence. Of structs that may not be whole
/// yet nothing is asked.
template <class T, bool Whole>
consteval bool is_member() {
  if constexpr (std::is_const_v<T>) static_assert(none_of<T>, "a member is not const: it is read from JSON");
  else if constexpr (std::is_same_v<T, float> || std::is_same_v<T, long double>)
    static_assert(none_of<T>, "a member of this type cannot be described: use double");
  else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T> || is_text<T> || is_json<T> || is_instant<T>)
    return true;
  else if constexpr (std::is_same_v<T, const char*> || std::is_same_v<T, char*>)
    static_assert(none_of<T>, "a char* cannot be described: use std::string");
  else if constexpr (std::is_array_v<T>)
    static_assert(none_of<T>, "an array of C cannot be described: use std::array, or std::string for a text");
  else if constexpr (is_optional<T>) {
    if constexpr (is_optional<typename T::value_type>)
      static_assert(none_of<T>, "an optional of an optional cannot be told from an empty one in JSON: use one");
    else return is_member<typename T::value_type, Whole>();
  } else if constexpr (is_pointer<T>)
    static_assert(none_of<T>, "a pointer cannot be described: use the value, or its place in a list");
  else if constexpr (is_duration<T> || is_time<T>)
    static_assert(none_of<T>, "a time cannot be described: use std::int64_t with milliseconds");
  else if constexpr (is_map<T>) {
    using pair = typename T::value_type;
    if constexpr (is_text<std::remove_const_t<typename pair::first_type>>)
      return is_member<typename pair::second_type, Whole>();
    else static_assert(none_of<T>, "keys in JSON are strings: use std::map<std::string, T>, or a list of structs");
  } else if constexpr (is_list<T> || is_array<T>) return is_member<typename T::value_type, Whole>();
  else if constexpr (is_key_type<T>) static_assert(none_of<T>, "a set cannot be described: use std::vector");
  else if constexpr (has_parts<T>)
    static_assert(none_of<T>, "a pair or a tuple cannot be described: use a struct, whose members have names");
  else if constexpr (is_callable<T>)
    static_assert(none_of<T>, "a function or a generator cannot be described; dice come from context::roll");
  else if constexpr (is_sequence<T>) static_assert(none_of<T>, "this container cannot be described: use std::vector");
  else if constexpr (!Whole && std::is_class_v<T>) return true;
  else if constexpr (described<T>) return true;
  else static_assert(none_of<T>, "a member that is a struct needs `fields` of its own");
  return false;
}

/// True for a type that can be read back; what is only written does not compile, in one sentence.
template <class T>
consteval bool is_read() {
  if constexpr (std::is_same_v<T, std::string_view>)
    static_assert(none_of<T>, "a std::string_view is only written, for its text is elsewhere: use std::string");
  else if constexpr (is_instant<T>)
    static_assert(none_of<T>, "an instant is only written: use std::int64_t with milliseconds (to_ms, from_ms)");
  else if constexpr (std::is_same_v<T, std::uint64_t> || std::is_same_v<T, unsigned long long>)
    static_assert(none_of<T>, "an unsigned number of 64 bits is only written: use std::int64_t");
  else if constexpr (is_json<T>) static_assert(none_of<T>, "JSON made elsewhere is only written: use std::string");
  else if constexpr (is_map<T>) {
    static_assert(std::is_same_v<T, std::map<std::string, typename T::value_type::second_type>>,
                  "this map is only written: use std::map<std::string, T>");
    return std::is_same_v<T, std::map<std::string, typename T::value_type::second_type>> &&
           is_read<typename T::value_type::second_type>();
  } else if constexpr (is_optional<T> || is_list<T> || is_array<T>) return is_read<typename T::value_type>();
  else return true;
  return false;
}

}  // namespace detail
}  // namespace parlor
