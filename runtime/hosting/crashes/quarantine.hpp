#pragma once

#include <atomic>
#include <compare>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/authoring/kind.hpp"
#include "runtime/hosting/crashes/crash.hpp"
#include "runtime/hosting/reminders/reminders.hpp"
#include "runtime/values/instant.hpp"
#include "runtime/values/journal.hpp"

/// Which actors and commands have ended the process too often, and are left alone until an operator says otherwise.
///
/// A crash costs everybody a moment, and a reminder would bring it about again at each start. So, from the marks that
/// the crashes of before have left:
/// - A room that crashed twice within 30 days is in quarantine. A session, or an actor of the server's own, is there
///   for more than one: of it, that part is, for that sender.
/// - A part of a kind, such as a command, that crashed three times within ten minutes is, whatever the actors: a room
///   is soon made.
///
/// What is in quarantine is refused with `quarantined`. Its state is as it was, its reminders and messages are kept
/// and not spent. The file is read once; what an operator releases is added to it. Any thread.
namespace parlor {

/// What is in quarantine. Members that its scope does not need are empty.
struct quarantined {
  using scope = quarantine_scope;
  scope is{};
  std::string kind{};
  std::string id{};      ///< not of a command
  std::string part{};    ///< not of an actor
  std::string sender{};  ///< of a sender
  friend auto operator<=>(const quarantined&, const quarantined&) = default;
};

class quarantine {
 public:
  struct row {
    std::uint64_t crashes = 0;
    crash_mark last{};
  };
  using row_map = std::map<quarantined, row>;

  /// Reads the marks from a file; without a path there are none, and none is written.
  quarantine(std::string path, const std::vector<kind>& kinds, journal& log);

  [[nodiscard]] bool any() const { return any_.load(std::memory_order_relaxed); }
  /// Why a part is not run, in a sentence; empty: it is.
  [[nodiscard]] std::string refusal(const kind& actor_kind, std::string_view id, std::string_view part,
                                    std::string_view sender) const;
  /// What is in quarantine.
  [[nodiscard]] row_map rows() const;
  [[nodiscard]] std::size_t size() const;
  /// Ends a quarantine: the crashes that led to it do not count for it any more. False if there is none of that name.
  /// Throws std::runtime_error if that cannot be written; then it goes on.
  bool release(const quarantined& name, instant now);

  /// How often something was released.
  [[nodiscard]] std::uint64_t releases() const;
  /// Keeps what came to an actor in quarantine, until it is taken. Gives it back if something was released since there
  /// were so many releases: it may not be refused any more.
  [[nodiscard]] std::optional<parcel> hold(parcel p, std::uint64_t releases_before);
  /// Drops reminders of an actor that are kept, and that it has set anew or forgotten.
  void forget(const address& actor, const std::vector<reminder_change>& changes);
  [[nodiscard]] bool holds_any() const { return holds_any_.load(std::memory_order_relaxed); }
  /// Takes out what was kept for one actor: it is removed.
  [[nodiscard]] std::vector<parcel> take_held_for(const address& actor);
  /// Takes out all that was kept.
  [[nodiscard]] std::vector<parcel> take_held();

 private:
  void read(const std::vector<kind>& kinds);
  void count(const crash_mark& m, bool of_a_room);
  void count(quarantined name, const crash_mark& m, std::size_t crashes_max, duration within);

  const std::string path_;
  journal& log_;
  std::atomic<bool> any_{false};
  std::atomic<bool> holds_any_{false};
  std::uint64_t releases_ = 0;
  mutable std::mutex mutex_;
  row_map rows_;
  std::map<quarantined, std::vector<std::int64_t>> counting_;  // when the crashes were that may lead to one
  std::vector<parcel> held_;
};

}  // namespace parlor
