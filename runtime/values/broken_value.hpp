#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

#include "runtime/values/fields_description.hpp"

/// What is written is held against its own description, so that it can be read again.
namespace parlor {

/// A value that breaks its own description. `what()` says where it is, and why: `game.hints[3] must be between 0 and 3,
/// and is 7`.
class broken_value : public std::exception {
 public:
  explicit broken_value(std::string sentence) : words_("the value " + sentence), sentence_(std::move(sentence)) {}
  /// The JSON text ended so when the value was to follow: it tells the value's path.
  void place_behind(std::string_view text);
  [[nodiscard]] const char* what() const noexcept override { return words_.c_str(); }

 private:
  std::string words_, sentence_;
};

// Each throws broken_value if the value breaks the rule.

[[noreturn]] void refuse_number(std::int64_t value, const constraint& rule);
inline void check_number(std::int64_t value, const constraint& rule) {
  if (rule.has_range && (value < rule.low || value > rule.high)) refuse_number(value, rule);
}
void check_number(double value, const constraint& rule);
void check_ruled_text(std::string_view value, const constraint& rule);
inline void check_text(std::string_view value, const constraint& rule) {
  if (rule.must_be_id || rule.names_count > 0 || rule.length_max != SIZE_MAX) check_ruled_text(value, rule);
}
/// The key of a map. What is not UTF-8 would be written as another one.
void check_key(std::string_view key);
void check_length(std::size_t items, const constraint& rule);
/// The name of an enum's value.
std::string_view name_in(std::size_t index, const constraint& rule);

}  // namespace parlor
