#include "runtime/values/constraint_text.hpp"

#include <cmath>

#include "runtime/values/json_writing.hpp"

namespace parlor {

std::string listed_names(const constraint& rule) {
  std::string list;
  for (std::size_t i = 0; i < rule.names_count; ++i) {
    if (i) list += ", ";
    list += rule.names[i];
  }
  return list;
}

std::string number_text(double value) {
  if (!std::isfinite(value)) return std::isnan(value) ? "not a number" : "infinite";
  std::string text;
  write_json(text, value);
  return text;
}

}  // namespace parlor
