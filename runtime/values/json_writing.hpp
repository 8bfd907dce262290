#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// JSON text is appended to a string as it is made; no tree stands in between.
///
/// Bytes that are not UTF-8 become U+FFFD, a number that is not finite becomes null: what goes out
/// can always be parsed.
namespace parlor {

/// Whether a byte is a letter by itself, and stands in a JSON string as it is.
constexpr bool is_plain_in_json(char c) {
  return c >= 0x20 && static_cast<unsigned char>(c) < 0x80 && c != '"' && c != '\\';
}

void write_json(std::string& out, std::string_view text);
inline void write_json(std::string& out, const char* text) { write_json(out, std::string_view(text)); }
inline void write_json(std::string& out, const std::string& text) { write_json(out, std::string_view(text)); }
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
