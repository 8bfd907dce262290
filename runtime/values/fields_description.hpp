#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

/// How a struct is described: `describe(field(name, member, rules...)...)`. A value that exists
/// while compiling; it knows nothing of JSON. See fields.hpp.
namespace parlor {

/// What a member's value must satisfy beyond its type. Limits on numbers and names apply to each
/// element of a list; `at_most` to the length of a list, or else to the bytes of a string.
struct constraint {
  static constexpr std::size_t names_max = 16;

  bool has_range = false;
  bool may_be_absent = false;
  bool must_be_id = false;
  std::int64_t low = 0, high = 0;
  double low_number = 0, high_number = 0;
  std::size_t length_max = SIZE_MAX;
  std::array<std::string_view, names_max> names{};
  std::size_t names_count = 0;
};

/// Options of `field`.
template <class Number>
struct between_option {
  Number low, high;
};
template <std::size_t N>
struct one_of_option {
  std::array<std::string_view, N> names;
};
struct at_most_option {
  std::size_t length;
};
struct or_default_option {};
struct an_id_option {};

/// The number lies in [low, high].
template <class Number>
constexpr auto between(Number low, Number high) {
  return between_option<Number>{low, high};
}
/// The string is one of these; for an enum: its values' names, in order from 0.
template <class... Names>
constexpr auto one_of(Names... names) {
  static_assert(sizeof...(Names) <= constraint::names_max, "raise constraint::names_max");
  return one_of_option<sizeof...(Names)>{{names...}};
}
/// The string has at most `length` bytes, the list at most `length` items.
constexpr auto at_most(std::size_t length) { return at_most_option{length}; }
/// The string can be an id or a player's name (address.hpp).
inline constexpr an_id_option an_id{};
/// The field may be absent and then keeps its default.
inline constexpr or_default_option or_default{};

template <class Class, class Member>
struct described_field {
  std::string_view name;
  Member Class::*member;
  constraint rule;
};

namespace detail {

template <class Number>
constexpr void apply(constraint& rule, between_option<Number> o) {
  rule.has_range = true;
  rule.low = static_cast<std::int64_t>(o.low);
  rule.high = static_cast<std::int64_t>(o.high);
  rule.low_number = static_cast<double>(o.low);
  rule.high_number = static_cast<double>(o.high);
}
template <std::size_t N>
constexpr void apply(constraint& rule, one_of_option<N> o) {
  for (std::size_t i = 0; i < N; ++i) rule.names[i] = o.names[i];
  rule.names_count = N;
}
constexpr void apply(constraint& rule, at_most_option o) { rule.length_max = o.length; }
constexpr void apply(constraint& rule, or_default_option) { rule.may_be_absent = true; }
constexpr void apply(constraint& rule, an_id_option) { rule.must_be_id = true; }

struct any_member {
  template <class T>
  operator T() const;
};
template <class T, std::size_t... I>
constexpr bool takes(std::index_sequence<I...>) {
  return requires { T{(void(I), any_member{})...}; };
}
/// True if the aggregate T has exactly N members.
template <class T, std::size_t N>
inline constexpr bool has_members = takes<T>(std::make_index_sequence<N>{}) &&
                                    !takes<T>(std::make_index_sequence<N + 1>{});

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = true;
template <class T>
inline constexpr bool is_array = false;
template <class T, std::size_t N>
inline constexpr bool is_array<std::array<T, N>> = true;
template <class T>
inline constexpr bool is_map = false;
template <class T>
inline constexpr bool is_map<std::map<std::string, T>> = true;

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
struct element<T> : element<typename T::mapped_type> {
};

template <class Option>
inline constexpr bool names_values = false;
template <std::size_t N>
inline constexpr bool names_values<one_of_option<N>> = true;

}  // namespace detail

/// Describes one member: its name in JSON and what its value must satisfy.
template <class Class, class Member, class... Options>
constexpr auto field(std::string_view name, Member Class::*member, Options... options) {
  static_assert(!std::is_enum_v<typename detail::element<Member>::type> || (detail::names_values<Options> || ...),
                "an enum member needs one_of(...), the names of its values in order");
  described_field<Class, Member> f{name, member, {}};
  (detail::apply(f.rule, options), ...);
  return f;
}

/// Describes a struct: all of its members.
template <class... Fields>
constexpr auto describe(Fields... fields) {
  return std::tuple<Fields...>(fields...);
}

template <class T>
concept described = requires {
  T::fields;
};

template <described T>
consteval bool describes_every_member() {
  return detail::has_members<T, std::tuple_size_v<std::remove_cvref_t<decltype(T::fields)>>>;
}

}  // namespace parlor
