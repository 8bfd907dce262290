#include "http/settings/process_settings.hpp"

#include <algorithm>
#include <filesystem>
#include <limits>

#include "http/protocol/number.hpp"
#include "http/protocol/query.hpp"
#include "http/settings/setting.hpp"
#include "http/settings/settings_error.hpp"
#include "http/settings/tables.hpp"
#include "runtime/services/program_command.hpp"

namespace parlor::http {
namespace {

using process_setting = setting<process_settings>;

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
constexpr duration turn_max = std::chrono::minutes(1);
constexpr std::uint64_t most_starts = 1'000'000;

process_setting list(std::string name, std::vector<std::string>* (*pick)(process_settings&)) {
  return {.name = std::move(name),
          .show = [=](const process_settings& p) { return as_list(*pick(const_cast<process_settings&>(p))); },
          .read_list =
              [=](process_settings& p, const std::vector<std::string>& texts) {
                *pick(p) = texts;
                bool each = std::none_of(texts.begin(), texts.end(), [](const std::string& text) {
                  return text.starts_with('=') || text.find('\0') != std::string::npos;
                });
                return each && (texts.empty() || !texts[0].empty());
              }};
}

template <class T>
process_setting size(std::string name, T* (*pick)(process_settings&)) {
  return {
      .name = std::move(name),
      .read =
          [=](process_settings& p, const std::string& v) {
            std::uint64_t bytes = 0;
            bool read = parse_size(v, bytes);
            *pick(p) = bytes;
            return read;
          },
      .show = [=](const process_settings& p) { return in_quotes(print_size(*pick(const_cast<process_settings&>(p)))); },
      .expects = "a size such as 512MiB or 2GiB"};
}

process_setting wait(std::string name, duration* (*pick)(process_settings&)) {
  return expecting("a length of time such as 30s, at most 3m", time(std::move(name), "", pick, wait_max));
}

process_setting ready() {
  return {.name = "ready",
          .read =
              [](process_settings& p, const std::string& v) {
                p.program.ready_path = v.starts_with("GET /") ? v.substr(4) : "";
                return (v == "port" || !p.program.ready_path.empty()) && is_visible(p.program.ready_path);
              },
          .show =
              [](const process_settings& p) {
                return in_quotes(p.program.ready_path.empty() ? "port" : "GET " + p.program.ready_path);
              },
          .expects = "\"port\", or \"GET /a/path\""};
}

process_setting directory() {
  return {.name = "directory",
          .read =
              [](process_settings& p, const std::string& v) {
                p.program.directory = v;
                return std::filesystem::is_directory(v);
              },
          .show = [](const process_settings& p) { return in_quotes(p.program.directory); },
          .expects = "a folder that is there"};
}

process_setting processor_time() {
  return {.name = "cpu_max",
          .read =
              [](process_settings& p, const std::string& v) {
                auto d = parse_duration(v);
                if (d) p.program.cpu_seconds_max = static_cast<std::uint64_t>(d->count() / 1000);
                return p.program.cpu_seconds_max > 0;
              },
          .show = [](const process_settings& p) { return in_quotes(std::to_string(p.program.cpu_seconds_max) + "s"); },
          .expects = "a length of processor time of 1s or more"};
}

const std::vector<process_setting>& process_table() {
  using owner = process_settings;
  static const std::vector<process_setting> rows{
      expecting("a list of texts: the program and its arguments",
                list(
                    "command", +[](owner& p) { return &p.program.command; })),
      shown_if_given(directory()),
      ready(),
      expecting("a list of NAME=value, or NAME for the server's own value",
                list(
                    "environment", +[](owner& p) { return &p.program.environment; })),
      shown_if_given(expecting("a length of time such as 30s or 5m",
                               time(
                                   "idle_after", "", +[](owner& p) { return &p.idle_after; }))),
      expecting("a number from 1", number(
                                       "max_processes", "", +[](owner& p) { return &p.program.programs_max; }, 1,
                                       std::numeric_limits<std::size_t>::max())),
      expecting("a number of per cent from 0 to 100",
                number(
                    "reserved_percent", "", +[](owner& p) { return &p.program.reserved_percent; }, 0, 100)),
      expecting("a number of per cent from 1 to 100",
                number(
                    "address_percent", "", +[](owner& p) { return &p.program.address_percent; }, 1, 100)),
      expecting("a length of time such as 30s or 5m",
                time(
                    "in_use_for", "", +[](owner& p) { return &p.program.in_use_for; })),
      wait(
          "start_within", +[](owner& p) { return &p.program.start_within; }),
      wait(
          "answer_within", +[](owner& p) { return &p.program.answer_within; }),
      expecting("a number from 1", number(
                                       "late_max", "", +[](owner& p) { return &p.program.late_max; }, 1,
                                       std::numeric_limits<std::size_t>::max())),
      wait(
          "stop_within", +[](owner& p) { return &p.program.stop_within; }),
      size(
          "answer_max", +[](owner& p) { return &p.program.answer_bytes_max; }),
      shown_if_given(size(
          "memory_max", +[](owner& p) { return &p.program.memory_bytes_max; })),
      shown_if_given(processor_time()),
      shown_if_given(flag(
          "gateway", "", +[](owner& p) { return &p.gateway; })),
  };
  return rows;
}

/// The texts of a value: exactly one if it is no list.
std::vector<std::string> texts_of(const file_value& value, const std::string& where) {
  if (value.is != file_value::form::list) return {text_of(value, where)};
  std::vector<std::string> texts;
  for (const file_value& item : value.items) texts.push_back(text_of(item, where));
  return texts;
}

const process_setting& find_setting(const std::string& name, const std::string& where) {
  std::string known;
  for (const process_setting& s : process_table()) {
    if (s.name == name) return s;
    known += (known.empty() ? "" : ", ") + s.name;
  }
  throw settings_error(where + " is not a setting of a process: " + known);
}

}  // namespace

process_settings read_process(const file_entry& table) {
  const std::string& where = table.where;
  process_settings made;
  for (const auto& [name, at, value] : table_of(table)) {
    std::vector<std::string> texts = texts_of(value, at);
    const process_setting& s = find_setting(name, at);
    bool makes_sense =
        value.is == file_value::form::list ? s.read_list && s.read_list(made, texts) : s.read && s.read(made, texts[0]);
    if (!makes_sense) throw settings_error(at + " is not " + s.expects);
  }
  const auto& command = made.program.command;
  if (command.empty()) throw settings_error(where + ".command is missing: the program and its arguments");
  if (mentions(command, "{port}") == mentions(command, "{socket}"))
    throw settings_error(where + ".command must say where the program listens: {port} or {socket}");
  return made;
}

std::vector<setting<settings>> start_settings() {
  return {
      number(
          "starts_max", "players' programs that start at once; the others wait for their turn; 0: two for each core",
          +[](settings& s) { return &s.starts.at_once; }, 0, most_starts),
      number(
          "starts_waiting_max", "programs that wait for their turn; beyond it 503",
          +[](settings& s) { return &s.starts.waiting_max; }, 1, most_starts),
      number(
          "starts_waiting_per_player_max", "programs of one player that wait for their turn; beyond it 503",
          +[](settings& s) { return &s.starts.waiting_per_player_max; }, 1, most_starts),
      expecting("a length of time such as 30s, at most 1m",
                time(
                    "start_turn_within", "a program whose turn has not come by then is answered 503",
                    +[](settings& s) { return &s.starts.turn_within; }, turn_max)),
  };
}

void print(const std::string& name, const process_settings& p, std::ostream& out) {
  out << "\n[process." << name << "]\n";
  print_table(process_table(), p, out);
}

}  // namespace parlor::http
