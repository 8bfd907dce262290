#include "http/settings/process_settings.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <ostream>

#include "http/protocol/number.hpp"
#include "http/protocol/query.hpp"
#include "http/settings/settings_error.hpp"
#include "http/settings/text_of_values.hpp"
#include "runtime/services/program_command.hpp"

namespace parlor::http {
namespace {

/// One key: how it is read (false: the value makes no sense) and shown (empty: left out).
struct key {
  std::string_view name;
  std::string_view expects;
  std::function<bool(process_settings&, const file_value&)> read;
  std::function<std::string(const process_settings&)> show;
};

std::string as_list(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + in_quotes(text);
  return "[" + out + "]";
}

template <class T>
bool parse_whole(std::string_view text, T& to) {
  return read_number(text, to) && to > 0;
}

constexpr std::pair<std::string_view, std::uint64_t> sizes[] = {
    {"GiB", 1ULL << 30}, {"MiB", 1ULL << 20}, {"KiB", 1ULL << 10}};

bool parse_size(std::string_view text, std::uint64_t& to) {
  for (auto [unit, bytes] : sizes) {
    if (!text.ends_with(unit)) continue;
    std::uint32_t count = 0;
    bool read = parse_whole(text.substr(0, text.size() - unit.size()), count);
    to = count * bytes;
    return read;
  }
  return false;
}

std::string print_size(std::uint64_t bytes) {
  for (auto [unit, size] : sizes)
    if (bytes % size == 0) return std::to_string(bytes / size) + std::string(unit);
  return {};
}

/// What a request may take in all stays below the ten minutes after which the server closes the connection.
constexpr duration wait_max = std::chrono::minutes(3);

template <class Pick>
key time_key(std::string_view name, Pick pick, duration most = duration::max()) {
  std::string_view expects =
      most == wait_max ? "a length of time such as 30s, at most 3m" : "a length of time such as 30s or 5m";
  return {name, expects,
          [=](process_settings& p, const file_value& v) {
            auto d = v.is_list ? std::nullopt : parse_duration(v.texts[0]);
            if (d) pick(p) = *d;
            return d && *d <= most;
          },
          [=](const process_settings& p) {
            duration d = pick(const_cast<process_settings&>(p));
            return d == duration{0} ? "" : in_quotes(print_duration(d));
          }};
}

template <class Pick>
key list_key(std::string_view name, std::string_view expects, Pick pick) {
  return {name, expects,
          [=](process_settings& p, const file_value& v) {
            pick(p) = v.texts;
            bool each = std::none_of(v.texts.begin(), v.texts.end(), [](const std::string& text) {
              return text.starts_with('=') || text.find('\0') != std::string::npos;
            });
            return v.is_list && each && (v.texts.empty() || !v.texts[0].empty());
          },
          [=](const process_settings& p) { return as_list(pick(const_cast<process_settings&>(p))); }};
}

template <class Pick>
key size_key(std::string_view name, Pick pick) {
  return {name, "a size such as 512MiB or 2GiB",
          [=](process_settings& p, const file_value& v) {
            std::uint64_t size = 0;
            bool read = !v.is_list && parse_size(v.texts[0], size);
            pick(p) = size;
            return read;
          },
          [=](const process_settings& p) {
            std::uint64_t size = pick(const_cast<process_settings&>(p));
            return size == 0 ? "" : in_quotes(print_size(size));
          }};
}

key ready_key() {
  return {"ready", "\"port\", or \"GET /a/path\"",
          [](process_settings& p, const file_value& v) {
            std::string text = v.is_list ? "" : v.texts[0];
            p.program.ready_path = text.starts_with("GET /") ? text.substr(4) : "";
            return (text == "port" || !p.program.ready_path.empty()) && is_visible(p.program.ready_path);
          },
          [](const process_settings& p) {
            return in_quotes(p.program.ready_path.empty() ? "port" : "GET " + p.program.ready_path);
          }};
}

key directory_key() {
  return {"directory", "a folder that is there",
          [](process_settings& p, const file_value& v) {
            if (!v.is_list) p.program.directory = v.texts[0];
            return std::filesystem::is_directory(p.program.directory);
          },
          [](const process_settings& p) { return p.program.directory.empty() ? "" : in_quotes(p.program.directory); }};
}

key count_key() {
  return {"max_processes", "a number from 1",
          [](process_settings& p, const file_value& v) {
            return !v.is_list && parse_whole(v.texts[0], p.program.programs_max);
          },
          [](const process_settings& p) { return std::to_string(p.program.programs_max); }};
}

key cpu_key() {
  return {"cpu_max", "a length of processor time of 1s or more",
          [](process_settings& p, const file_value& v) {
            auto d = v.is_list ? std::nullopt : parse_duration(v.texts[0]);
            if (d) p.program.cpu_seconds_max = static_cast<std::uint64_t>(d->count() / 1000);
            return p.program.cpu_seconds_max > 0;
          },
          [](const process_settings& p) {
            return p.program.cpu_seconds_max ? "\"" + std::to_string(p.program.cpu_seconds_max) + "s\"" : "";
          }};
}

key gateway_key() {
  return {"gateway", "true or false",
          [](process_settings& p, const file_value& v) {
            p.gateway = !v.is_list && v.texts[0] == "true";
            return p.gateway || (!v.is_list && v.texts[0] == "false");
          },
          [](const process_settings& p) { return p.gateway ? "true" : ""; }};
}

const std::vector<key>& table() {
  using settings = process_settings;
  static const std::vector<key> list{
      list_key(
          "command", "a list of texts: the program and its arguments",
          [](settings & p) -> auto& { return p.program.command; }),
      directory_key(),
      ready_key(),
      list_key(
          "environment", "a list of NAME=value, or NAME for the server's own value",
          [](settings & p) -> auto& { return p.program.environment; }),
      time_key(
          "idle_after", [](settings & p) -> auto& { return p.idle_after; }),
      count_key(),
      time_key(
          "start_within", [](settings & p) -> auto& { return p.program.start_within; }, wait_max),
      time_key(
          "answer_within", [](settings & p) -> auto& { return p.program.answer_within; }, wait_max),
      time_key(
          "stop_within", [](settings & p) -> auto& { return p.program.stop_within; }, wait_max),
      size_key(
          "answer_max", [](settings & p) -> auto& { return p.program.answer_bytes_max; }),
      size_key(
          "memory_max", [](settings & p) -> auto& { return p.program.memory_bytes_max; }),
      cpu_key(),
      gateway_key(),
  };
  return list;
}

}  // namespace

process_settings read_process(const std::map<std::string, file_value>& keys, const std::string& where) {
  process_settings made;
  for (const auto& [name, value] : keys) {
    auto k = std::find_if(table().begin(), table().end(), [&](const key& candidate) { return candidate.name == name; });
    std::string at = where + "." + name;
    if (k == table().end()) {
      std::string known;
      for (const key& candidate : table()) known += (known.empty() ? "" : ", ") + std::string(candidate.name);
      throw settings_error(at + " is not a setting of a process: " + known);
    }
    if (!k->read(made, value)) throw settings_error(at + " is not " + std::string(k->expects));
  }
  const auto& command = made.program.command;
  if (command.empty()) throw settings_error(where + ".command is missing: the program and its arguments");
  if (mentions(command, "{port}") == mentions(command, "{socket}"))
    throw settings_error(where + ".command must say where the program listens: {port} or {socket}");
  return made;
}

void print(const std::string& name, const process_settings& p, std::ostream& out) {
  out << "\n[process." << name << "]\n";
  for (const key& candidate : table()) {
    std::string shown = candidate.show(p);
    if (!shown.empty()) out << candidate.name << " = " << shown << "\n";
  }
}

}  // namespace parlor::http
