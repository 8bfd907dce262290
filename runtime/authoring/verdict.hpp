#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/authoring/raw.hpp"
#include "runtime/values/fields.hpp"

namespace parlor {

template <described T>
class verdict_of;
template <described T>
verdict_of<T> accept(const T& value);

/// The decision of a handler about a command: `return accept();` or `return reject("cell_taken");`. A
/// rejected command leaves no trace.
class [[nodiscard]] verdict {
 public:
  [[nodiscard]] bool accepted() const { return why_.code.empty(); }
  /// False if the handler accepted and changed nothing: there is nothing to save.
  [[nodiscard]] bool changed() const { return changed_; }
  /// JSON text that answers the caller; empty if the handler gave none.
  [[nodiscard]] const std::string& result() const { return result_; }
  /// What a raw handler answers the caller; null if it gave none.
  [[nodiscard]] const raw_reply_ptr& raw() const { return raw_; }
  [[nodiscard]] const failure& why() const { return why_; }

  /// Adds to a rejection what would have been allowed, for the client to show.
  template <described T>
  verdict&& legal(const T& allowed) && {
    why_.legal = to_json(allowed);
    return std::move(*this);
  }

  friend verdict unchanged();
  friend verdict unchanged(raw_reply answer);
  template <described T>
  friend verdict_of<T> accept(const T& value);
  friend verdict accept(raw_reply answer);
  friend verdict reject(failure why);

 private:
  failure why_;
  std::string result_;
  raw_reply_ptr raw_;
  bool changed_ = true;
};

/// The decision of a handler whose command answers a value of its own: `return accept(value);`. The type
/// of the value is part of the handler's, so that clients can be told what they will get.
template <described T>
class [[nodiscard]] verdict_of {
 public:
  using value = T;

  /// A rejection. Throws std::logic_error for anything else: an accepted command owes its answer.
  verdict_of(verdict refusal) : decided_(std::move(refusal)) {
    if (decided_.accepted()) throw std::logic_error("the handler accepted without its answer");
  }
  explicit operator verdict() && { return std::move(decided_); }

 private:
  friend verdict_of<T> accept<T>(const T& value);
  verdict_of() = default;

  verdict decided_;
};

/// The command happens.
inline verdict accept() { return {}; }

/// The command is fine and finds everything as it wants it: nothing is saved, no version is counted.
inline verdict unchanged() {
  verdict v;
  v.changed_ = false;
  return v;
}

/// The command happens and answers `value`: a room's reply carries it as "result", a session's reply
/// is it.
template <described T>
verdict_of<T> accept(const T& value) {
  verdict_of<T> v;
  v.decided_.result_ = to_json(value);
  return v;
}

/// The same for a raw handler, whose answer goes out as it is.
inline verdict accept(raw_reply answer) {
  verdict v;
  v.raw_ = std::make_shared<const raw_reply>(std::move(answer));
  return v;
}
/// An answer that is not kept for the same request sent again: that one is run anew.
inline verdict unchanged(raw_reply answer) {
  verdict v = accept(std::move(answer));
  v.changed_ = false;
  return v;
}

/// The command does not happen. Throws std::invalid_argument without a word.
verdict reject(failure why);
/// The same in a game's own words: `code` is a stable word for programs, `detail` a sentence for people. Throws
/// std::invalid_argument for a word of the server's that says that something of it has broken, as `storage_failed`.
verdict reject(std::string_view code, std::string_view detail = {});

}  // namespace parlor
