#include "runtime/storage/sqlite_survey.hpp"

#include <filesystem>
#include <numeric>
#include <set>

#include "runtime/storage/kept_events.hpp"
#include "runtime/storage/sqlite_file.hpp"

namespace parlor {
namespace {

constexpr std::size_t reasons_max = 5;

/// Of a walk along all actors, for a sample. Where one kind stands at an end alone, others are found by their names.
constexpr std::string_view rows_of_walk = " LIMIT 1000";

class surveyor {
 public:
  surveyor(const std::string& file, const catalog& kinds, std::function<void(const address&)> reads = {})
      : on_(sqlite::open_to_read(file)),
        kinds_(kinds),
        columns_(sqlite::events_column(on_)),
        reads_(std::move(reads)) {}

  /// Reads the actors of a query's end. Stops where `enough` says so of the kind: it is asked before a row is read.
  template <class Enough>
  void walk(const std::string& end, const std::function<void(const std::string&)>& complain, Enough enough) {
    // CROSS: along the actors, and never through a kind with all of its own.
    sqlite::statement rows(on_, ("SELECT k.name, a.name, a.schema, a.id, a.state, " + columns_ +
                                 " FROM actors a CROSS JOIN kinds k ON k.id = a.kind " + end)
                                    .c_str());
    while (rows.next()) {
      kind_survey& seen = of_kind(rows.text(0));
      if (late_) return;
      if (enough(seen, rows.integer(3))) continue;
      look({.kind = seen.kind,
            .id = rows.text(1),
            .schema = static_cast<int>(rows.integer(2)),
            .state = rows.text(4),
            .events = rows.text(5)},
           seen, complain);
    }
  }

  /// The numbers of the kinds that are stored.
  std::vector<std::int64_t> stored_kinds() {
    std::vector<std::int64_t> numbers;
    sqlite::statement rows(on_, "SELECT id FROM kinds");
    while (rows.next()) numbers.push_back(rows.integer(0));
    return numbers;
  }
  void stop() { late_ = true; }

  [[nodiscard]] state_survey take() {
    state_survey kinds_seen;
    for (auto& [name, seen] : seen_)
      if (seen.looked_at() > 0) kinds_seen.push_back(std::move(seen));
    return kinds_seen;
  }

 private:
  kind_survey& of_kind(const std::string& name) {
    kind_survey& seen = seen_[name];
    seen.kind = name;
    return seen;
  }
  void look(const stored_row& row, kind_survey& seen, const std::function<void(const std::string&)>& complain) {
    if (reads_) reads_({row.kind, row.id});
    std::string fault = fault_of(row, kinds_);
    if (!fault.empty()) {
      ++seen.unreadable;
      std::string sentence = row.kind + "/" + row.id + ": " + fault;
      if (complain) complain(sentence);
      if (seen.reasons.size() < reasons_max) seen.reasons.push_back(std::move(sentence));
    } else if (row.schema == kinds_.find(row.kind)->schema()) {
      ++seen.as_they_are;
    } else {
      ++seen.upgraded[row.schema];
    }
  }

  sqlite::connection on_;
  const catalog& kinds_;
  const std::string columns_;
  const std::function<void(const address&)> reads_;
  std::map<std::string, kind_survey> seen_;
  bool late_ = false;
};

}  // namespace

std::size_t kind_survey::looked_at() const {
  auto add = [](std::size_t sum, const auto& step) { return sum + step.second; };
  return std::accumulate(upgraded.begin(), upgraded.end(), as_they_are + unreadable, add);
}

std::string fault_of(const stored_row& row, const catalog& kinds) {
  const kind* actor_kind = kinds.find(row.kind);
  if (!actor_kind) return "this program has no such kind";
  auto woken = wake(*actor_kind, row.schema, row.state);
  if (!woken) return woken.why().detail;
  auto kept = kept_events::load(row.events);
  return kept ? "" : kept.why().detail;
}

state_survey survey(const std::string& directory, const catalog& kinds,
                    const std::function<void(const std::string&)>& complain) {
  return survey_file(sqlite::store_in(directory), kinds, complain);
}

state_survey survey_file(const std::string& file, const catalog& kinds,
                         const std::function<void(const std::string&)>& complain) {
  surveyor rows(file, kinds);
  rows.walk("ORDER BY a.id", complain, [](const kind_survey&, std::int64_t) { return false; });
  return rows.take();
}

state_survey sample(const std::string& directory, const catalog& kinds, std::size_t most,
                    std::chrono::milliseconds patience, const std::function<void(const address&)>& reads) {
  std::string file = sqlite::store_in(directory);
  if (!std::filesystem::exists(file)) return {};
  auto until = std::chrono::steady_clock::now() + patience;
  surveyor some(file, kinds, reads);
  std::set<std::int64_t> met;
  auto enough_at = [&](std::size_t count) {
    return [&, count](const kind_survey& seen, std::int64_t row) {
      if (std::chrono::steady_clock::now() >= until) some.stop();
      return seen.looked_at() >= count || !met.insert(row).second;
    };
  };
  std::string limit(rows_of_walk);
  some.walk("ORDER BY a.id DESC" + limit, {}, enough_at(most / 2));
  some.walk("ORDER BY a.id" + limit, {}, enough_at(most));
  // By name they stand as their random ids have it.
  for (std::int64_t number : some.stored_kinds())
    some.walk("WHERE a.kind = " + std::to_string(number) + " ORDER BY a.name LIMIT " + std::to_string(most), {},
              enough_at(most));
  return some.take();
}

}  // namespace parlor
