#include "http/program/program.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <functional>
#include <iostream>
#include <thread>
#include <utility>

#include "actors/catalog.hpp"
#include "http/admission/credentials.hpp"
#include "http/gateway/gateway.hpp"
#include "http/metrics/metrics.hpp"
#include "http/operators/recent_log.hpp"
#include "http/program/clock_watch.hpp"
#include "http/program/command_line.hpp"
#include "http/program/console_link.hpp"
#include "http/program/handed_down.hpp"
#include "http/program/logging.hpp"
#include "http/program/parent.hpp"
#include "http/program/reload.hpp"
#include "http/program/signals.hpp"
#include "http/program/stored_states.hpp"
#include "http/protocol/number.hpp"
#include "http/settings/settings.hpp"
#include "http/sockets/server.hpp"
#include "runtime/hosting/crashes/crash_marks.hpp"
#include "runtime/hosting/runtime.hpp"
#include "runtime/services/http_client.hpp"
#include "runtime/services/supervisor.hpp"
#include "runtime/storage/sqlite_letter_tools.hpp"
#include "runtime/storage/sqlite_restore.hpp"
#include "runtime/storage/sqlite_store.hpp"
#include "runtime/storage/sqlite_tools.hpp"

namespace parlor::http {
namespace {

using kind_list = std::vector<kind>;

/// A server that was killed may still hold its folder for a moment.
constexpr auto killed_leaves_within = std::chrono::seconds(2);

/// The kinds of the catalog, of the program and of the configuration's processes, with what the configuration says of
/// them.
catalog configured_kinds(const settings& s, const kind_list& more, programs& own,
                         const actors::environment& around = {}) {
  kind_list kinds = actors::make_catalog(around).kinds();
  kinds.insert(kinds.end(), more.begin(), more.end());
  for (const auto& [name, p] : s.processes) kinds.push_back(actors::process(name, p.idle_after, p.program, own));
  for (const auto& [name, wanted] : s.kinds) {
    auto k = std::find_if(kinds.begin(), kinds.end(), [&](const kind& candidate) { return candidate.name == name; });
    if (k == kinds.end()) throw settings_error(wanted.where + ": there is no such kind");
    if (wanted.idle_after) k->idle_after = *wanted.idle_after;
    if (wanted.finished_after) k->linger = *wanted.finished_after;
    if (wanted.state_bytes_max) k->state_bytes_max = *wanted.state_bytes_max;
  }
  return catalog(std::move(kinds));
}

/// Each connection and each program takes a descriptor, and the usual 1024 are soon used up.
void raise_descriptor_limit() {
  rlimit descriptors{};
  if (getrlimit(RLIMIT_NOFILE, &descriptors) != 0) return;
  descriptors.rlim_cur = descriptors.rlim_max;
  setrlimit(RLIMIT_NOFILE, &descriptors);
}

/// The settings, if a server could start with them. Throws settings_error.
settings checked_settings(const command_line& line, const kind_list& more) {
  settings made = make_settings(line.given, line.config_file);
  no_journal none;
  programs own({}, {}, none);
  configured_kinds(made, more, own);
  return made;
}

/// What this program can read of what is stored.
state_survey sample_stored(const settings& s, const kind_list& more) {
  no_journal none;
  programs own({}, {}, none);
  return sample_states(s.data, configured_kinds(s, more, own));
}

int serve(const settings& s, const kind_list& more, const std::function<settings()>& read_settings, handed_down given) {
  state_survey sampled = sample_stored(s, more);
  signals_to_the_program signals(given.by_a_parent() ? ::getppid() : 0);
  real_clock time;
  std::unique_ptr<program_log> written = make_log(s.log_level, s.log_format);
  recent_log log(*written, time);
  http_client web;
  programs own({"/proc/self/exe", "supervise"}, std::filesystem::absolute(s.data) / "sockets", log, s.starts);
  catalog kinds = configured_kinds(s, more, own, {.web = &web, .teller = s.fortune});
  credentials tokens(s.secret.empty() ? secret_in(s.data) : s.secret);
  sqlite_store store(s.data, {.lock_within = killed_leaves_within, .replies_kept = s.runtime.replies_kept});
  if (store.era_began())
    log.note(journal::level::warning, "era_began", {}, "the store is not the one that was last served from " + s.data);
  options limits = s.runtime;
  limits.crash_file = s.data + "/crashes";
  mark_crashes_in(limits.crash_file);
  tell_of_sample(sampled, kinds, s.refuse_unreadable, log);
  clock_watch watch(time, store, log, s.data);
  parlor::runtime runtime(kinds, limits, store, time, log);
  gateway gate(runtime, tokens, s.gate, &log);
  gate.denied().configure(s.denied);
  for (const kind_survey& seen : sampled)
    if (seen.unreadable > 0) gate.unreadable_kinds.push_back(seen.kind);
  // What requests use is set before the sockets open.
  std::atomic<server*> open = nullptr;
  gate.closed_by_transport = [&] { return open ? open.load()->closed_without_answer() : 0; };
  metrics_sources known{.runtime_statistics = [&] { return runtime.stats(); },
                        .store = [&] { return store.stats(); },
                        .closed_by_transport = gate.closed_by_transport,
                        .limited = [&] { return gate.limited(); },
                        .denied = [&] { return gate.denied().refused(); },
                        .streams = [&] { return open ? open.load()->streams() : stream_counts{}; },
                        .connections = [&] { return open ? open.load()->connections() : connection_counts{}; },
                        .programs = [&] { return own.stats(); },
                        .sampled = sampled,
                        .routes = &gate.times(),
                        .version = PARLOR_VERSION};
  gate.metrics_text = [&] { return metrics_page(known); };
  server sockets(gate, runtime.loops(), s.listen, s.gate.body_bytes_max, log, std::move(given.sockets));
  open = &sockets;

  std::string shown = s.listen.address;
  if (shown == "0.0.0.0" || shown == "::") shown = "localhost";
  else if (shown.find(':') != std::string::npos) shown = "[" + shown + "]";
  std::string base = "http://" + shown + ":" + std::to_string(sockets.port()) + "/";
  given.tell_ready();  // before anybody else may know
  log.note(journal::level::info, "ready", {}, base + " on " + std::to_string(s.runtime.threads) + " threads");
  show_console_link(s, tokens, base, time.civil(), *written);
  auto apply = [&](const settings& now) {
    runtime.change_bounds(now.runtime.bounds);
    gate.reload(now.gate.limits, now.denied);
    sockets.change(now.listen.connections);
  };
  settings_reload reload(s, read_settings, apply, log, *written);
  int which = signals.wait([&watch] { watch.look(); }, [&reload] { reload(); });
  // Whoever asks twice does not want to wait.
  std::thread([&signals] { _exit(128 + signals.wait([] {}, [] {})); }).detach();
  log.note(journal::level::info, "stopping", {}, strsignal(which));
  sockets.close_connections();
  bool clean = runtime.stop();
  sockets.stop(std::chrono::seconds(1));
  log.note(journal::level::info, "stopped", {}, clean ? "everything accepted was answered" : "out of time");
  // Out of time means that a handler is still running: leave without waiting for its thread.
  if (!clean) {
    written->flush();
    _exit(0);
  }
  return 0;
}

/// Serves; or stands over the process that does.
int serve_or_stand_over(const settings& s, const command_line& line, char** argv, const kind_list& more) {
  raise_descriptor_limit();
  handed_down given = take_handed_down();
  // An exec with capabilities of the file's own has ended what the parent asked for.
  if (given.by_a_parent()) ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (given.sockets.empty() && wants_parent(s)) return stand_over(s, argv);
  return serve(
      s, more, [&] { return checked_settings(line, more); }, std::move(given));
}

int make_token(const settings& s, const token_order& asked) {
  if (!is_id(asked.player) || is_reserved_player(asked.player))
    throw settings_error("--player must match [A-Za-z0-9_-]{1,64} and not be reserved");
  auto lasts = parse_duration(asked.ttl);
  if (!lasts) throw settings_error("--ttl is not a length of time such as 1h");
  instant now = real_clock().now();
  identity owner{asked.player, asked.admin ? role::admin : role::player, now + *lasts, now};
  std::string secret = s.secret.empty() ? secret_of_server_in(s.data) : s.secret;
  std::cout << credentials(std::move(secret)).sign(owner) << std::endl;
  return 0;
}

void tell(const std::string& line) { std::cout << line << std::endl; }

std::string summary_of(const verification& seen) {
  return std::to_string(seen.actors) + " actors, " + std::to_string(seen.wrong) + " wrong, " +
         std::to_string(seen.dead_letters) + " dead letters";
}

std::string line_of(const dead_letter& l) {
  const message& m = l.message;
  std::string line = std::to_string(l.number) + " " + to_text(from_ms(l.at_ms)) + " " + m.to.text() + " " + m.command +
                     " " + m.args + ": " + l.reason;
  return l.chain.empty() ? line : line + ", after " + l.chain;
}

int verify_data(const settings& s, const kind_list& more, bool quick) {
  no_journal none;
  programs own({}, {}, none);
  if (quick) return verify_quickly(s.data, configured_kinds(s, more, own), tell);
  auto seen = verify(s.data, configured_kinds(s, more, own), tell);
  tell(summary_of(seen));
  return seen.wrong == 0 ? 0 : 1;
}

int upgrade_data(const settings& s, const kind_list& more) {
  no_journal none;
  programs own({}, {}, none);
  return try_upgrade(s.data, configured_kinds(s, more, own), tell);
}

int restore_data(const settings& s, const command_line& line, const kind_list& more) {
  no_journal none;
  programs own({}, {}, none);
  auto done = restore(s.data, line.file, configured_kinds(s, more, own), line.in_spite_of_faults, tell);
  tell(summary_of(done.seen));
  tell(s.data + "/parlor.db is a copy of " + line.file + " now");
  if (!done.kept_aside.empty()) tell("what it was before is " + done.kept_aside);
  return 0;
}

letter_choice chosen_letters(const letters_order& asked) {
  letter_choice which{.kind = asked.kind, .id = asked.id};
  bool readable = asked.number.empty() || (read_number(asked.number, which.number) && which.number > 0);
  if (!readable) throw settings_error("--number must be the number of a letter");
  return which;
}

int look_after_letters(const settings& s, const command_line& line) {
  const letters_order& asked = line.letters;
  letter_choice which = chosen_letters(asked);
  if (line.file == "list") {
    auto found = letters_in(s.data, which);
    for (const dead_letter& l : found) tell(line_of(l));
    tell(std::to_string(found.size()) + " dead letters");
    return 0;
  }
  bool chooses = which.number != 0 || !which.kind.empty() || !which.id.empty();
  if (chooses == asked.everything)
    throw settings_error("choose letters by --number, --kind and --id, or --all of them");
  if (line.file == "drop") tell(std::to_string(drop_letters(s.data, which)) + " dropped");
  else tell(std::to_string(redeliver_letters(s.data, which)) + " are delivered at the next start");
  return 0;
}

int accept_clock(const settings& s) {
  instant now = real_clock().civil();
  leave_acceptance(s.data, now);
  tell("the clock is right, at " + to_text(now) + ": what is due in " + s.data + " is deleted again");
  return 0;
}

int print_config(const command_line& line, const kind_list& more) {
  settings s = checked_settings(line, more);
  print(s, std::cout);
  return 0;
}

int run(const command_line& line, char** argv, const kind_list& more) {
  settings s = make_settings(line.given, line.config_file);
  using subcommand = command_line::subcommand;
  switch (line.asked) {
    case subcommand::serve: return serve_or_stand_over(s, line, argv, more);
    case subcommand::token: return make_token(s, line.token);
    case subcommand::backup: backup(s.data, line.file); return 0;
    case subcommand::restore: return restore_data(s, line, more);
    case subcommand::verify: return verify_data(s, more, line.quick);
    case subcommand::upgrade: return upgrade_data(s, more);
    case subcommand::letters: return look_after_letters(s, line);
    case subcommand::clock: return accept_clock(s);
    case subcommand::config: return print_config(line, more);
  }
  return 1;
}

}  // namespace

int run_program(int argc, char** argv, const std::vector<kind>& more) {
  // Started by the server itself, never by hand; small, and before everything else.
  if (argc == 2 && std::string_view(argv[1]) == "supervise") return supervise(supervisor_link);
  try {
    return run(read_command_line(argc, argv), argv, more);
  } catch (const std::exception& e) {
    std::cerr << "parlor: " << e.what() << std::endl;
    return 1;
  }
}

}  // namespace parlor::http
