#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/authoring/context.hpp"
#include "runtime/values/fields.hpp"
#include "runtime/values/options.hpp"

/// The latest events of one actor, as they are kept for watchers who come back.
///
/// They are stored with the state, in the same commit: after a kill there are exactly the events of the
/// versions that there are. Each is kept with whom it is for and is for nobody else: what is read back
/// is hidden from whom it was hidden when it was new. How many are kept is bounded; from what version
/// on none is missing is known.
namespace parlor {

class kept_events {
 public:
  struct event {
    std::int64_t version = 0;
    std::string name;
    std::optional<std::string> to;  ///< the one player it is for; nothing: everyone
    std::string data;               ///< JSON text
    static constexpr auto fields = describe(field("version", &event::version), field("name", &event::name),
                                            field("to", &event::to), field("data", &event::data));
    [[nodiscard]] bool is_for(std::string_view player) const { return !to || *to == player; }
  };

  /// Adds the events of a version, which is later than all before, and drops the oldest beyond the
  /// limits: whole versions, never a part of one.
  void add(std::uint64_t version, const std::vector<parlor::event>& emitted, const options& limits);
  void clear() { *this = {}; }

  /// Whether no event of a later version than `version` was dropped.
  [[nodiscard]] bool reach_back_to(std::uint64_t version) const {
    return version >= static_cast<std::uint64_t>(book_.dropped_to);
  }
  /// The oldest first.
  [[nodiscard]] const std::vector<event>& events() const { return book_.events; }

  /// Appends them as JSON; nothing if there never were any.
  void save(std::string& out) const;
  /// Reads what `save` wrote. Fails with `state_unreadable`.
  static result<kept_events> load(std::string_view saved);

 private:
  struct book {
    std::int64_t dropped_to = 0;
    std::vector<event> events;  // the oldest first
    static constexpr auto fields = describe(field("dropped_to", &book::dropped_to), field("events", &book::events));
  };
  void append(event&& e);

  book book_;
  std::string stored_;  // each event as it is stored, with a comma behind it: written once, not at each commit
  std::vector<std::size_t> bytes_;  // of each in `stored_`
};

}  // namespace parlor
