#include <chrono>
#include <iostream>
#include <string>

#include "actors/catalog.hpp"
#include "bench/command_line.hpp"
#include "bench/kinds.hpp"
#include "bench/until_stopped.hpp"
#include "http/admission/credentials.hpp"
#include "http/gateway/gateway.hpp"
#include "http/sockets/server.hpp"
#include "runtime/hosting/runtime.hpp"
#include "runtime/services/http_client.hpp"
#include "runtime/services/programs.hpp"
#include "runtime/services/supervisor.hpp"
#include "runtime/storage/sqlite_store.hpp"
#include "runtime/values/journal.hpp"

// parlor as the benchmarks want it: the same parts as in http/program/program.cpp, with the kinds of the
// benchmarks, a free port, and tokens for as many players as the load generators play.
//
// It prints `port N`, `sweeps_at S` (when the idle are first looked for, by the monotonic clock), a
// line `token T` for each player, and `ready`; then `swept_at S` after each sweep that put somebody
// to sleep. It serves until SIGTERM, and then prints how many commits went into one transaction of
// the store.
namespace {

using namespace parlor;

struct arguments {
  std::string folder;
  std::string kinds = "bench";
  std::string fortune_url, games;
  bool all_volatile = false;
  int players = 64;
  std::int64_t idle_ms = 30 * 60 * 1000, sweep_ms = 5 * 60 * 1000, short_stay_ms = 30 * 1000;
  options limits;
};

arguments read(int argc, char** argv) {
  arguments a;
  a.limits.threads = 1;
  a.limits.awake_max = 4'000'000;
  CLI::App app{"parlor for the benchmarks"};
  app.add_option("folder", a.folder, "where stored actors go")->required();
  app.add_option("--kinds", a.kinds, "`bench`: see kinds.hpp; `catalog`: the real games")
      ->check(CLI::IsMember({"bench", "catalog"}));
  app.add_option("--fortune-url", a.fortune_url, "of the model that fortune asks");
  app.add_option("--games", a.games, "a folder with game.py, a kind `game` whose players have a program each");
  app.add_flag("--volatile", a.all_volatile, "store nothing, whatever the kinds say");
  app.add_option("--players", a.players, "how many tokens to print");
  app.add_option("--threads", a.limits.threads, "threads of the server");
  app.add_option("--idle-ms", a.idle_ms, "for kinds that do not say it themselves");
  app.add_option("--sweep-ms", a.sweep_ms, "how often the idle are put to sleep");
  app.add_option("--short-stay-ms", a.short_stay_ms, "how long an actor stays that only a look woke");
  app.add_option("--awake-max", a.limits.awake_max, "actors awake at once");
  app.add_option("--in-flight", a.limits.in_flight_max, "requests under way at once");
  app.add_option("--in-flight-per-actor", a.limits.in_flight_per_actor_max, "the same, of one");
  bench::parse_or_exit(app, argc, argv);
  a.limits.idle_after = duration{a.idle_ms};
  a.limits.short_stay = duration{a.short_stay_ms};
  a.limits.sweep_every = duration{a.sweep_ms};
  return a;
}

catalog kinds_for(const arguments& a, http_client& web, programs& own) {
  actors::environment around{.web = &web, .teller = {.url = a.fortune_url}};
  std::vector<kind> kinds = a.kinds == "catalog" ? actors::make_catalog(around).kinds() : bench::kinds();
  if (!a.games.empty())
    kinds.push_back(actors::process("game", duration{0},
                                    {.command = {"uvicorn", "game:app", "--port", "{port}", "--log-level", "warning"},
                                     .directory = a.games,
                                     .ready_path = "/health",
                                     .environment = {"PATH", "PYTHONDONTWRITEBYTECODE=1"}},
                                    own));
  if (a.all_volatile)
    for (kind& k : kinds) k.durable = false;
  return catalog(std::move(kinds));
}

/// A time as the harness knows it.
double seconds(std::chrono::steady_clock::time_point at) {
  return std::chrono::duration<double>(at.time_since_epoch()).count();
}

/// Says when a sweep is over: to keep asking for it would cost the server more than the sweep does.
class sweep_watch final : public journal {
 public:
  void note(level, std::string_view event, const address&, std::string_view, const trace_context&) override {
    if (event == "swept") std::cout << "swept_at " << seconds(std::chrono::steady_clock::now()) << std::endl;
  }
  [[nodiscard]] bool wants(level l) const override { return l == level::info; }
};

/// Names of one length, so that every player's requests have the same size.
std::string player_name(int number) {
  std::string digits = std::to_string(number);
  return "player_" + std::string(6 - std::min<std::size_t>(digits.size(), 6), '0') + digits;
}

void serve(const arguments& a) {
  bench::stop_signal stop;
  real_clock time;
  sweep_watch log;
  http_client web;
  programs own({"/proc/self/exe", "supervise"}, a.folder + "/sockets", log);
  catalog kinds = kinds_for(a, web, own);
  http::credentials tokens(std::string(32, 'b'));
  sqlite_store store(a.folder);
  {
    auto sweeps_at = std::chrono::steady_clock::now() + a.limits.sweep_every;
    parlor::runtime runtime(kinds, a.limits, store, time, log);
    http::gateway gate(runtime, tokens, {});
    const std::string here = "127.0.0.1";
    http::server sockets(gate, runtime.loops(), {.address = here, .port = 0}, 65536, log);

    std::cout << "port " << sockets.port() << "\n";
    std::cout << "sweeps_at " << std::fixed << seconds(sweeps_at) << "\n";
    instant end = time.now() + std::chrono::hours(24);
    for (int p = 0; p < a.players; ++p)
      std::cout << "token " << tokens.sign({player_name(p), http::role::player, end}) << "\n";
    std::cout << "ready" << std::endl;
    stop.wait();
    runtime.stop();
    sockets.stop(std::chrono::seconds(1));
  }
  auto stored = store.stats();
  double mean = stored.groups ? double(stored.commits) / double(stored.groups) : 0;
  std::cout << "commits " << stored.commits << " mean_batch " << mean << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "supervise") return supervise(supervisor_link);
  return bench::exit_code_of("bench server", [&] { serve(read(argc, argv)); });
}
