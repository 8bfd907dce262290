#pragma once

#include <limits>

#include "runtime/values/failure.hpp"
#include "runtime/values/fields_description.hpp"
#include "runtime/values/json_value.hpp"

/// Reading described structs from parsed JSON, strictly: `read_fields`.
///
/// The first error counts. Its place costs nothing while all is well: only when a value is refused
/// do the readers around it, on the way out, put the name of their part in front of the path.
namespace parlor {

/// What becomes of members that a description does not have.
enum class unknown_members : std::uint8_t {
  refused,
  passed_over,  ///< they are not read
};

/// The first error while reading, and where it is.
class reading {
 public:
  explicit reading(unknown_members rest = unknown_members::refused) : rest_(rest) {}
  [[nodiscard]] bool passes_over_unknown() const { return rest_ == unknown_members::passed_over; }
  /// Refuses the value that is being read; returns false.
  bool refuse(std::string sentence);
  /// Tells that what was refused lies inside this member or item; returns false.
  bool inside(std::string_view name);
  bool inside(std::size_t index);
  /// What was refused: `bad_arguments` with the path. Empty if nothing was.
  [[nodiscard]] failure error() const;

 private:
  const unknown_members rest_;
  std::string path_;
  std::string sentence_;
  bool begins_with_name_ = false;
};

// Reading: each returns false after it told `r` why.
bool read_value(json_value from, bool& to, const constraint&, reading& r);
bool read_value(json_value from, double& to, const constraint& rule, reading& r);
bool read_value(json_value from, std::string& to, const constraint& rule, reading& r);
bool read_integer(json_value from, std::int64_t& to, std::int64_t low, std::int64_t high, const constraint& rule,
                  reading& r);
bool read_name(json_value from, std::size_t& to, const constraint& rule, reading& r);
bool check_list(json_value from, std::size_t least, std::size_t most, reading& r);
bool check_object(json_value from, reading& r);
/// Refuses the first in the order of the keys.
bool refuse_unknown_members(json_value from, const std::string_view* known, std::size_t count, reading& r);

template <std::integral T>
bool read_value(json_value from, T& to, const constraint& rule, reading& r) {
  using limits = std::numeric_limits<T>;
  std::int64_t value = 0;
  if (!read_integer(from, value, limits::min(), limits::max(), rule, r)) return false;
  to = static_cast<T>(value);
  return true;
}

template <class T>
requires std::is_enum_v<T>
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
  if (from.type_of() == json_value::type::null) {
    to.reset();
    return true;
  }
  return read_value(from, to.emplace(), rule, r);
}

template <class T, std::size_t N>
bool read_value(json_value from, std::array<T, N>& to, const constraint& rule, reading& r) {
  if (!check_list(from, N, N, r)) return false;
  std::size_t i = 0;
  for (json_value item : from.items()) {
    if (!read_value(item, to[i], rule, r)) return r.inside(i);
    ++i;
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
  for (json_value json : from.items()) {
    T item{};
    if (!read_value(json, item, of_items, r)) return r.inside(to.size());
    to.push_back(std::move(item));
  }
  return true;
}

template <class T>
bool read_value(json_value from, std::map<std::string, T>& to, const constraint& rule, reading& r) {
  if (!check_object(from, r)) return false;
  to.clear();
  for (json_value member : from.by_key()) {
    T& value = to.emplace_hint(to.end(), member.key(), T{})->second;
    if (!read_value(member, value, rule, r)) return r.inside(member.key());
  }
  return true;
}

namespace detail {
template <described T>
bool read_members(json_value from, T& to, reading& r) {
  if (!check_object(from, r)) return false;
  json_members members(from);
  auto read_one = [&]<class Field>(const Field& f) {
    using member = std::remove_cvref_t<decltype(to.*f.member)>;
    if (auto value = members.find(f.name)) return read_value(*value, to.*f.member, f.rule, r) || r.inside(f.name);
    if (f.rule.may_be_absent || is_optional<member>) return true;
    return r.refuse("is missing") || r.inside(f.name);
  };
  return std::apply(
      [&](const auto&... f) {
        if (!(read_one(f) && ...)) return false;
        if (members.all_found() || r.passes_over_unknown()) return true;
        std::array<std::string_view, sizeof...(f) + 1> known{f.name...};
        return refuse_unknown_members(from, known.data(), sizeof...(f), r);
      },
      T::fields);
}
}  // namespace detail

template <described T>
bool read_value(json_value from, T& to, const constraint&, reading& r) {
  if constexpr (is_well_described<T>() && is_read_back<T>()) return detail::read_members(from, to, r);
  else return false;
}

/// Reads `to` from parsed JSON. The failure is `bad_arguments` with the field's path.
template <described T>
std::optional<failure> read_fields(json_value from, T& to, unknown_members rest = unknown_members::refused) {
  reading r(rest);
  if (read_value(from, to, {}, r)) return {};
  return r.error();
}

}  // namespace parlor
