#include "runtime/values/fields.hpp"

#include <algorithm>

namespace parlor {
namespace {

using type = json_value::type;

std::string quoted_names(const constraint& rule) {
  std::string list;
  for (std::size_t i = 0; i < rule.names_count; ++i) {
    if (i) list += ", ";
    list += rule.names[i];
  }
  return list;
}

std::string number_text(double value) {
  std::string text;
  write_json(text, value);
  return text;
}

}  // namespace

bool reading::refuse(std::string detail) {
  if (error_.code.empty()) {
    std::string subject = path_.empty() ? "the value" : path_;
    error_ = {.code = "bad_arguments", .detail = subject + " " + detail, .field = path_};
  }
  return false;
}

reading::step::step(reading& r, std::string_view name) : r_(r), length_(r.path_.size()) {
  if (!r.path_.empty()) r.path_ += '.';
  r.path_ += name;
}

reading::step::step(reading& r, std::size_t index) : r_(r), length_(r.path_.size()) {
  r.path_ += '[' + std::to_string(index) + ']';
}

bool read_value(json_value from, bool& to, const constraint&, reading& r) {
  if (from.what() != type::boolean) return r.refuse("must be true or false");
  to = from.as_bool();
  return true;
}

bool read_value(json_value from, double& to, const constraint& rule, reading& r) {
  if (from.what() != type::number && from.what() != type::integer)
    return r.refuse("must be a number");
  double value = from.as_number();
  if (rule.has_range && !(value >= rule.low_number && value <= rule.high_number))
    return r.refuse("must be between " + number_text(rule.low_number) + " and " +
                    number_text(rule.high_number));
  to = value;
  return true;
}

bool read_value(json_value from, std::string& to, const constraint& rule, reading& r) {
  if (rule.names_count > 0) {
    std::size_t index = 0;
    if (!read_name(from, index, rule, r)) return false;
    to = rule.names[index];
    return true;
  }
  if (from.what() != type::text) return r.refuse("must be a string");
  if (from.as_text().size() > rule.length_max)
    return r.refuse("must have at most " + std::to_string(rule.length_max) + " bytes");
  to = from.as_text();
  return true;
}

bool read_integer(json_value from, std::int64_t& to, std::int64_t low, std::int64_t high,
                  const constraint& rule, reading& r) {
  if (from.what() != type::integer) return r.refuse("must be an integer");
  if (rule.has_range) {
    low = std::max(low, rule.low);
    high = std::min(high, rule.high);
  }
  auto value = from.as_integer();
  if (!value || *value < low || *value > high)
    return r.refuse("must be between " + std::to_string(low) + " and " + std::to_string(high));
  to = *value;
  return true;
}

bool read_name(json_value from, std::size_t& to, const constraint& rule, reading& r) {
  auto end = rule.names.begin() + static_cast<std::ptrdiff_t>(rule.names_count);
  auto found = end;
  if (from.what() == type::text) found = std::find(rule.names.begin(), end, from.as_text());
  if (found == end) return r.refuse("must be one of " + quoted_names(rule));
  to = static_cast<std::size_t>(found - rule.names.begin());
  return true;
}

bool check_list(json_value from, std::size_t least, std::size_t most, reading& r) {
  if (from.what() != type::list) return r.refuse("must be a list");
  if (from.size() >= least && from.size() <= most) return true;
  if (least == most) return r.refuse("must have " + std::to_string(most) + " items");
  return r.refuse("must have at most " + std::to_string(most) + " items");
}

bool check_object(json_value from, reading& r) {
  return from.what() == type::object || r.refuse("must be an object");
}

bool refuse_unknown_members(json_value from, const std::string_view* known, std::size_t count,
                            reading& r) {
  bool fine = true;
  from.each([&](const std::string& key, json_value) {
    if (std::find(known, known + count, key) != known + count) return;
    reading::step into(r, key);
    fine = r.refuse("is not a known field");
  });
  return fine;
}

void write_integer_schema(std::string& out, std::int64_t low, std::int64_t high,
                          const constraint& rule) {
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
  object.add("type", "string");
  if (rule.names_count > 0) {
    std::string& list = object.key("enum");
    for (std::size_t i = 0; i < rule.names_count; ++i) {
      list += i ? ',' : '[';
      write_json(list, rule.names[i]);
    }
    list += ']';
  } else if (rule.length_max != SIZE_MAX) {
    object.add("maxLength", std::uint64_t{rule.length_max});
  }
}

void write_list_schema(std::string& out, std::string_view items, std::size_t least,
                       std::size_t most) {
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

}  // namespace parlor
