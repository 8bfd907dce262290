#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/values/json_text.hpp"
#include "tests/support/recorded_kind.hpp"
#include "tests/support/simulation.hpp"

/// A game that is run twice from one seed does the same twice, or it has asked somebody else than its context: a
/// clock, a generator of its own, a variable that outlives it, the order of addresses.
///
///     CHECK(difference_of_two_runs(tictactoe(), [](simulation& sim) {
///             sim.post("ann", "tictactoe/r1", "join");
///             ...
///           }) == "");
namespace parlor::testing {

namespace detail {

/// Compares two values; the first difference is a sentence, and empty while there is none.
class comparison {
 public:
  explicit comparison(std::string whole) : whole_(std::move(whole)) {}

  /// Texts that are JSON are compared part by part, others as they are.
  const std::string& of_texts(const std::string& first, const std::string& second) {
    if (first == second) return found_;
    auto a = json_document::parse(first), b = json_document::parse(second);
    if (a && b) compare(a.value().root(), b.value().root(), "");
    else differ("", first.empty() ? "nothing" : first, second.empty() ? "nothing" : second);
    return found_;
  }

 private:
  void differ(const std::string& path, std::string_view first, std::string_view second) {
    if (!found_.empty()) return;
    constexpr std::size_t shown = 200;
    found_ = (path.empty() ? "" : path + " of ") + whole_ + " is " + std::string(first.substr(0, shown)) +
             " in the first run, and " + std::string(second.substr(0, shown)) + " in the second";
  }
  void compare(json_value first, json_value second, const std::string& path) {
    using type = json_value::type;
    type both = first.type_of() == second.type_of() ? first.type_of() : type::null;
    if (both == type::list) return compare_lists(first, second, path);
    if (both == type::object) return compare_objects(first, second, path);
    if (first.text() != second.text()) differ(path, first.text(), second.text());
  }
  void compare_lists(json_value first, json_value second, const std::string& path) {
    for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
      std::string inner = path + "[" + std::to_string(i) + "]";
      if (i >= first.size()) differ(inner, "absent", second.at(i).text());
      else if (i >= second.size()) differ(inner, first.at(i).text(), "absent");
      else compare(first.at(i), second.at(i), inner);
    }
  }
  void compare_objects(json_value first, json_value second, const std::string& path) {
    auto inside = [&](const std::string& key) { return path.empty() ? key : path + "." + key; };
    first.each([&](const std::string& key, json_value member) {
      if (auto other = second.find(key)) compare(member, *other, inside(key));
      else differ(inside(key), member.text(), "absent");
    });
    second.each([&](const std::string& key, json_value member) {
      if (!first.find(key)) differ(inside(key), "absent", member.text());
    });
  }

  std::string whole_;
  std::string found_;
};

inline std::string difference_of_steps(const recorded_step& first, const recorded_step& second) {
  struct part {
    const char* name;
    std::string recorded_step::*text;
  };
  for (part p : {part{"the result", &recorded_step::result},
                 {"the state", &recorded_step::state},
                 {"the answer", &recorded_step::answer},
                 {"the list of wishes", &recorded_step::wishes}}) {
    std::string found = comparison(p.name).of_texts(first.*p.text, second.*p.text);
    if (!found.empty()) return first.asked + ": " + found;
  }
  return {};
}

inline std::vector<recorded_step> run_recorded(const std::vector<kind>& kinds,
                                               const std::function<void(simulation&)>& script) {
  auto notes = std::make_shared<std::vector<recorded_step>>();
  std::vector<kind> watched;
  for (const kind& k : kinds) watched.push_back(recorded(k, notes));
  {
    simulation sim{catalog(std::move(watched))};
    script(sim);
    sim.run();
  }
  return *notes;
}

}  // namespace detail

/// Runs a script twice, each time in a fresh simulation with the same seed. Returns in what the second run first
/// differed (which command of whom to which actor, where in its state, answer or wishes, and both values), or nothing.
/// Between the runs the heap is another, so that the order of addresses shows. Seen is what happens in the kinds'
/// handlers and views; a script that itself does something else the second time differs, too.
inline std::string difference_of_two_runs(const std::vector<kind>& kinds,
                                          const std::function<void(simulation&)>& script) {
  std::vector<recorded_step> first = detail::run_recorded(kinds, script);
  // Blocks that the first run gave back, of each size of small ones: the second run gets others.
  std::vector<std::string> taken;
  for (std::size_t bytes = 16; bytes <= 8192; bytes += 16)
    for (int i = 0; i < 16; ++i) taken.emplace_back(bytes, ' ');
  std::vector<recorded_step> second = detail::run_recorded(kinds, script);
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    std::string step = "step " + std::to_string(i + 1) + ", ";
    if (i >= first.size()) return step + second[i].asked + ": only in the second run";
    if (i >= second.size()) return step + first[i].asked + ": only in the first run";
    if (first[i].asked != second[i].asked)
      return step + detail::comparison("what is asked").of_texts(first[i].asked, second[i].asked);
    std::string found = detail::difference_of_steps(first[i], second[i]);
    if (!found.empty()) return step + found;
  }
  return {};
}
inline std::string difference_of_two_runs(kind only, const std::function<void(simulation&)>& script) {
  return difference_of_two_runs(std::vector<kind>{std::move(only)}, script);
}

}  // namespace parlor::testing
