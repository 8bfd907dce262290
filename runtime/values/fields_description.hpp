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

#include "runtime/values/member_types.hpp"

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

/// What is said of one member.
struct field_info {
  std::string_view name;
  constraint rule{};
  std::string_view about{}, schema{};
  bool if_any = false;
};

// Options of `field`: each says its own of the member.

template <class Number>
struct between_option {
  Number low, high;
  constexpr void operator()(field_info& f) const {
    f.rule.has_range = true;
    f.rule.low = static_cast<std::int64_t>(low);
    f.rule.high = static_cast<std::int64_t>(high);
    f.rule.low_number = static_cast<double>(low);
    f.rule.high_number = static_cast<double>(high);
  }
};
/// The number lies in [low, high].
template <class Number>
constexpr auto between(Number low, Number high) {
  return between_option<Number>{low, high};
}
template <std::size_t N>
struct one_of_option {
  std::array<std::string_view, N> names;
  constexpr void operator()(field_info& f) const {
    for (std::size_t i = 0; i < N; ++i) f.rule.names[i] = names[i];
    f.rule.names_count = N;
  }
};
/// The string is one of these; for an enum: its values' names, in order from 0.
template <class... Names>
constexpr auto one_of(Names... names) {
  static_assert(sizeof...(Names) <= constraint::names_max, "raise constraint::names_max");
  return one_of_option<sizeof...(Names)>{{names...}};
}
struct at_most_option {
  std::size_t length;
  constexpr void operator()(field_info& f) const { f.rule.length_max = length; }
};
/// The string has at most `length` bytes, the list at most `length` items.
constexpr auto at_most(std::size_t length) { return at_most_option{length}; }
struct id_option {
  constexpr void operator()(field_info& f) const { f.rule.must_be_id = true; }
};
/// The string can be an id or a player's name (address.hpp).
inline constexpr id_option an_id{};
/// The field may be absent and then keeps its default.
inline constexpr auto or_default = [](field_info& f) { f.rule.may_be_absent = true; };
/// The field is written only if there is something in it, and may be absent. Not for a struct's first.
inline constexpr auto if_any = [](field_info& f) { f.if_any = f.rule.may_be_absent = true; };
/// A sentence for the schema.
constexpr auto about(std::string_view sentence) {
  return [=](field_info& f) { f.about = sentence; };
}
/// The member's schema, as JSON text, where its type says too little. It refuses nothing that is read.
constexpr auto schema_is(std::string_view json) {
  return [=](field_info& f) { f.schema = json; };
}

template <class Class, class Member>
struct described_field : field_info {
  Member Class::*member;
};
/// A member of a type that cannot be described; the compiler has said so where it stands.
struct refused_field : field_info {};
/// A member whose own members stand in the object around it.
template <class Class, class Member>
struct flattened_field : field_info {
  Member Class::*member;
};

namespace detail {

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

template <class Field>
inline constexpr bool is_flattened = false;
template <class Class, class Member>
inline constexpr bool is_flattened<flattened_field<Class, Member>> = true;

template <class Option>
inline constexpr bool names_values = false;
template <std::size_t N>
inline constexpr bool names_values<one_of_option<N>> = true;
template <class Option>
inline constexpr bool bounds_numbers = false;
template <class Number>
inline constexpr bool bounds_numbers<between_option<Number>> = true;

/// Whether an option has a meaning for a member.
template <class Option, class Member>
consteval bool suits() {
  using value = typename element<Member>::type;
  if constexpr (bounds_numbers<Option>) return is_number<value>;
  else if constexpr (std::is_same_v<Option, at_most_option>) return is_text<value> || is_list<Member>;
  else if constexpr (std::is_same_v<Option, id_option>) return is_text<value>;
  else if constexpr (names_values<Option>) return is_text<value> || std::is_enum_v<value>;
  else return true;
}

}  // namespace detail

namespace detail {

template <class Class, class Member, class... Options>
constexpr auto make_field(std::string_view name, Member Class::*member, Options... options) {
  static_assert(!std::is_enum_v<typename element<Member>::type> || (names_values<Options> || ...),
                "an enum member needs one_of(...), the names of its values in order");
  static_assert(
      (suits<Options, Member>() && ...),
      "between is for numbers, at_most for strings and lists, an_id for strings, one_of for strings and enums");
  described_field<Class, Member> f{{name}, member};
  (options(f), ...);
  return f;
}

}  // namespace detail

/// Describes one member: its name in JSON and what its value must satisfy.
template <class Class, class Member, class... Options>
constexpr auto field(std::string_view name, Member Class::*member, Options... options) {
  if constexpr (detail::is_member<Member, false>()) return detail::make_field(name, member, options...);
  else return refused_field{{name}};
}
/// Describes one member, a described struct or JSON of one, whose members are written as if they were the outer
/// struct's own.
template <class Class, class Member>
constexpr auto flattened(Member Class::*member) {
  return flattened_field<Class, Member>{{}, member};
}

