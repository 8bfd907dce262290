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

#include "runtime/values/json_text.hpp"

/// One description of a struct, many uses: `fields`.
///
///     struct place {
///       int cell = 0;
///       static constexpr auto fields = describe(field("cell", &place::cell, between(0, 8)));
///     };
///
/// From this line come strict parsing with errors that name the field, writing, and the JSON schema.
/// Members may be bool, integers, double, std::string, enums (with `one_of`), other described structs,
/// and std::optional, std::array, std::vector and std::map<std::string, ...> of those. A member that is
/// not described does not compile: it would silently not be saved.
namespace parlor {

/// What a member's value must satisfy beyond its type. Limits on numbers and names apply to each
/// element of a list; `at_most` to the length of a list, or else to the bytes of a string.
struct constraint {
  static constexpr std::size_t names_max = 16;

  bool has_range = false;
  bool may_be_absent = false;
  std::int64_t low = 0, high = 0;
  double low_number = 0, high_number = 0;
  std::size_t length_max = SIZE_MAX;
  std::array<std::string_view, names_max> names{};
  std::size_t names_count = 0;
};

/// Options of `field`.
template <class Number>
struct between_option { Number low, high; };
template <std::size_t N>
struct one_of_option { std::array<std::string_view, N> names; };
struct at_most_option { std::size_t length; };
struct or_default_option {};

/// The number lies in [low, high].
template <class Number>
constexpr auto between(Number low, Number high) { return between_option<Number>{low, high}; }
/// The string is one of these; for an enum: its values' names, in order from 0.
template <class... Names>
constexpr auto one_of(Names... names) {
  static_assert(sizeof...(Names) <= constraint::names_max, "raise constraint::names_max");
  return one_of_option<sizeof...(Names)>{{names...}};
}
/// The string has at most `length` bytes, the list at most `length` items.
constexpr auto at_most(std::size_t length) { return at_most_option{length}; }
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

template <class T> inline constexpr bool is_optional = false;
template <class T> inline constexpr bool is_optional<std::optional<T>> = true;
template <class T> inline constexpr bool is_list = false;
template <class T> inline constexpr bool is_list<std::vector<T>> = true;
template <class T> inline constexpr bool is_array = false;
template <class T, std::size_t N> inline constexpr bool is_array<std::array<T, N>> = true;
template <class T> inline constexpr bool is_map = false;
template <class T> inline constexpr bool is_map<std::map<std::string, T>> = true;

template <class T>
struct element { using type = T; };
template <class T> requires is_optional<T> || is_list<T> || is_array<T>
struct element<T> : element<typename T::value_type> {};
template <class T> requires is_map<T>
struct element<T> : element<typename T::mapped_type> {};

template <class Option> inline constexpr bool names_values = false;
template <std::size_t N> inline constexpr bool names_values<one_of_option<N>> = true;

}  // namespace detail

