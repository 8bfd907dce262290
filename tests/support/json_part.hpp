#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "runtime/values/json_text.hpp"

namespace parlor::testing {

/// The text of a parsed value, without white space.
inline std::string text_of(json_value v) {
  using type = json_value::type;
  std::string out;
  switch (v.type_of()) {
    case type::null: out = "null"; break;
    case type::boolean: write_json(out, v.as_bool()); break;
    case type::integer: write_json(out, v.as_integer().value()); break;
    case type::number: write_json(out, v.as_number()); break;
    case type::text: write_json(out, v.as_text()); break;
    case type::list:
      for (std::size_t i = 0; i < v.size(); ++i) out += (i ? "," : "[") + text_of(v.at(i));
      out += v.size() ? "]" : "[]";
      break;
    case type::object: {
      json_object object(out);
      v.each([&](const std::string& key, json_value member) { object.add_raw(key, text_of(member)); });
    }
  }
  return out;
}

/// A part of a JSON text, by a path like `outcome.winner` or `seats[1]`; `absent` if there is none.
/// A string comes without its quotes, so that it compares with a word.
inline std::string json_part(std::string_view text, std::string_view path) {
  auto parsed = json_document::parse(text);
  if (!parsed) throw std::invalid_argument("not JSON: " + std::string(text));
  json_value here = parsed.value().root();
  while (!path.empty()) {
    if (path[0] == '[') {
      auto end = path.find(']');
      auto index = std::stoul(std::string(path.substr(1, end - 1)));
      if (here.type_of() != json_value::type::list || index >= here.size()) return "absent";
      here = here.at(index);
      path.remove_prefix(end + 1);
    } else {
      auto key = path.substr(0, path.find_first_of(".["));
      auto found = here.find(key);
      if (!found) return "absent";
      here = *found;
      path.remove_prefix(key.size());
    }
    if (!path.empty() && path[0] == '.') path.remove_prefix(1);
  }
  return here.type_of() == json_value::type::text ? here.as_text() : text_of(here);
}

}  // namespace parlor::testing
