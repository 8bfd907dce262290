#include "http/settings/settings.hpp"

#include <toml++/toml.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <functional>
#include <ostream>
#include <thread>

#include "http/protocol/query.hpp"
#include "http/settings/setting.hpp"

namespace parlor::http {
namespace {

setting origins() {
  return {"allowed_origins", "origins whose pages may call this server, separated by commas; * for all",
          [](settings& s, const std::string& v) {
            s.gate.allowed_origins.clear();
            std::string rest = v;
            while (!rest.empty()) {
              auto comma = rest.find(',');
              s.gate.allowed_origins.push_back(rest.substr(0, comma));
              rest = comma == std::string::npos ? "" : rest.substr(comma + 1);
            }
            return !s.gate.allowed_origins.empty();
          },
          [](const settings& s) {
            std::string text;
            for (const auto& origin : s.gate.allowed_origins) text += (text.empty() ? "" : ",") + origin;
            return in_quotes(text);
          },
          "origins such as https://game.example, separated by commas"};
}

setting secret() {
  return {"secret", "signs tokens; at least 32 characters; by default made and kept in the data folder",
          [](settings& s, const std::string& v) {
            s.secret = v;
            return v.size() >= 32;
          },
          nullptr, "at least 32 characters"};
}

setting fortune_url() {
  return {"fortune_url", "where fortune asks a model, in the format of OpenAI's chat completions; empty: nowhere",
          [](settings& s, const std::string& v) {
            s.fortune.url = v;
            return v.empty() || v.starts_with("http://") || v.starts_with("https://");
          },
          [](const settings& s) { return in_quotes(s.fortune.url); }, "a URL with http:// or https://"};
}

setting fortune_within() {
  return {"fortune_within", "how long the model may take; then fortune answers by itself",
          [](settings& s, const std::string& v) {
            auto d = parse_duration(v);
            if (d) s.fortune.within = *d;
            return d && *d <= std::chrono::minutes(5);
          },
          [](const settings& s) { return in_quotes(print_duration(s.fortune.within)); },
          "a length of time such as 20s, at most 5m"};
}

setting fortune_key() {
  return {"fortune_key", "the endpoint's key; better given by the environment, where others do not see it",
          [](settings& s, const std::string& v) {
            s.fortune.key = v;
            return is_visible(v);
          },
          nullptr, "visible characters without blanks"};
}

constexpr std::uint64_t many = 1'000'000'000;

/// What concerns neither who may ask nor how often: those are in limit_settings.cpp.
std::vector<setting> common_settings() {
  return {
      text(
          "address", "address to listen on", [](settings & s) -> auto& { return s.listen.address; }),
      number(
          "port", "port to listen on; 0: any free one", [](settings & s) -> auto& { return s.listen.port; }, 0, 65535),
      number(
          "threads", "threads that serve sockets and run actors; 0: one per core",
          [](settings & s) -> auto& { return s.runtime.threads; }, 0, 1024),
      text(
          "data", "folder for what must last", [](settings & s) -> auto& { return s.data; }),
      secret(),
      flag(
          "guests", "whether POST /api/guest makes players", [](settings & s) -> auto& { return s.gate.guests; }),
      time(
          "guest_ttl", "how long a guest's token lasts", [](settings & s) -> auto& { return s.gate.guest_ttl; }),
      origins(),
      number(
          "body_bytes_max", "largest body, in bytes; beyond it 413",
          [](settings & s) -> auto& { return s.gate.body_bytes_max; }, 1, 64 * 1024 * 1024),
      time(
          "keep_alive", "a connection without a request for this long is closed",
          [](settings & s) -> auto& { return s.listen.keep_alive; }),
      time(
          "write_within", "a client that does not take its answer for this long is cut off",
          [](settings & s) -> auto& { return s.listen.write_within; }),
      time(
          "heartbeat", "a stream on which nothing was sent for this long gets a heartbeat",
          [](settings & s) -> auto& { return s.listen.streams.heartbeat; }),
      number(
          "stream_queue_max", "bytes that may wait for a reader of a stream; beyond it the reader is cut off",
          [](settings & s) -> auto& { return s.listen.streams.queued_bytes_max; }, 1024, 1'000'000'000),
      time(
          "idle_after", "an actor sleeps when no client has posted to it for this long",
          [](settings & s) -> auto& { return s.runtime.idle_after; }),
      time(
          "sweep_every", "how often idle actors are looked for",
          [](settings & s) -> auto& { return s.runtime.sweep_every; }),
      time(
          "short_stay", "how long an actor stays that only a GET or another actor woke",
          [](settings & s) -> auto& { return s.runtime.short_stay; }),
      time(
          "deadline", "a request that is not answered by then is answered 504",
          [](settings & s) -> auto& { return s.runtime.deadline; }),
      number(
          "awake_max", "actors awake at once; the least recently used sleep first",
          [](settings & s) -> auto& { return s.runtime.awake_max; }, 1, many),
      number(
          "in_flight_max", "requests under way at once; beyond it 503",
          [](settings & s) -> auto& { return s.runtime.in_flight_max; }, 1, many),
      number(
          "in_flight_per_actor_max", "requests waiting for one actor; beyond it 429",
          [](settings & s) -> auto& { return s.runtime.in_flight_per_actor_max; }, 1, many),
      time(
          "handler_slow", "a handler that runs longer is named in the log",
          [](settings & s) -> auto& { return s.runtime.handler_slow; }),
      number(
          "blocking_threads", "threads for kinds whose handlers block",
          [](settings & s) -> auto& { return s.runtime.blocking_threads; }, 1, 1024),
      number(
          "messages_per_turn", "messages an actor handles before the next one's turn",
          [](settings & s) -> auto& { return s.runtime.messages_per_turn; }, 1, 1'000'000),
      number(
          "replies_per_player_max", "answers kept for each player of an actor, for requests sent again",
          [](settings & s) -> auto& { return s.runtime.replies_per_player_max; }, 1, 64),
      time(
          "replies_kept", "how long answers are kept for requests that are sent again",
          [](settings & s) -> auto& { return s.runtime.replies_kept; }),
      number(
          "events_kept_max", "events of an actor kept for watchers who come back",
          [](settings & s) -> auto& { return s.runtime.events_kept_max; }, 1, 10'000),
      number(
          "events_kept_bytes_max", "bytes of them; each commit writes them anew",
          [](settings & s) -> auto& { return s.runtime.events_kept_bytes_max; }, 1, 1'000'000),
      number(
          "watchers_max", "watchers at once; beyond it 503",
          [](settings & s) -> auto& { return s.runtime.watchers_max; }, 1, many),
      number(
          "watchers_per_actor_max", "watchers of one actor; beyond it 429",
          [](settings & s) -> auto& { return s.runtime.watchers_per_actor_max; }, 1, many),
      number(
          "watchers_per_player_max", "watchers of one player; beyond it 429",
          [](settings & s) -> auto& { return s.runtime.watchers_per_player_max; }, 1, many),
      time(
          "stop_within", "how long a stopping server waits for what it accepted",
          [](settings & s) -> auto& { return s.runtime.stop_within; }),
      fortune_url(),
      text(
          "fortune_model", "the model that it asks for; empty: the endpoint's own choice",
          [](settings & s) -> auto& { return s.fortune.model; }),
      fortune_key(),
      fortune_within(),
      text("log_level", "what is logged: debug, info, warning or error",
           [](settings & s) -> auto& { return s.log_level; }, {"debug", "info", "warning", "error"}),
      text("log_format", "text for people, json for programs: a line each",
           [](settings & s) -> auto& { return s.log_format; }, {"text", "json"}),
      flag(
          "console_link", "whether a terminal that shows the log is shown a link to the console",
          [](settings & s) -> auto& { return s.console_link; }),
  };
}

const std::vector<setting>& table() {
  static const std::vector<setting> list = [] {
    std::vector<setting> both = common_settings(), limits = limit_settings();
    both.insert(both.end(), limits.begin(), limits.end());
    return both;
  }();
  return list;
}

std::string option_of(const setting& s) {
  std::string option = "--" + s.name;
  std::replace(option.begin() + 2, option.end(), '_', '-');
  return option;
}

std::string variable_of(const setting& s) {
  std::string variable = "PARLOR_" + s.name;
  for (char& c : variable) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return variable;
}

void put(settings& to, const setting& s, const std::string& value, const std::string& where) {
  if (s.read(to, value)) return;
  std::string shown = s.show ? " \"" + value + "\"" : "";
  throw settings_error(where + ": " + s.name + shown + " is not " + s.expects);
}

/// The value of a TOML node as the text that the command line would have.
std::string text_of(const toml::node& node, const std::string& where) {
  if (auto s = node.value_exact<std::string>()) return *s;
  if (auto n = node.value_exact<std::int64_t>()) return std::to_string(*n);
  if (auto b = node.value_exact<bool>()) return *b ? "true" : "false";
  throw settings_error(where + " must be text, a whole number, true or false");
}

void read_kinds(settings& to, const toml::node& node, const std::string& file) {
  if (!node.is_table()) throw settings_error(file + ": kinds must be tables: [kinds.tictactoe]");
  for (auto&& [kind_key, kind_node] : *node.as_table()) {
    std::string where = file + ": kinds." + std::string(kind_key.str());
    if (!kind_node.is_table()) throw settings_error(where + " must be a table");
    kind_settings& k = to.kinds[std::string(kind_key.str())];
    for (auto&& [key, value] : *kind_node.as_table()) {
      std::string at = where + "." + std::string(key.str());
      auto d = parse_duration(text_of(value, at));
      if (!d) throw settings_error(at + " is not a length of time such as 30m");
      if (key.str() == "idle_after") k.idle_after = d;
      else if (key.str() == "finished_after") k.finished_after = d;
      else throw settings_error(at + " is not a setting of a kind: idle_after, finished_after");
    }
  }
}

file_value value_of(const toml::node& node, const std::string& where) {
  if (!node.is_array()) return {{text_of(node, where)}};
  file_value list{.is_list = true};
  for (auto&& item : *node.as_array()) list.texts.push_back(text_of(item, where));
  return list;
}

void read_processes(settings& to, const toml::node& node, const std::string& file) {
  if (!node.is_table()) throw settings_error(file + ": process must be tables: [process.mygame]");
  for (auto&& [name_key, process_node] : *node.as_table()) {
    std::string name(name_key.str()), where = file + ": process." + name;
    if (!process_node.is_table()) throw settings_error(where + " must be a table");
    std::map<std::string, file_value> keys;
    for (auto&& [key, value] : *process_node.as_table())
      keys[std::string(key.str())] = value_of(value, where + "." + std::string(key.str()));
    process_settings& p = to.processes[name] = read_process(keys, where);
    if (!p.gateway) continue;
    if (!to.gate.action_kind.empty())
      throw settings_error(where + ".gateway: " + to.gate.action_kind + " is the gateway already");
    to.gate.action_kind = name;
  }
}

void read_file(settings& to, const std::string& file) {
  toml::table root;
  try {
    root = toml::parse_file(file);
  } catch (const toml::parse_error& e) {
    auto line = e.source().begin.line;
    std::string place = line > 0 ? file + ", line " + std::to_string(line) : file;
    throw settings_error("cannot read " + place + ": " + std::string(e.description()));
  }
  for (auto&& [key, node] : root) {
    if (key.str() == "kinds") {
      read_kinds(to, node, file);
      continue;
    }
    if (key.str() == "process") {
      read_processes(to, node, file);
      continue;
    }
    auto s = std::find_if(table().begin(), table().end(),
                          [&](const setting& candidate) { return candidate.name == key.str(); });
    std::string where = file + ": " + std::string(key.str());
    if (s == table().end()) throw settings_error(where + " is not a setting; see parlor config");
    put(to, *s, text_of(node, where), file);
  }
}

}  // namespace

void add_options(CLI::App& command, given_settings& given, std::string& config_file) {
  command.add_option("--config", config_file, "TOML file with settings (PARLOR_CONFIG)");
  for (const setting& s : table()) {
    std::string about = s.help;
    if (s.show) about += " [" + s.show(settings{}) + "]";
    command.add_option_function<std::string>(
        option_of(s), [&given, name = s.name](const std::string& value) { given[name] = value; },
        about + " (" + variable_of(s) + ")");
  }
}

settings make_settings(const given_settings& given, const std::string& config_file) {
  settings made;
  std::string file = config_file;
  if (const char* named = std::getenv("PARLOR_CONFIG"); file.empty() && named) file = named;
  if (!file.empty()) read_file(made, file);
  for (const setting& s : table()) {
    if (const char* value = std::getenv(variable_of(s).c_str())) put(made, s, value, variable_of(s));
    if (auto it = given.find(s.name); it != given.end()) put(made, s, it->second, option_of(s));
  }
  if (made.runtime.threads == 0) made.runtime.threads = std::max(1u, std::thread::hardware_concurrency());
  return made;
}

void print(const settings& s, std::ostream& out) {
  for (const setting& candidate : table()) {
    out << "# " << candidate.help << "\n";
    if (candidate.show) out << candidate.name << " = " << candidate.show(s) << "\n";
    else out << "# " << candidate.name << " = (not shown)\n";
  }
  for (const auto& [name, k] : s.kinds) {
    out << "\n[kinds." << name << "]\n";
    if (k.idle_after) out << "idle_after = " << in_quotes(print_duration(*k.idle_after)) << "\n";
    if (k.finished_after) out << "finished_after = " << in_quotes(print_duration(*k.finished_after)) << "\n";
  }
  for (const auto& [name, p] : s.processes) print(name, p, out);
}

std::string in_quotes(const std::string& text) {
  std::string out;
  write_json(out, text);
  return out;
}

namespace {
constexpr std::pair<std::string_view, std::int64_t> units[] = {
    {"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}};
}

std::optional<duration> parse_duration(const std::string& text) {
  std::int64_t count = 0;
  auto end = text.data() + text.size();
  auto parsed = std::from_chars(text.data(), end, count);
  if (parsed.ec != std::errc{} || count <= 0 || count > 1'000'000'000) return {};
  for (auto [name, ms] : units)
    if (std::string_view(parsed.ptr, end) == name) return duration{count * ms};
  return {};
}

std::string print_duration(duration d) {
  for (auto [name, ms] : units)
    if (d.count() % ms == 0) return std::to_string(d.count() / ms) + std::string(name);
  return "0ms";
}

}  // namespace parlor::http
