#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "runtime/values/failure.hpp"
#include "runtime/values/json_value.hpp"
#include "runtime/values/json_writing.hpp"

/// JSON at the edges: text that came in is read once, strictly; text that goes out is appended to a
/// string as it is made.
///
/// Strict means: nothing after the value, at most `json_depth_max` levels, no key twice, no byte
/// that is not UTF-8. A number is an integer if it has no fraction and fits, however it is written, as
/// JSON Schema has it: `3.0` and `1e3` are, `3.9`, `1e300` and `true` are not, which the JSON library
/// underneath would let pass. The digits decide, not the nearest double.
///
/// The library (nlohmann/json) judges what is JSON, and its events fill our own array of nodes. It
/// appears only in json_text.cpp: its header costs a second of compile time, which no game's file
/// should pay.
namespace parlor {

/// Deeper JSON is refused: reading and writing recurse.
inline constexpr int json_depth_max = 64;

namespace detail {
class json_nodes;
}

/// A parsed text. Movable, also to another thread; owned by one thread at a time.
class json_document {
 public:
  /// Parses `text`, of which it keeps nothing; empty text stands for `{}`. Fails with
  /// `malformed_json` and says where.
  static result<json_document> parse(std::string_view text);

  /// Stays where it is when the document is moved.
  [[nodiscard]] json_value root() const;

 private:
  struct giver_back {
    void operator()(detail::json_nodes* nodes) const;
  };
  using nodes_ptr = std::unique_ptr<detail::json_nodes, giver_back>;

  explicit json_document(nodes_ptr nodes) : nodes_(std::move(nodes)) {}

  nodes_ptr nodes_;  // null: `{}`
};

}  // namespace parlor
