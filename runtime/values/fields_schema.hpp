#pragma once

#include <limits>

#include "runtime/values/fields_description.hpp"
#include "runtime/values/instant.hpp"
#include "runtime/values/json_writing.hpp"

/// The JSON schema (draft 2020-12) of described structs: what reading will demand, or what writing
/// will bring. The two differ in one point: a member that may be absent when it is read is there
/// whenever it is written, unless it is written `if_any`.
namespace parlor {

enum class schema_of_text { read, written };

void write_integer_schema(std::string& out, std::int64_t low, std::int64_t high, const constraint&);
void write_number_schema(std::string& out, const constraint&);
void write_text_schema(std::string& out, const constraint&);
void write_time_schema(std::string& out);
void write_list_schema(std::string& out, std::string_view items, std::size_t least, std::size_t most);
void write_map_schema(std::string& out, std::string_view values);
/// Adds a sentence to the schema that begins there. A description of its own stands first in it.
void add_description(std::string& out, std::size_t begin, std::string_view sentence);

template <class T, schema_of_text Text>
void write_schema(std::string& out, const constraint& rule = {});

/// A member's schema, with what its description says of it.
template <class Member, schema_of_text Text>
void write_member_schema(std::string& out, const field_info& f) {
  if (!f.schema.empty()) {
    out += f.schema;
    return;
  }
  std::size_t begin = out.size();
  if constexpr (detail::is_optional<Member>) {
    // When it is written it is there.
    if (f.if_any && Text == schema_of_text::written) write_schema<typename Member::value_type, Text>(out, f.rule);
    else write_schema<Member, Text>(out, f.rule);
  } else {
    write_schema<Member, Text>(out, f.rule);
  }
  if (!f.about.empty()) add_description(out, begin, f.about);
}

/// Appends the schemas of a struct's members to `properties`, and the names of those that must be there.
template <described T, schema_of_text Text>
void write_member_schemas(json_object& properties, std::string& required) {
  auto describe_one = [&]<class Field>(const Field& f) {
    using member = std::remove_cvref_t<decltype(std::declval<T&>().*f.member)>;
    if constexpr (detail::is_flattened<Field> && detail::is_json<member>) {
      write_member_schemas<typename member::type, Text>(properties, required);
    } else if constexpr (detail::is_flattened<Field>) {
      write_member_schemas<member, Text>(properties, required);
    } else {
      write_member_schema<member, Text>(properties.key(f.name), f);
      bool may_be_absent = f.rule.may_be_absent || detail::is_optional<member>;
      if (Text == schema_of_text::read ? may_be_absent : f.if_any) return;
      if (!required.empty()) required += ',';
      write_json(required, f.name);
    }
  };
  std::apply([&](const auto&... f) { (describe_one(f), ...); }, T::fields);
}

template <described T, schema_of_text Text>
void write_object_schema(std::string& out) {
  json_object object(out);
  // A member of that name is no constant.
  if constexpr (requires { typename std::bool_constant<T::description.empty()>; })
    object.add("description", T::description);
  object.add("type", "object");
  std::string required;
  {
    json_object properties(object.key("properties"));
    write_member_schemas<T, Text>(properties, required);
  }
  object.add_raw("required", "[" + required + "]");
  object.add("additionalProperties", false);
}

template <class T, schema_of_text Text>
void write_schema(std::string& out, const constraint& rule) {
  if constexpr (std::is_same_v<T, bool>) {
    out += R"({"type":"boolean"})";
  } else if constexpr (std::is_same_v<T, double>) {
    write_number_schema(out, rule);
  } else if constexpr (detail::is_json<T>) {
    out += "{}";
  } else if constexpr (std::is_same_v<T, instant>) {
    write_time_schema(out);
  } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view> || std::is_enum_v<T>) {
    write_text_schema(out, rule);
  } else if constexpr (std::is_same_v<T, std::uint64_t>) {
    out += R"({"type":"integer","minimum":0})";
  } else if constexpr (std::integral<T>) {
    write_integer_schema(out, std::numeric_limits<T>::min(), std::numeric_limits<T>::max(), rule);
  } else if constexpr (described<T>) {
    if constexpr (is_well_described<T>()) write_object_schema<T, Text>(out);
  } else if constexpr (detail::is_optional<T>) {
    out += R"({"oneOf":[{"type":"null"},)";
    write_schema<typename T::value_type, Text>(out, rule);
    out += "]}";
  } else if constexpr (detail::is_map<T>) {
    std::string values;
    write_schema<typename T::value_type::second_type, Text>(values, rule);
    write_map_schema(out, values);
  } else {
    std::string items;
    constraint of_items = rule;
    if constexpr (detail::is_list<T>) of_items.length_max = SIZE_MAX;
    write_schema<typename T::value_type, Text>(items, of_items);
    if constexpr (detail::is_array<T>) write_list_schema(out, items, T{}.size(), T{}.size());
    else write_list_schema(out, items, 0, rule.length_max);
  }
}

/// The JSON schema of what is read into a described struct.
template <described T>
std::string schema_of() {
  std::string out;
  write_schema<T, schema_of_text::read>(out);
  return out;
}

/// The JSON schema of what `to_json` makes of a described struct, or of a member that is described so.
template <class T>
std::string written_schema_of(const field_info& f = {}) {
  std::string out;
  write_member_schema<T, schema_of_text::written>(out, f);
  return out;
}

}  // namespace parlor
