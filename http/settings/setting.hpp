#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "http/protocol/number.hpp"
#include "http/settings/settings.hpp"

/// The sorts of settings, for those who list them: settings.cpp and limit_settings.cpp. A setting picks a member
/// of `settings`; how it is read from text, shown as TOML and complained of follows from its sort.
namespace parlor::http {

/// One setting: how it is named, explained, read and shown.
struct setting {
  std::string name;
  std::string help;
  std::function<bool(settings&, const std::string&)> read;  ///< false: the value makes no sense
  std::function<std::string(const settings&)> show;         ///< as TOML; empty: not shown
  std::string expects;
};

template <class T>
bool parse_number(const std::string& text, T& to, std::uint64_t low, std::uint64_t high) {
  std::uint64_t value = 0;
  if (!read_number(text, value) || value < low || value > high) return false;
  to = static_cast<T>(value);
  return true;
}

template <class Pick>
setting number(std::string name, std::string help, Pick pick, std::uint64_t low, std::uint64_t high) {
  return {std::move(name), std::move(help),
          [=](settings& s, const std::string& v) { return parse_number(v, pick(s), low, high); },
          [=](const settings& s) { return std::to_string(pick(const_cast<settings&>(s))); },
          "a number from " + std::to_string(low) + " to " + std::to_string(high)};
}

template <class Pick>
setting time(std::string name, std::string help, Pick pick) {
  return {std::move(name), std::move(help),
          [=](settings& s, const std::string& v) {
            auto d = parse_duration(v);
            if (d) pick(s) = *d;
            return d.has_value();
          },
          [=](const settings& s) { return in_quotes(print_duration(pick(const_cast<settings&>(s)))); },
          "a length of time such as 250ms, 5s, 30m, 2h or 30d, more than nothing"};
}

template <class Pick>
setting text(std::string name, std::string help, Pick pick, std::vector<std::string> choices = {}) {
  std::string expects = "text";
  for (std::size_t i = 0; i < choices.size(); ++i) expects = i ? expects + ", " + choices[i] : "one of " + choices[i];
  return {std::move(name), std::move(help),
          [=](settings& s, const std::string& v) {
            if (!choices.empty() && std::find(choices.begin(), choices.end(), v) == choices.end()) return false;
            pick(s) = v;
            return true;
          },
          [=](const settings& s) { return in_quotes(pick(const_cast<settings&>(s))); }, expects};
}

template <class Pick>
setting flag(std::string name, std::string help, Pick pick) {
  return {std::move(name), std::move(help),
          [=](settings& s, const std::string& v) {
            pick(s) = v == "true";
            return v == "true" || v == "false";
          },
          [=](const settings& s) { return std::string(pick(const_cast<settings&>(s)) ? "true" : "false"); },
          "true or false"};
}

/// The settings that say who may ask, and how often.
std::vector<setting> limit_settings();

}  // namespace parlor::http
