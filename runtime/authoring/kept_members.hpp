#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/authoring/kind.hpp"

/// What a stored state has and its kind does not know, so that an older program may serve what a newer one wrote.
///
/// Members that the description has not are kept beside the state as the text that they were, and written back with
/// it. A member has its place by the names of the objects that it stands in; a place that the state has no more takes
/// its members along. An item of a list has no such place: what is unknown there cannot be kept.
namespace parlor {

class kept_members {
 public:
  /// Finds what `saved` has and `known`, the same state as this program writes it, has not. Fails with its path if it
  /// cannot be kept.
  static result<kept_members> between(json_value saved, json_value known);
  [[nodiscard]] bool empty() const { return members_.empty(); }
  /// Adds them to a state, which is the text of an object.
  void add_to(std::string& state) const;

 private:
  using path = std::vector<std::string>;
  struct member {
    path inside;
    std::string name;
    std::string text;
  };
  /// Returns the path of the first that stands in a list.
  std::optional<std::string> find(json_value saved, json_value known, path& here, bool in_list);
  void write(std::string& out, json_value object, path& here) const;
  [[nodiscard]] bool any_below(const path& here) const;

  std::vector<member> members_;
};

/// Activations that keep what they do not know of a stored state, around those that `make` makes.
std::function<std::unique_ptr<activation>()> keeping_unknown(std::function<std::unique_ptr<activation>()> make);

}  // namespace parlor
