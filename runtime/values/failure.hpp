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
/// of the runtime are listed once, in failure.cpp, each with its cause, a sentence and whether trying
/// again may help. Programs that treat many words alike look at the cause: the runtime, which delivers
/// a message again after a breakdown, and http, which makes a status of it. A game adds words of its own
/// (`cell_taken`) by using them: a word that is not in the list was refused by the rules of a game.
namespace parlor {

struct failure {
  std::string code{};    ///< the stable word
  std::string detail{};  ///< a sentence for people; may be empty
  std::string field{};   ///< the argument at fault, as a path (`cells[3]`); may be empty
  std::string legal{};   ///< JSON: what would have been allowed; may be empty
};

/// What a failure lies in.
enum class failure_cause {
  request,     ///< it cannot be read, or nobody could answer it
  permission,  ///< the caller may not send it
  address,     ///< there is nothing of that name
  conflict,    ///< somebody else was first
  rules,       ///< the actor's own rules refuse it
  quota,       ///< the caller or the actor has as much in hand as it may
  // From here on: breakdowns.
  defect,    ///< a mistake in the handler or in what is stored
  service,   ///< a service that the handler asked
  outage,    ///< the server does not take it now
  deadline,  ///< time was up
};

/// Whether something failed. Else the request was refused, and nothing is amiss.
constexpr bool is_breakdown(failure_cause cause) { return cause >= failure_cause::defect; }

/// A row of the list of words.
struct failure_word {
  std::string_view code;
  failure_cause cause;
  std::string_view title;
  bool retry;  ///< true: the same request may succeed a little later
};

/// Every word the runtime itself uses.
[[nodiscard]] std::span<const failure_word> failure_words();

/// The row of `code`; for a game's own word a row with the cause `rules`.
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
