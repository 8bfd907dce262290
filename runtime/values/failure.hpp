#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

/// Why something was refused, as a value.
///
/// A failure is a stable word, which programs read, and a few sentences, which people read. The words
/// of the runtime are listed once, in failure.cpp, each with what it means to an HTTP client and
/// whether trying again may help. A game adds words of its own (`cell_taken`) by using them: a word
/// that is not in the list was refused by the rules of a game.
namespace parlor {

struct failure {
  std::string code{};    ///< the stable word
  std::string detail{};  ///< a sentence for people; may be empty
  std::string field{};   ///< the argument at fault, as a path (`cells[3]`); may be empty
  std::string legal{};   ///< JSON: what would have been allowed; may be empty
};

/// A row of the list of words.
struct failure_word {
  std::string_view code;
  int status;  ///< the HTTP status that says the same
  std::string_view title;
  bool retry;  ///< true: the same request may succeed a little later
};

/// Every word the runtime itself uses.
[[nodiscard]] std::span<const failure_word> failure_words();

/// The row of `code`; for a game's own word a row with status 422.
[[nodiscard]] failure_word find_word(std::string_view code);

/// Either a value or the failure that stood in its way.
template <class T>
class result {
 public:
  result(T value) : held_(std::move(value)) {}
  result(failure why) : held_(std::move(why)) {}

  [[nodiscard]] bool ok() const { return held_.index() == 0; }
  explicit operator bool() const { return ok(); }
  [[nodiscard]] T& value() { return std::get<0>(held_); }
  [[nodiscard]] const T& value() const { return std::get<0>(held_); }
  [[nodiscard]] const failure& why() const { return std::get<1>(held_); }

 private:
  std::variant<T, failure> held_;
};

}  // namespace parlor
