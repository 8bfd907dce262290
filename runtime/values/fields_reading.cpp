#include "runtime/values/fields_reading.hpp"

#include <algorithm>

#include "runtime/values/address.hpp"
#include "runtime/values/constraint_text.hpp"

namespace parlor {
namespace {

using type = json_value::type;

}  // namespace

bool reading::refuse(std::string sentence) {
  sentence_ = std::move(sentence);
  return false;
}

bool reading::inside(std::string_view name) {
  if (begins_with_name_) path_.insert(0, 1, '.');
  path_.insert(0, name);
  begins_with_name_ = true;
  return false;
}

bool reading::inside(std::size_t index) {
  if (begins_with_name_) path_.insert(0, 1, '.');
  path_.insert(0, '[' + std::to_string(index) + ']');
  begins_with_name_ = false;
  return false;
}

failure reading::error() const {
  if (sentence_.empty()) return {};
  std::string subject = path_.empty() ? "the value" : path_;
  return {.code = "bad_arguments", .detail = subject + " " + sentence_, .field = path_};
}

bool read_value(json_value from, bool& to, const constraint&, reading& r) {
  if (from.type_of() != type::boolean) return r.refuse("must be true or false");
  to = from.as_bool();
  return true;
}

bool read_value(json_value from, double& to, const constraint& rule, reading& r) {
  if (from.type_of() != type::number && from.type_of() != type::integer) return r.refuse("must be a number");
  double value = from.as_number();
  if (rule.has_range && !(value >= rule.low_number && value <= rule.high_number))
    return r.refuse("must be between " + number_text(rule.low_number) + " and " + number_text(rule.high_number));
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
  if (from.type_of() != type::text) return r.refuse("must be a string");
  if (from.as_view().size() > rule.length_max)
    return r.refuse("must have at most " + std::to_string(rule.length_max) + " bytes");
  if (rule.must_be_id && !is_id(from.as_view())) return r.refuse("must match [A-Za-z0-9_-]{1,64}");
  to = from.as_view();
  return true;
}

bool read_integer(json_value from, std::int64_t& to, std::int64_t low, std::int64_t high, const constraint& rule,
                  reading& r) {
  auto value = from.as_integer();
  if (!value && from.type_of() != type::integer) return r.refuse("must be an integer");
  if (rule.has_range) {
    low = std::max(low, rule.low);
    high = std::min(high, rule.high);
  }
  if (!value || *value < low || *value > high)
    return r.refuse("must be between " + std::to_string(low) + " and " + std::to_string(high));
  to = *value;
  return true;
}

bool read_name(json_value from, std::size_t& to, const constraint& rule, reading& r) {
  auto end = rule.names.begin() + static_cast<std::ptrdiff_t>(rule.names_count);
  auto found = end;
  if (from.type_of() == type::text) found = std::find(rule.names.begin(), end, from.as_view());
  if (found == end) return r.refuse("must be one of " + listed_names(rule));
  to = static_cast<std::size_t>(found - rule.names.begin());
  return true;
}

bool check_list(json_value from, std::size_t least, std::size_t most, reading& r) {
  if (from.type_of() != type::list) return r.refuse("must be a list");
  if (from.size() >= least && from.size() <= most) return true;
  if (least == most) return r.refuse("must have " + std::to_string(most) + " items");
  return r.refuse("must have at most " + std::to_string(most) + " items");
}

bool check_object(json_value from, reading& r) {
  return from.type_of() == type::object || r.refuse("must be an object");
}

bool refuse_unknown_members(json_value from, const std::string_view* known, std::size_t count, reading& r) {
  std::optional<std::string_view> first;
  for (json_value member : from.items()) {
    if (std::find(known, known + count, member.key()) != known + count) continue;
    if (!first || member.key() < *first) first = member.key();
  }
  return !first || r.refuse("is not a known field") || r.inside(*first);
}

}  // namespace parlor