/// Describes a struct: all of its members.
template <class... Fields>
constexpr auto describe(Fields... fields) {
  return std::tuple<Fields...>(fields...);
}

namespace detail {
template <class Fields>
inline constexpr bool has_refused = false;
template <class... Fields>
inline constexpr bool has_refused<std::tuple<Fields...>> = (std::is_same_v<Fields, refused_field> || ...);
template <class Fields>
inline constexpr bool has_flattened = false;
template <class... Fields>
inline constexpr bool has_flattened<std::tuple<Fields...>> = (is_flattened<Fields> || ...);
template <class Field>
inline constexpr bool is_whole_member = true;
template <class Class, class Member>
inline constexpr bool is_whole_member<described_field<Class, Member>> = is_member<Member, true>();
template <class Fields>
inline constexpr bool are_whole_members = true;
template <class... Fields>
inline constexpr bool are_whole_members<std::tuple<Fields...>> = (is_whole_member<Fields> && ...);
template <class Field>
inline constexpr bool is_read_member = true;
template <class Class, class Member>
inline constexpr bool is_read_member<described_field<Class, Member>> = is_read<Member>();
template <class Fields>
inline constexpr bool are_read_members = true;
template <class... Fields>
inline constexpr bool are_read_members<std::tuple<Fields...>> = (is_read_member<Fields> && ...);
}  // namespace detail

/// Whether a member of T is of a type that cannot be described.
template <described T>
inline constexpr bool has_refused_member = detail::has_refused<std::remove_cvref_t<decltype(T::fields)>>;

template <described T>
consteval bool describes_every_member() {
  return detail::has_members<T, std::tuple_size_v<std::remove_cvref_t<decltype(T::fields)>>>;
}

/// Whether no two members have one name.
template <described T>
consteval bool names_differ() {
  return std::apply(
      [](const auto&... f) {
        std::array<std::string_view, sizeof...(f)> names{f.name...};
        for (std::size_t i = 0; i < names.size(); ++i)
          for (std::size_t j = 0; j < i; ++j)
            if (names[i] == names[j] && !names[i].empty()) return false;
        return true;
      },
      T::fields);
}

/// Whether no member is described twice, in another's place.
template <described T>
consteval bool members_differ() {
  auto is_same = []<class A, class B>(const A& a, const B& b) {
    if constexpr (std::is_same_v<decltype(a.member), decltype(b.member)>) return a.member == b.member;
    else return false;
  };
  return std::apply(
      [&](const auto&... f) {
        [[maybe_unused]] auto times = [&](const auto& member) { return (std::size_t{is_same(member, f)} + ... + 0); };
        return ((times(f) == 1) && ...);
      },
      T::fields);
}

/// Whether T ends: no value of it holds another of its type, as in a list of them. JSON is read to a depth, and a
/// schema is written out.
template <class T, class... Around>
consteval bool ends() {
  using inner = typename detail::element<T>::type;
  if constexpr (!described<inner>) return true;
  else if constexpr (has_refused_member<inner>) return true;
  else if constexpr ((std::is_same_v<inner, Around> || ...)) return false;
  else
    return std::apply(
        []<class... Fields>(const Fields&...) {
          return (ends<std::remove_cvref_t<decltype(std::declval<inner&>().*std::declval<Fields>().member)>, inner,
                       Around...>() &&
                  ...);
        },
        inner::fields);
}

/// Whether the first member is always written, so that a comma stands before every other.
template <described T>
consteval bool begins_with_a_key() {
  if constexpr (std::tuple_size_v<std::remove_cvref_t<decltype(T::fields)>> == 0) return true;
  else return !std::get<0>(T::fields).if_any;
}

/// Whether T can be written. What is wrong with its description is said once, wherever it is used.
template <described T>
consteval bool is_well_described() {
  if constexpr (has_refused_member<T>) return false;
  else {
    static_assert(describes_every_member<T>(), "every member must stand in `fields`: see fields.hpp");
    static_assert(members_differ<T>(), "one member stands twice in `fields`");
    static_assert(names_differ<T>(), "two members have one name in `fields`");
    static_assert(begins_with_a_key<T>(), "the first member in `fields` is always written: it cannot be if_any");
    static_assert(ends<T>(), "a described struct cannot hold others of its own type");
    return detail::are_whole_members<std::remove_cvref_t<decltype(T::fields)>>;
  }
}

/// Whether T can be read, too: some types of members are only written.
template <described T>
consteval bool is_read_back() {
  static_assert(!detail::has_flattened<std::remove_cvref_t<decltype(T::fields)>>, "a flattened member is only written");
  return detail::are_read_members<std::remove_cvref_t<decltype(T::fields)>>;
}

}  // namespace parlor
