#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/values/failure.hpp"

/// JSON at the edges: text that came in is read once, strictly; text that goes out is appended to a
/// string as it is made.
///
/// Strict means: nothing after the value, at most `json_depth_max` levels, no key twice, no byte that
/// is not UTF-8. A number is an integer only if it is written as one and fits: `3.0`, `1e3` and `true`
/// are not integers, which the JSON library underneath would let pass.
///
/// The library (nlohmann/json) appears only in json_text.cpp: its header costs a second of compile
/// time, which no game's file should pay.
namespace parlor {

/// Deeper JSON is refused: reading and writing recurse.
inline constexpr int json_depth_max = 64;

/// A value inside a parsed document, valid while the document lives.
class json_value {
 public:
  enum class type { null, boolean, integer, number, text, list, object };

  explicit json_value(const void* node) : node_(node) {}

  [[nodiscard]] type what() const;
  [[nodiscard]] bool as_bool() const;
  /// Empty if the integer does not fit 64 signed bits.
  [[nodiscard]] std::optional<std::int64_t> as_integer() const;
  /// Of an integer too.
  [[nodiscard]] double as_number() const;
  [[nodiscard]] const std::string& as_text() const;
  /// Items of a list, members of an object.
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] json_value at(std::size_t index) const;
  [[nodiscard]] std::optional<json_value> find(std::string_view key) const;
  /// Calls `visit` with each member in the order of the keys.
  void each(const std::function<void(const std::string& key, json_value)>& visit) const;
  /// The value as JSON text.
  [[nodiscard]] std::string text() const;

 private:
  const void* node_;
};

/// A parsed text. Movable; owned by one thread at a time.
class json_document {
 public:
  /// Parses `text`; empty text stands for `{}`. Fails with `malformed_json` and says where.
  static result<json_document> parse(std::string_view text);

  [[nodiscard]] json_value root() const { return json_value{node_.get()}; }

 private:
  struct node_deleter {
    void operator()(void* node) const;
  };
  explicit json_document(void* node) : node_(node) {}
  std::unique_ptr<void, node_deleter> node_;
};

/// Append one value to JSON text. Bytes that are not UTF-8 become U+FFFD, a number that is not finite
/// becomes null: what goes out can always be parsed.
void write_json(std::string& out, std::string_view text);
void write_json(std::string& out, const char* text);
void write_json(std::string& out, const std::string& text);
void write_json(std::string& out, bool value);
void write_json(std::string& out, double value);
void write_json(std::string& out, std::int64_t value);
void write_json(std::string& out, std::uint64_t value);
inline void write_json(std::string& out, int value) { write_json(out, std::int64_t{value}); }

/// Appends one JSON object, member by member: `json_object{out}.add("id", id).add("free", 2);`. The
/// closing brace is written by the destructor.
class json_object {
 public:
  explicit json_object(std::string& out) : out_(out) { out_ += '{'; }
  ~json_object() { out_ += '}'; }
  json_object(const json_object&) = delete;
  json_object& operator=(const json_object&) = delete;

  /// Appends the key; the caller appends the value to the same string.
  std::string& key(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    write_json(out_, name);
    out_ += ':';
    return out_;
  }
  template <class T>
  json_object& add(std::string_view name, const T& value) {
    write_json(key(name), value);
    return *this;
  }
  /// Adds a value that is JSON text already.
  json_object& add_raw(std::string_view name, std::string_view json) {
    key(name) += json;
    return *this;
  }

 private:
  std::string& out_;
  bool first_ = true;
};

}  // namespace parlor
