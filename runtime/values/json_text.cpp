#include "runtime/values/json_text.hpp"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

namespace parlor {
namespace {

using nlohmann::json;

const json& node(const void* p) { return *static_cast<const json*>(p); }

/// Builds a document from parser events, and refuses what nlohmann/json itself would accept: deep
/// nesting and repeated keys.
class strict_builder {
 public:
  json root;
  std::string error;

  bool null() { return put(nullptr); }
  bool boolean(bool value) { return put(value); }
  bool number_integer(json::number_integer_t value) { return put(value); }
  bool number_unsigned(json::number_unsigned_t value) { return put(value); }
  bool number_float(json::number_float_t value, const std::string&) { return put(value); }
  bool string(std::string& value) { return put(std::move(value)); }
  bool binary(json::binary_t&) { return refuse("binary values are not JSON"); }
  bool start_object(std::size_t) { return open(json::object()); }
  bool start_array(std::size_t) { return open(json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(std::string& name) {
    auto [place, is_new] = open_.back()->get_ref<json::object_t&>().emplace(name, nullptr);
    if (!is_new) return refuse("the key \"" + name + "\" stands twice");
    member_ = &place->second;
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const json::exception&) {
    return refuse("syntax error near byte " + std::to_string(position));
  }

 private:
  bool refuse(std::string why) {
    error = std::move(why);
    return false;
  }

  json* place(json&& value) {
    if (open_.empty()) return &(root = std::move(value));
    if (open_.back()->is_object()) return &(*member_ = std::move(value));
    auto& list = open_.back()->get_ref<json::array_t&>();
    return &list.emplace_back(std::move(value));
  }

  bool put(json&& value) {
    place(std::move(value));
    return true;
  }

  bool open(json&& container) {
    if (open_.size() >= json_depth_max)
      return refuse("nested more than " + std::to_string(json_depth_max) + " levels deep");
    open_.push_back(place(std::move(container)));
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  std::vector<json*> open_;
  json* member_ = nullptr;
};

}  // namespace

json_value::type json_value::what() const {
  switch (node(node_).type()) {
    case json::value_t::boolean: return type::boolean;
    case json::value_t::number_integer:
    case json::value_t::number_unsigned: return type::integer;
    case json::value_t::number_float: return type::number;
    case json::value_t::string: return type::text;
    case json::value_t::array: return type::list;
    case json::value_t::object: return type::object;
    default: return type::null;
  }
}

bool json_value::as_bool() const { return node(node_).get<bool>(); }

std::optional<std::int64_t> json_value::as_integer() const {
  const json& n = node(node_);
  if (n.is_number_unsigned() && n.get<std::uint64_t>() > std::uint64_t(INT64_MAX)) return {};
  return n.get<std::int64_t>();
}

double json_value::as_number() const { return node(node_).get<double>(); }

const std::string& json_value::as_text() const {
  return node(node_).get_ref<const std::string&>();
}

std::size_t json_value::size() const { return node(node_).size(); }

json_value json_value::at(std::size_t index) const { return json_value{&node(node_)[index]}; }

std::optional<json_value> json_value::find(std::string_view key) const {
  const json& n = node(node_);
  auto found = n.find(key);
  if (found == n.end()) return {};
  return json_value{&*found};
}

void json_value::each(const std::function<void(const std::string&, json_value)>& visit) const {
  for (const auto& [key, value] : node(node_).get_ref<const json::object_t&>())
    visit(key, json_value{&value});
}

std::string json_value::text() const { return node(node_).dump(); }

void json_document::node_deleter::operator()(void* p) const { delete static_cast<json*>(p); }

result<json_document> json_document::parse(std::string_view text) {
  if (text.empty()) text = "{}";
  // The parser takes a zero byte for the end of the text, whatever stands behind it.
  if (auto zero = text.find('\0'); zero != std::string_view::npos)
    return failure{.code = "malformed_json",
                   .detail = "syntax error near byte " + std::to_string(zero)};
  strict_builder builder;
  if (!json::sax_parse(text, &builder))
    return failure{.code = "malformed_json", .detail = builder.error};
  return json_document{new json(std::move(builder.root))};
}

void write_json(std::string& out, std::string_view text) {
  bool plain = true;
  for (unsigned char c : text) plain = plain && c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
  if (plain) {
    out += '"';
    out += text;
    out += '"';
  } else {
    out += json(text).dump(-1, ' ', false, json::error_handler_t::replace);
  }
}

void write_json(std::string& out, const char* text) { write_json(out, std::string_view(text)); }
void write_json(std::string& out, const std::string& text) { write_json(out, std::string_view(text)); }
void write_json(std::string& out, bool value) { out += value ? "true" : "false"; }

void write_json(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  char digits[32];
  auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
  // A number stays a number: 2.0 is not written as the integer 2.
  if (std::string_view(digits, end).find_first_not_of("-0123456789") == std::string_view::npos)
    out += ".0";
}

void write_json(std::string& out, std::int64_t value) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

void write_json(std::string& out, std::uint64_t value) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

}  // namespace parlor
