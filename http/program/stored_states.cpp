#include "http/program/stored_states.hpp"

#include <algorithm>
#include <stdexcept>

#include "http/program/survey_apart.hpp"

namespace parlor::http {
namespace {

/// Of each kind. A hundred small states are read in a millisecond; one that is wrong in all that a kind has is among
/// them, and one that is wrong in a few perhaps.
constexpr std::size_t sample_most = 100;
/// A start waits no longer for it, however large the states are.
constexpr auto sample_patience = std::chrono::milliseconds(250);
/// Nor for a state at which it hangs.
constexpr auto apart_patience = std::chrono::milliseconds(1000);

/// `tictactoe: 12 actors: 9 as they are, 1 upgraded from version 1, 2 unreadable`
std::string summary_of(const kind_survey& seen) {
  std::string text = seen.kind + ": " + std::to_string(seen.looked_at()) +
                     " actors: " + std::to_string(seen.as_they_are) + " as they are";
  for (const auto& [version, count] : seen.upgraded)
    text += ", " + std::to_string(count) + " upgraded from version " + std::to_string(version);
  return text + ", " + std::to_string(seen.unreadable) + " unreadable";
}

state_survey sample_within(const std::string& data, const catalog& kinds, std::chrono::milliseconds patience) {
  return survey_apart([&](const auto& reads) { return sample(data, kinds, sample_most, sample_patience, reads); },
                      patience);
}

/// Returns the program's exit status.
int tell_of(const state_survey& seen, const tell_function& tell) {
  bool is_well = true;
  for (const kind_survey& s : seen) {
    tell(summary_of(s));
    for (const std::string& reason : s.reasons) tell("  " + reason);
    if (s.unreadable > s.reasons.size()) tell("  ...");
    is_well = is_well && s.unreadable == 0;
  }
  if (seen.empty()) tell("nothing is stored");
  return is_well ? 0 : 1;
}

}  // namespace

state_survey sample_states(const std::string& data, const catalog& kinds) {
  return sample_within(data, kinds, apart_patience);
}

void tell_of_sample(state_survey& seen, const catalog& kinds, bool refuses, journal& log) {
  std::string first;
  for (const kind_survey& s : seen) {
    if (s.unreadable == 0) continue;
    std::string sentence = s.kind + ": " + std::to_string(s.unreadable) + " of " + std::to_string(s.looked_at()) +
                           " stored actors that were looked at cannot be read: " + s.reasons.front();
    log.note(journal::level::error, "states_unreadable", {}, sentence);
    if (first.empty()) first = std::move(sentence);
  }
  // The others have zeros, or the first that is wrong would not show as a rise.
  for (const kind& k : kinds.kinds())
    if (k.durable && std::ranges::find(seen, k.name, &kind_survey::kind) == seen.end())
      seen.push_back({.kind = k.name});
  if (refuses && !first.empty()) throw std::runtime_error("refuse_unreadable: " + first);
}

int verify_quickly(const std::string& data, const catalog& kinds, const tell_function& tell) {
  return tell_of(sample_within(data, kinds, std::chrono::minutes(1)), tell);
}

int try_upgrade(const std::string& data, const catalog& kinds, const tell_function& tell) {
  return tell_of(survey(data, kinds), tell);
}

}  // namespace parlor::http
