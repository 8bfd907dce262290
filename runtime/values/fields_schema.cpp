#include "runtime/values/fields_schema.hpp"

#include <algorithm>

namespace parlor {

void write_integer_schema(std::string& out, std::int64_t low, std::int64_t high, const constraint& rule) {
  json_object object(out);
  object.add("type", "integer");
  object.add("minimum", rule.has_range ? std::max(low, rule.low) : low);
  object.add("maximum", rule.has_range ? std::min(high, rule.high) : high);
}

void write_number_schema(std::string& out, const constraint& rule) {
  json_object object(out);
  object.add("type", "number");
  if (!rule.has_range) return;
  object.add("minimum", rule.low_number);
  object.add("maximum", rule.high_number);
}

void write_text_schema(std::string& out, const constraint& rule) {
  json_object object(out);
  const bool is_bounded = rule.length_max != SIZE_MAX && rule.names_count == 0 && !rule.must_be_id;
  // A schema counts letters. The rule counts bytes, so it is the stricter of the two.
  if (is_bounded) object.add("description", "at most " + std::to_string(rule.length_max) + " bytes of UTF-8");
  object.add("type", "string");
  if (is_bounded) object.add("maxLength", std::uint64_t{rule.length_max});
  if (rule.names_count > 0) {
    std::string& list = object.key("enum");
    for (std::size_t i = 0; i < rule.names_count; ++i) {
      list += i ? ',' : '[';
      write_json(list, rule.names[i]);
    }
    list += ']';
  } else if (rule.must_be_id) {
    object.add("pattern", "^[A-Za-z0-9_-]{1,64}$");
    object.add_raw("examples", R"(["ann"])");
  }
}

void write_time_schema(std::string& out) {
  json_object(out)
      .add("description", "RFC 3339, in UTC")
      .add("type", "string")
      .add("format", "date-time")
      .add_raw("examples", R"(["2030-01-02T03:04:05.678Z"])");
}

void write_list_schema(std::string& out, std::string_view items, std::size_t least, std::size_t most) {
  json_object object(out);
  object.add("type", "array");
  object.add_raw("items", items);
  if (least > 0) object.add("minItems", std::uint64_t{least});
  if (most != SIZE_MAX) object.add("maxItems", std::uint64_t{most});
}

void write_map_schema(std::string& out, std::string_view values) {
  json_object object(out);
  object.add("type", "object");
  object.add_raw("additionalProperties", values);
}

void add_description(std::string& out, std::size_t begin, std::string_view sentence) {
  constexpr std::string_view already = R"({"description":")";
  std::string text;
  write_json(text, sentence);
  text.pop_back();
  if (std::string_view(out).substr(begin).starts_with(already)) {
    out.insert(begin + already.size(), text.substr(1) + "; ");
  } else {
    const char* end = out[begin + 1] == '}' ? "\"" : "\",";
    out.insert(begin + 1, R"("description":)" + text + end);
  }
}

}  // namespace parlor
