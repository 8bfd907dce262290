#pragma once

#include <string>
#include <string_view>

#include "runtime/values/json_writing.hpp"

namespace parlor::testing {

inline void add_members(json_object&) {}
template <class Value, class... Rest>
void add_members(json_object& object, std::string_view name, const Value& value, const Rest&... rest) {
  object.add(name, value);
  add_members(object, rest...);
}

/// Makes the JSON text of an object of names and values, such as a command's arguments: `json("cell", 4)`.
template <class... Members>
std::string json(const Members&... members) {
  std::string text;
  {
    json_object object(text);
    add_members(object, members...);
  }
  return text;
}

}  // namespace parlor::testing
