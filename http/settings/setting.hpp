#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "http/protocol/number.hpp"
#include "http/settings/text_of_values.hpp"

/// The rows of the tables of settings: those of the server (tables.hpp), and those of a process in the configuration
/// file (process_settings.cpp).
///
/// A setting belongs to a struct, its owner, and points to a member of it:
///
///     number("port", "port to listen on", +[](settings& s) { return &s.listen.port; }, 0, 65535)
///
/// The plus makes a plain function of it, so that a sort is compiled once and not once a setting. How it is read from
/// text, shown as TOML and complained of follows from its sort: `number`, `time`, `text`, `flag`. A setting of no such
/// sort says it by itself.
namespace parlor::http {

/// One setting: how it is named, explained, read and shown.
template <class Owner>
struct setting {
  std::string name;
  std::string help;                                      ///< empty: the name says it
  std::function<bool(Owner&, const std::string&)> read;  ///< false: the value makes no sense; none: it is a list
  std::function<std::string(const Owner&)> show;         ///< as TOML, empty: left out
  std::string expects;
  std::function<bool(Owner&, const std::vector<std::string>&)> read_list{};
  std::function<void(Owner& to, const Owner& from)> copy{};
  bool is_secret = false;  ///< shown to nobody
  bool reloads = false;    ///< a running server takes it over from the file at SIGHUP; it has `copy`
};

template <class T>
bool parse_number(const std::string& text, T& to, std::uint64_t low, std::uint64_t high) {
  std::uint64_t value = 0;
  if (!read_number(text, value) || value < low || value > high) return false;
  to = static_cast<T>(value);
  return true;
}

template <class T, class Owner>
std::function<void(Owner&, const Owner&)> copy_of(T* (*pick)(Owner&)) {
  return [=](Owner& to, const Owner& from) { *pick(to) = *pick(const_cast<Owner&>(from)); };
}

template <class T, class Owner>
setting<Owner> number(std::string name, std::string help, T* (*pick)(Owner&), std::uint64_t low, std::uint64_t high) {
  return {.name = std::move(name),
          .help = std::move(help),
          .read = [=](Owner& o, const std::string& v) { return parse_number(v, *pick(o), low, high); },
          .show = [=](const Owner& o) { return std::to_string(*pick(const_cast<Owner&>(o))); },
          .expects = "a number from " + std::to_string(low) + " to " + std::to_string(high),
          .copy = copy_of(pick)};
}

template <class Owner>
setting<Owner> time(std::string name, std::string help, duration* (*pick)(Owner&), duration most = duration::max()) {
  return {.name = std::move(name),
          .help = std::move(help),
          .read =
              [=](Owner& o, const std::string& v) {
                auto d = parse_duration(v);
                if (d) *pick(o) = *d;
                return d && *d <= most;
              },
          .show = [=](const Owner& o) { return in_quotes(print_duration(*pick(const_cast<Owner&>(o)))); },
          .expects = "a length of time such as 250ms, 5s, 30m, 2h or 30d, more than nothing",
          .copy = copy_of(pick)};
}

template <class Owner>
setting<Owner> text(std::string name, std::string help, std::string* (*pick)(Owner&),
                    std::vector<std::string> choices = {}) {
  std::string expects = "text";
  for (std::size_t i = 0; i < choices.size(); ++i) expects = i ? expects + ", " + choices[i] : "one of " + choices[i];
  return {.name = std::move(name),
          .help = std::move(help),
          .read =
              [=](Owner& o, const std::string& v) {
                if (!choices.empty() && std::find(choices.begin(), choices.end(), v) == choices.end()) return false;
                *pick(o) = v;
                return true;
              },
          .show = [=](const Owner& o) { return in_quotes(*pick(const_cast<Owner&>(o))); },
          .expects = expects,
          .copy = copy_of(pick)};
}

template <class Owner>
setting<Owner> flag(std::string name, std::string help, bool* (*pick)(Owner&)) {
  return {.name = std::move(name),
          .help = std::move(help),
          .read =
              [=](Owner& o, const std::string& v) {
                *pick(o) = v == "true";
                return v == "true" || v == "false";
              },
          .show = [=](const Owner& o) { return std::string(*pick(const_cast<Owner&>(o)) ? "true" : "false"); },
          .expects = "true or false",
          .copy = copy_of(pick)};
}

/// The same setting, which says in these words what it expects.
template <class Owner>
setting<Owner> expecting(std::string expects, setting<Owner> s) {
  s.expects = std::move(expects);
  return s;
}

/// The same setting, shown only if it is not as it was to begin with.
template <class Owner>
setting<Owner> shown_if_given(setting<Owner> s) {
  s.show = [show = std::move(s.show)](const Owner& o) {
    std::string shown = show(o);
    return shown == show(Owner{}) ? "" : shown;
  };
  return s;
}

/// The same settings, which a running server takes over from the file at SIGHUP.
template <class Owner>
std::vector<setting<Owner>> reloaded(std::vector<setting<Owner>> table) {
  for (setting<Owner>& s : table) s.reloads = true;
  return table;
}

/// Writes the settings of a table as a file that would make them.
template <class Owner>
void print_table(const std::vector<setting<Owner>>& table, const Owner& values, std::ostream& out) {
  for (const setting<Owner>& s : table) {
    if (!s.help.empty()) out << "# " << s.help << "\n";
    std::string shown = s.show(values);
    if (s.is_secret) out << "# " << s.name << " = (not shown)\n";
    else if (!shown.empty()) out << s.name << " = " << shown << "\n";
  }
}

}  // namespace parlor::http
