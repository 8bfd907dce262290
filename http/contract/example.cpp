#include "http/contract/example.hpp"

#include <cstdint>
#include <type_traits>

#include "runtime/values/json_text.hpp"

namespace parlor::http::contract {
namespace {

class writer {
 public:
  writer(std::string& out, const schemas& table) : out_(out), table_(table) {}

  void write(json_value schema) {
    if (auto ready = schema.find("examples")) out_ += ready->at(0).text();
    else if (auto only = schema.find("const")) out_ += only->text();
    else if (auto names = schema.find("enum")) out_ += names->at(0).text();
    else if (auto to = schema.find("$ref")) follow(to->as_view());
    else if (auto item = schema.find("oneOf")) write(item->at(0));
    else if (auto any = schema.find("anyOf")) write(any->at(0));
    else if (auto type = schema.find("type")) write_type(schema, *type);
    else out_ += "{}";
  }

 private:
  void follow(std::string_view reference) {
    auto found = table_.find(std::string(reference.substr(reference.rfind('/') + 1)));
    auto parsed = json_document::parse(found->second);
    write(parsed.value().root());
  }

  void write_type(json_value schema, json_value type) {
    // Of several types the last: nothing is said first, `null` is named last.
    std::string name = type.size() > 0 ? type.at(type.size() - 1).as_text() : type.as_text();
    if (name == "object") write_object(schema);
    else if (name == "array") write_list(schema);
    else if (name == "string") write_text(schema);
    else if (name == "integer") write_json(out_, nearest_to_zero<std::int64_t>(schema));
    else if (name == "number") write_json(out_, nearest_to_zero<double>(schema));
    else out_ += name == "boolean" ? "false" : "null";
  }

  void write_object(json_value schema) {
    json_object object(out_);
    auto has = schema.find("properties"), needed = schema.find("required");
    if (!has || !needed) return;
    for (json_value name : needed->items()) {
      object.key(name.as_view());
      write(*has->find(name.as_view()));
    }
  }

  void write_list(json_value schema) {
    auto least = schema.find("minItems");
    std::int64_t count = least ? least->as_integer().value_or(0) : 0;
    out_ += '[';
    for (std::int64_t i = 0; i < count; ++i) {
      if (i) out_ += ',';
      write(*schema.find("items"));
    }
    out_ += ']';
  }

  void write_text(json_value schema) {
    std::string_view text = "text";
    auto most = schema.find("maxLength");
    if (most) text = text.substr(0, std::size_t(most->as_integer().value_or(0)));
    write_json(out_, text);
  }

  template <class Number>
  static Number nearest_to_zero(json_value schema) {
    auto least = schema.find("minimum"), most = schema.find("maximum");
    if (least && least->as_number() > 0) return as<Number>(*least);
    if (most && most->as_number() < 0) return as<Number>(*most);
    return 0;
  }
  template <class Number>
  static Number as(json_value bound) {
    if constexpr (std::is_integral_v<Number>) return bound.as_integer().value_or(0);
    else return bound.as_number();
  }

  std::string& out_;
  const schemas& table_;
};

}  // namespace

std::string example_of(std::string_view schema, const schemas& table) {
  std::string out;
  auto parsed = json_document::parse(schema);
  writer(out, table).write(parsed.value().root());
  return out;
}

}  // namespace parlor::http::contract
