#pragma once

#include <cstdint>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// A parsed JSON text, as one flat array.
///
/// Every value is a node; the nodes stand in the order of the text, each before what it contains. A
/// node knows how many nodes it spans, so the next sibling is one addition away and nothing is
/// allocated for a value. Letters of strings and keys, with their escapes resolved, lie in one
/// buffer beside the nodes.
///
/// A message has few members and they mostly come in the order in which they are declared. So a
/// lookup is a walk: `json_members` begins it where the last one ended, and finds at once what
/// stands next.
namespace parlor {

namespace detail {
struct json_node;
}
class json_items;

/// A value inside a parsed document, valid while the document lives.
class json_value {
 public:
  enum class type : std::uint8_t { null, boolean, integer, number, text, list, object };

  explicit json_value(const detail::json_node* node) : node_(node) {}

  [[nodiscard]] type type_of() const;

  // These throw std::logic_error for a value of another type.

  [[nodiscard]] bool as_bool() const;
  /// Empty if the value is no integer, or one that does not fit 64 signed bits. Of a number with a point or an
  /// exponent too, if it is exactly an integer.
  [[nodiscard]] std::optional<std::int64_t> as_integer() const;
  /// Of an integer too.
  [[nodiscard]] double as_number() const;
  [[nodiscard]] std::string as_text() const { return std::string(as_view()); }
  /// The text where it lies in the document.
  [[nodiscard]] std::string_view as_view() const;

  /// The name under which an object has this value; empty if no object does.
  [[nodiscard]] std::string_view key() const;

  /// Items of a list, members of an object; 0 for other values.
  [[nodiscard]] std::size_t size() const;
  /// Items of a list, members of an object, in the order of the text; nothing for other values.
  [[nodiscard]] json_items items() const;
  /// Walks to an item of a list: to visit all of them, use `items`. Throws std::logic_error if there is none.
  [[nodiscard]] json_value at(std::size_t index) const;
  /// Walks to a member: to read many of them, use `json_members`. Nothing if the value is no
  /// object.
  [[nodiscard]] std::optional<json_value> find(std::string_view key) const;
  /// The members of an object in the order of their keys.
  [[nodiscard]] std::vector<json_value> by_key() const;
  /// Calls `visit` with each member in the order of the keys.
  void each(const std::function<void(const std::string& key, json_value)>& visit) const;
  /// The value as JSON text.
  [[nodiscard]] std::string text() const;

 private:
  friend class json_items;
  friend class json_members;
  [[noreturn]] static void refuse(const char* call);

  const detail::json_node* node_;
};

namespace detail {

struct json_node {
  const char* key = nullptr;
  union {
    bool boolean;
    std::int64_t integer = 0;
    std::uint64_t beyond;  // an integer that fits 64 bits only without a sign
    double number;
    const char* text;
  };
  std::uint32_t key_size = 0;
  std::uint32_t size = 0;  // bytes of a text, items of a list, members of an object
  std::uint32_t span = 1;  // nodes up to the next sibling: this one and all that it contains
  json_value::type type = json_value::type::null;
  bool is_beyond = false;
  bool is_whole = false;  // a number that is exactly a 64-bit integer

  [[nodiscard]] std::string_view name() const { return {key, key_size}; }
  [[nodiscard]] const json_node* next() const { return this + span; }
};

}  // namespace detail

/// What a list or an object contains, for a range-based `for`.
class json_items {
 public:
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = json_value;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = json_value;

    explicit iterator(const detail::json_node* node) : node_(node) {}
    json_value operator*() const { return json_value{node_}; }
    iterator& operator++() {
      node_ = node_->next();
      return *this;
    }
    bool operator==(const iterator&) const = default;

   private:
    const detail::json_node* node_;
  };

  explicit json_items(json_value value) : value_(value) {}
  [[nodiscard]] iterator begin() const { return iterator{value_.node_ + 1}; }
  [[nodiscard]] iterator end() const { return iterator{value_.node_->next()}; }

 private:
  json_value value_;
};

/// Finds members of an object, each by a name of its own; quickest in the order of the text.
class json_members {
 public:
  explicit json_members(json_value object) : object_(object.node_), next_(object_ + 1), end_(object_->next()) {}

  std::optional<json_value> find(std::string_view name) {
    const detail::json_node* found = next_;
    if (found == end_ || found->name() != name) found = search(name);
    if (!found) return {};
    next_ = found->next();
    ++found_;
    return json_value{found};
  }
  /// Whether every member of the object has been found.
  [[nodiscard]] bool all_found() const { return found_ == object_->size; }

 private:
  [[nodiscard]] const detail::json_node* search(std::string_view name) const;

  const detail::json_node* object_;
  const detail::json_node* next_;
  const detail::json_node* end_;
  std::size_t found_ = 0;
};

inline json_value::type json_value::type_of() const { return node_->type; }

inline bool json_value::as_bool() const {
  if (type_of() != type::boolean) refuse("as_bool");
  return node_->boolean;
}

inline std::optional<std::int64_t> json_value::as_integer() const {
  if (type_of() == type::number && node_->is_whole) return static_cast<std::int64_t>(node_->number);
  if (type_of() != type::integer || node_->is_beyond) return {};
  return node_->integer;
}

inline double json_value::as_number() const {
  if (type_of() != type::number && type_of() != type::integer) refuse("as_number");
  if (type_of() == type::number) return node_->number;
  if (node_->is_beyond) return static_cast<double>(node_->beyond);
  return static_cast<double>(node_->integer);
}

inline std::string_view json_value::as_view() const {
  if (type_of() != type::text) refuse("as_view");
  return {node_->text, node_->size};
}

inline std::string_view json_value::key() const { return node_->name(); }

inline std::size_t json_value::size() const {
  return type_of() == type::list || type_of() == type::object ? node_->size : 0;
}

inline json_items json_value::items() const { return json_items{*this}; }

}  // namespace parlor