/// Describes one member: its name in JSON and what its value must satisfy.
template <class Class, class Member, class... Options>
constexpr auto field(std::string_view name, Member Class::*member, Options... options) {
  static_assert(!std::is_enum_v<typename detail::element<Member>::type> ||
                    (detail::names_values<Options> || ...),
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
concept described = requires { T::fields; };

template <described T>
consteval bool describes_every_member() {
  return detail::has_members<T, std::tuple_size_v<std::remove_cvref_t<decltype(T::fields)>>>;
}

/// Collects the place of the first error while reading.
class reading {
 public:
  /// Keeps the first error and returns false.
  bool refuse(std::string detail);
  [[nodiscard]] const failure& error() const { return error_; }

  /// Names the part that is being read, until the scope ends.
  class step {
   public:
    step(reading& r, std::string_view name);
    step(reading& r, std::size_t index);
    ~step() { r_.path_.resize(length_); }
    step(const step&) = delete;
    step& operator=(const step&) = delete;

   private:
    reading& r_;
    std::size_t length_;
  };

 private:
  std::string path_;
  failure error_;
};

// Reading: each returns false after it told `r` why.
bool read_value(json_value from, bool& to, const constraint&, reading& r);
bool read_value(json_value from, double& to, const constraint& rule, reading& r);
bool read_value(json_value from, std::string& to, const constraint& rule, reading& r);
bool read_integer(json_value from, std::int64_t& to, std::int64_t low, std::int64_t high,
                  const constraint& rule, reading& r);
bool read_name(json_value from, std::size_t& to, const constraint& rule, reading& r);
bool check_list(json_value from, std::size_t least, std::size_t most, reading& r);
bool check_object(json_value from, reading& r);
bool refuse_unknown_members(json_value from, const std::string_view* known, std::size_t count,
                            reading& r);

template <std::integral T>
bool read_value(json_value from, T& to, const constraint& rule, reading& r) {
  static_assert(sizeof(T) < 8 || std::is_signed_v<T>, "use std::int64_t");
  std::int64_t value = 0;
  if (!read_integer(from, value, std::numeric_limits<T>::min(), std::numeric_limits<T>::max(), rule, r))
    return false;
  to = static_cast<T>(value);
  return true;
}

template <class T> requires std::is_enum_v<T>
bool read_value(json_value from, T& to, const constraint& rule, reading& r) {
  std::size_t index = 0;
  if (!read_name(from, index, rule, r)) return false;
  to = static_cast<T>(index);
  return true;
}

template <described T>
bool read_value(json_value from, T& to, const constraint&, reading& r);

template <class T>
bool read_value(json_value from, std::optional<T>& to, const constraint& rule, reading& r) {
  if (from.what() == json_value::type::null) {
    to.reset();
    return true;
  }
  return read_value(from, to.emplace(), rule, r);
}

template <class T, std::size_t N>
bool read_value(json_value from, std::array<T, N>& to, const constraint& rule, reading& r) {
  if (!check_list(from, N, N, r)) return false;
  for (std::size_t i = 0; i < N; ++i) {
    reading::step into(r, i);
    if (!read_value(from.at(i), to[i], rule, r)) return false;
  }
  return true;
}

template <class T>
bool read_value(json_value from, std::vector<T>& to, const constraint& rule, reading& r) {
  if (!check_list(from, 0, rule.length_max, r)) return false;
  constraint of_items = rule;
  of_items.length_max = SIZE_MAX;
  to.clear();
  to.reserve(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) {
    reading::step into(r, i);
    T item{};
    if (!read_value(from.at(i), item, of_items, r)) return false;
    to.push_back(std::move(item));
  }
  return true;
}

template <class T>
bool read_value(json_value from, std::map<std::string, T>& to, const constraint& rule, reading& r) {
  if (!check_object(from, r)) return false;
  to.clear();
  bool fine = true;
  from.each([&](const std::string& key, json_value value) {
    reading::step into(r, key);
    fine = fine && read_value(value, to[key], rule, r);
  });
  return fine;
}

template <described T>
bool read_value(json_value from, T& to, const constraint&, reading& r) {
  static_assert(describes_every_member<T>(), "every member must stand in `fields`: see fields.hpp");
  if (!check_object(from, r)) return false;
  std::size_t seen = 0;
  auto read_one = [&](const auto& f) {
    using member = std::remove_cvref_t<decltype(to.*f.member)>;
    reading::step into(r, f.name);
    auto value = from.find(f.name);
    if (!value) {
      if (f.rule.may_be_absent || detail::is_optional<member>) return true;
      return r.refuse("is missing");
    }
    ++seen;
    return read_value(*value, to.*f.member, f.rule, r);
  };
  return std::apply(
      [&](const auto&... f) {
        if (!(read_one(f) && ...)) return false;
        if (seen == from.size()) return true;
        std::array<std::string_view, sizeof...(f) + 1> known{f.name...};
        return refuse_unknown_members(from, known.data(), sizeof...(f), r);
      },
      T::fields);
}

// Writing.
inline void write_value(std::string& out, bool value, const constraint& = {}) { write_json(out, value); }
inline void write_value(std::string& out, double value, const constraint& = {}) {
  write_json(out, value);
}
inline void write_value(std::string& out, const std::string& value, const constraint& = {}) {
  write_json(out, std::string_view(value));
}
template <std::integral T>
void write_value(std::string& out, T value, const constraint& = {}) {
  write_json(out, static_cast<std::int64_t>(value));
}
template <class T> requires std::is_enum_v<T>
void write_value(std::string& out, T value, const constraint& rule) {
  write_json(out, rule.names[static_cast<std::size_t>(value)]);
}
template <described T>
void write_value(std::string& out, const T& value, const constraint& = {});
template <class T>
void write_value(std::string& out, const std::optional<T>& value, const constraint& rule) {
  if (value) write_value(out, *value, rule);
  else out += "null";
}
template <class List> requires detail::is_list<List> || detail::is_array<List>
void write_value(std::string& out, const List& list, const constraint& rule) {
  out += '[';
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i) out += ',';
    write_value(out, list[i], rule);
  }
  out += ']';
}
template <class T>
void write_value(std::string& out, const std::map<std::string, T>& map, const constraint& rule) {
  json_object object(out);
  for (const auto& [key, value] : map) write_value(object.key(key), value, rule);
}
template <described T>
void write_value(std::string& out, const T& value, const constraint&) {
  static_assert(describes_every_member<T>(), "every member must stand in `fields`: see fields.hpp");
  json_object object(out);
  std::apply([&](const auto&... f) { (write_value(object.key(f.name), value.*f.member, f.rule), ...); },
             T::fields);
}

