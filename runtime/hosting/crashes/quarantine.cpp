#include "runtime/hosting/crashes/quarantine.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "runtime/values/json_text.hpp"

namespace parlor {
namespace {

constexpr std::size_t crashes_of_actor_max = 2;
constexpr auto actors_crashes_within = std::chrono::days(30);
constexpr std::size_t crashes_of_command_max = 3;
constexpr auto commands_crashes_within = std::chrono::minutes(10);

quarantined actor_named(std::string_view kind, std::string_view id) {
  return {.is = quarantined::scope::actor, .kind = std::string(kind), .id = std::string(id)};
}
quarantined command_named(std::string_view kind, std::string_view part) {
  return {.is = quarantined::scope::command, .kind = std::string(kind), .part = std::string(part)};
}
quarantined sender_named(std::string_view kind, std::string_view id, std::string_view part, std::string_view sender) {
  return {quarantined::scope::sender, std::string(kind), std::string(id), std::string(part), std::string(sender)};
}

quarantined released_by(const crash_mark& m) {
  switch (*m.released) {
    case quarantined::scope::actor: return actor_named(m.kind, m.id);
    case quarantined::scope::command: return command_named(m.kind, m.part);
    case quarantined::scope::sender: break;
  }
  return sender_named(m.kind, m.id, m.part, m.sender);
}

}  // namespace

quarantine::quarantine(std::string path, const std::vector<kind>& kinds, journal& log)
    : path_(std::move(path)), log_(log) {
  if (!path_.empty()) read(kinds);
}

void quarantine::read(const std::vector<kind>& kinds) {
  std::ifstream file(path_);
  for (std::string line; std::getline(file, line);) {
    crash_mark m;
    auto json = json_document::parse(line);
    // One that the end of the process, or of the power, has cut off says nothing.
    if (!json || read_fields(json.value().root(), m)) continue;
    if (m.released) {
      counting_.erase(released_by(m));
      rows_.erase(released_by(m));
    } else {
      auto k =
          std::find_if(kinds.begin(), kinds.end(), [&](const kind& candidate) { return candidate.name == m.kind; });
      count(m, k != kinds.end() && k->reached_by == reach::room);
    }
  }
  any_ = !rows_.empty();
  for (const auto& [name, row] : rows_)
    log_.note(journal::level::error, "quarantined", {name.kind, name.id},
              (name.part.empty() ? "" : name.part + ": ") + std::to_string(row.crashes) + " crashes, the last in " +
                  row.last.part + ": " + row.last.why);
}

void quarantine::count(const crash_mark& m, bool of_a_room) {
  count(of_a_room ? actor_named(m.kind, m.id) : sender_named(m.kind, m.id, m.part, m.sender), m, crashes_of_actor_max,
        actors_crashes_within);
  count(command_named(m.kind, m.part), m, crashes_of_command_max, commands_crashes_within);
}

void quarantine::count(quarantined name, const crash_mark& m, std::size_t crashes_max, duration within) {
  auto& times = counting_[name];
  std::erase_if(times, [&](std::int64_t earlier) { return m.at_ms - earlier > within.count(); });
  times.push_back(m.at_ms);
  auto in_it = rows_.find(name);
  if (in_it == rows_.end() && times.size() < crashes_max) return;
  row& r = rows_[std::move(name)];
  r.crashes = std::max<std::uint64_t>(r.crashes + 1, times.size());
  r.last = m;
}

std::string quarantine::refusal(const kind& actor_kind, std::string_view id, std::string_view part,
                                std::string_view sender) const {
  if (!any()) return {};
  std::lock_guard lock(mutex_);
  if (rows_.contains(actor_named(actor_kind.name, id))) return "this actor has ended the server's process";
  if (rows_.contains(command_named(actor_kind.name, part)))
    return "this command has ended the server's process, of several actors";
  if (rows_.contains(sender_named(actor_kind.name, id, part, sender)))
    return "this command has ended the server's process, from this sender";
  return {};
}

quarantine::row_map quarantine::rows() const {
  std::lock_guard lock(mutex_);
  return rows_;
}

std::size_t quarantine::size() const {
  std::lock_guard lock(mutex_);
  return rows_.size();
}

bool quarantine::release(const quarantined& name, instant now) {
  std::lock_guard lock(mutex_);
  if (!rows_.contains(name)) return false;
  std::ofstream file(path_, std::ios::app);
  file << "\n"  // a line before it may have been cut off
       << to_json(crash_mark{.at_ms = to_ms(now),
                             .kind = name.kind,
                             .id = name.id,
                             .part = name.part,
                             .sender = name.sender,
                             .released = name.is})
       << "\n"
       << std::flush;
  if (!file) throw std::runtime_error("cannot write " + path_);
  rows_.erase(name);
  counting_.erase(name);
  any_ = !rows_.empty();
  ++releases_;
  return true;
}

std::uint64_t quarantine::releases() const {
  std::lock_guard lock(mutex_);
  return releases_;
}

std::optional<parcel> quarantine::hold(parcel p, std::uint64_t releases_before) {
  std::lock_guard lock(mutex_);
  if (releases_ != releases_before) return p;
  holds_any_ = true;
  held_.push_back(std::move(p));
  return {};
}

void quarantine::forget(const address& actor, const std::vector<reminder_change>& changes) {
  std::lock_guard lock(mutex_);
  std::erase_if(held_, [&](const parcel& p) {
    return p.message.to == actor && std::any_of(changes.begin(), changes.end(), [&p](const reminder_change& c) {
             return !p.owed.reminder.empty() && c.name == p.owed.reminder;
           });
  });
  holds_any_ = !held_.empty();
}

std::vector<parcel> quarantine::take_held_for(const address& actor) {
  std::lock_guard lock(mutex_);
  auto others =
      std::stable_partition(held_.begin(), held_.end(), [&](const parcel& p) { return p.message.to == actor; });
  std::vector<parcel> its(std::make_move_iterator(held_.begin()), std::make_move_iterator(others));
  held_.erase(held_.begin(), others);
  holds_any_ = !held_.empty();
  return its;
}

std::vector<parcel> quarantine::take_held() {
  std::lock_guard lock(mutex_);
  holds_any_ = false;
  return std::exchange(held_, {});
}

}  // namespace parlor