// The JSON schema (draft 2020-12).
void write_integer_schema(std::string& out, std::int64_t low, std::int64_t high, const constraint&);
void write_number_schema(std::string& out, const constraint&);
void write_text_schema(std::string& out, const constraint&);
void write_list_schema(std::string& out, std::string_view items, std::size_t least, std::size_t most);
void write_map_schema(std::string& out, std::string_view values);

template <class T>
void write_schema(std::string& out, const constraint& rule = {});

template <described T>
void write_object_schema(std::string& out) {
  json_object object(out);
  object.add("type", "object");
  std::string required;
  {
    json_object properties(object.key("properties"));
    auto describe_one = [&](const auto& f) {
      using member = std::remove_cvref_t<decltype(std::declval<T&>().*f.member)>;
      write_schema<member>(properties.key(f.name), f.rule);
      if (f.rule.may_be_absent || detail::is_optional<member>) return;
      if (!required.empty()) required += ',';
      write_json(required, f.name);
    };
    std::apply([&](const auto&... f) { (describe_one(f), ...); }, T::fields);
  }
  object.add_raw("required", "[" + required + "]");
  object.add("additionalProperties", false);
}

template <class T>
void write_schema(std::string& out, const constraint& rule) {
  if constexpr (std::is_same_v<T, bool>) {
    out += R"({"type":"boolean"})";
  } else if constexpr (std::is_same_v<T, double>) {
    write_number_schema(out, rule);
  } else if constexpr (std::is_same_v<T, std::string> || std::is_enum_v<T>) {
    write_text_schema(out, rule);
  } else if constexpr (std::integral<T>) {
    write_integer_schema(out, std::numeric_limits<T>::min(), std::numeric_limits<T>::max(), rule);
  } else if constexpr (described<T>) {
    write_object_schema<T>(out);
  } else if constexpr (detail::is_optional<T>) {
    out += R"({"oneOf":[{"type":"null"},)";
    write_schema<typename T::value_type>(out, rule);
    out += "]}";
  } else if constexpr (detail::is_map<T>) {
    std::string values;
    write_schema<typename T::mapped_type>(values, rule);
    write_map_schema(out, values);
  } else {
    std::string items;
    constraint of_items = rule;
    if constexpr (detail::is_list<T>) of_items.length_max = SIZE_MAX;
    write_schema<typename T::value_type>(items, of_items);
    if constexpr (detail::is_array<T>) write_list_schema(out, items, T{}.size(), T{}.size());
    else write_list_schema(out, items, 0, rule.length_max);
  }
}

// The uses together.

/// Reads `to` from parsed JSON. The failure is `bad_arguments` with the field's path.
template <described T>
std::optional<failure> read_fields(json_value from, T& to) {
  reading r;
  if (read_value(from, to, {}, r)) return {};
  return r.error();
}

/// The JSON text of a described struct.
template <described T>
std::string to_json(const T& value) {
  std::string out;
  write_value(out, value);
  return out;
}

/// The JSON schema of a described struct.
template <described T>
std::string schema_of() {
  std::string out;
  write_object_schema<T>(out);
  return out;
}

}  // namespace parlor
