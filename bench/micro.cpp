#include <benchmark/benchmark.h>

#include <filesystem>
#include <latch>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "actors/catalog.hpp"
#include "bench/client.hpp"
#include "bench/kinds.hpp"
#include "http/admission/credentials.hpp"
#include "runtime/hosting/directory/directory.hpp"
#include "runtime/hosting/runtime.hpp"
#include "runtime/storage/memory_store.hpp"
#include "runtime/storage/sqlite_store.hpp"

// The single steps of a command, each alone: what the look-up, the JSON, the rules, the token and
// the store have in the whole. Every benchmark counts items, so that its figure is the time of one.
namespace {

using namespace parlor;

struct board {
  std::array<int, 9> cells{};
  static constexpr auto fields = describe(field("cells", &board::cells));
};
struct place {
  int cell = 0;
  static constexpr auto fields = describe(field("cell", &place::cell, between(0, 8)));
};

void count_items(benchmark::State& state, std::int64_t each = 1) {
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * each);
}

json_document parsed(std::string_view text) { return std::move(json_document::parse(text).value()); }

// The directory.

const std::vector<kind>& one_kind() {
  static const std::vector<kind> kinds{bench::table(false)};
  return kinds;
}
const kind& any_kind() { return one_kind()[0]; }
request_ptr a_request(const std::string& id) {
  return std::make_shared<request>(call{.to = {any_kind().name, id}, .player = "player_000000"}, any_kind(), 0,
                                   instant::max(), [](auto&&...) {});
}

struct no_mailbox final : mailbox {
  void put(request_ptr) override {}
  void retire() override {}
};

/// A directory with so many actors awake, and a list of some of them in no order.
struct full_directory {
  explicit full_directory(std::size_t actors)
      : directory(one_kind(), std::chrono::minutes(10), SIZE_MAX, [](directory_entry&) {}) {
    auto make = [](directory_entry& s) { return s.hold<no_mailbox>(); };
    for (std::size_t i = 0; i < actors; ++i)
      directory.add(any_kind(), bench::room_id(i), std::chrono::minutes(10), make, now);
    std::mt19937_64 random(1);
    for (int i = 0; i < 4096; ++i) asked.push_back(bench::room_id(random() % actors));
  }
  parlor::directory directory;
  std::vector<std::string> asked;
  instant now = real_clock().now();
};

void making_a_request(benchmark::State& state) {
  std::string id = bench::room_id(1);
  for (auto _ : state) benchmark::DoNotOptimize(a_request(id));
  count_items(state);
}
BENCHMARK(making_a_request);

/// Making a request, offering it to an awake actor, and taking it off again.
void offering_a_request_among(benchmark::State& state) {
  static std::map<std::int64_t, std::unique_ptr<full_directory>> directories;
  auto& full = directories[state.range(0)];
  if (!full) full = std::make_unique<full_directory>(static_cast<std::size_t>(state.range(0)));
  std::size_t next = 0;
  for (auto _ : state) {
    request_ptr r = a_request(full->asked[next++ % full->asked.size()]);
    if (full->directory.offer(r, full->now) != directory::offered::delivered)
      return state.SkipWithError("an awake actor was not found");
  }
  count_items(state);
}
BENCHMARK(offering_a_request_among)->Arg(1000)->Arg(1'000'000);

// JSON.

void reading_a_move(benchmark::State& state) {
  for (auto _ : state) {
    auto document = json_document::parse(R"({"cell":4})");
    place p;
    benchmark::DoNotOptimize(read_fields(document.value().root(), p));
  }
  count_items(state);
}
BENCHMARK(reading_a_move);

void writing_a_board(benchmark::State& state) {
  board b{{1, 2, 0, 0, 1, 0, 0, 0, 2}};
  for (auto _ : state) benchmark::DoNotOptimize(to_json(b));
  count_items(state);
}
BENCHMARK(writing_a_board);

// A room of the real game, without a host.

/// Both players sit, nobody has moved.
struct open_game {
  open_game() {
    for (const char* player : {"player_000000", "player_000001"})
      if (!say(player, "join", none)) std::abort();
    game->save(saved);
  }
  bool say(std::string_view player, const char* command, const json_document& args) {
    return say(player, *actor_kind.find_command(command), args);
  }
  bool say(std::string_view player, std::size_t command, const json_document& args) {
    context ctx({.self = self, .player = player, .version = 1}, time, chance);
    return game->run(command, args.root(), ctx, nullptr).accepted();
  }
  kind actor_kind = actors::tictactoe();
  address self{"tictactoe", bench::room_id(1)};
  dice chance{1};
  instant time = real_clock().now();
  json_document none = parsed("");
  std::unique_ptr<activation> game = actor_kind.make_activation();
  std::string saved;
};

void showing_a_room(benchmark::State& state) {
  open_game room;
  for (auto _ : state) {
    std::string out;
    room.game->show(out, {.player = "player_000000"}, 7);
    benchmark::DoNotOptimize(out);
  }
  count_items(state);
}
BENCHMARK(showing_a_room);

/// A whole game, drawn in nine moves; only the moves count.
void running_a_move(benchmark::State& state) {
  open_game room;
  std::vector<json_document> moves;
  for (int cell : {0, 1, 2, 4, 3, 5, 7, 6, 8}) moves.push_back(parsed("{\"cell\":" + std::to_string(cell) + "}"));
  std::size_t command = *room.actor_kind.find_command("place");
  json_document begin = parsed(room.saved);
  for (auto _ : state) {
    room.game->load(begin.root());
    bool full = true;
    auto before = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < moves.size(); ++i)
      full &= room.say(i % 2 ? "player_000001" : "player_000000", command, moves[i]);
    std::chrono::duration<double> passed = std::chrono::steady_clock::now() - before;
    if (!full) return state.SkipWithError("a move was rejected");
    state.SetIterationTime(passed.count());
  }
  count_items(state, 9);
}
BENCHMARK(running_a_move)->UseManualTime();

void waking_a_room(benchmark::State& state) {
  open_game room;
  for (auto _ : state) benchmark::DoNotOptimize(wake(room.actor_kind, room.actor_kind.schema(), room.saved));
  count_items(state);
}
BENCHMARK(waking_a_room);

// Tokens.

http::identity somebody(int number, instant now) {
  return {"player_" + std::to_string(number), http::role::player, now + std::chrono::hours(1)};
}

void checking_a_token_first_seen(benchmark::State& state) {
  http::credentials tokens(std::string(32, 'b'));
  instant now = real_clock().now();
  // More than are remembered, so that none of them is.
  std::vector<std::string> many;
  for (int i = 0; i < static_cast<int>(http::credentials::remembered_max) + 1; ++i)
    many.push_back(tokens.sign(somebody(i, now)));
  std::size_t next = 0;
  for (auto _ : state) benchmark::DoNotOptimize(tokens.verify(many[next++ % many.size()], now));
  count_items(state);
}
BENCHMARK(checking_a_token_first_seen);

void checking_a_token_remembered(benchmark::State& state) {
  http::credentials tokens(std::string(32, 'b'));
  instant now = real_clock().now();
  std::string token = tokens.sign(somebody(1, now));
  for (auto _ : state) benchmark::DoNotOptimize(tokens.verify(token, now));
  count_items(state);
}
BENCHMARK(checking_a_token_remembered);

// The store.

/// A folder beside the working folder's other files: on the disk that is measured.
struct folder {
  folder() {
    std::string name = (std::filesystem::current_path() / "bench-XXXXXX").string();
    if (!mkdtemp(name.data())) std::abort();
    path = name;
  }
  ~folder() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

/// Commits of as many actors at once, until all of them are synced.
void storing_in_groups_of(benchmark::State& state) {
  folder data;
  sqlite_store store(data.path.string());
  open_game room;
  auto group = static_cast<std::size_t>(state.range(0));
  std::vector<stored_actor> last(group);
  bool failed = false;
  for (auto _ : state) {
    std::latch start_line(state.range(0));
    for (std::size_t i = 0; i < group; ++i) {
      stored_actor& a = last[i];
      commit c{.actor = {"tictactoe", bench::room_id(i)}, .follows = a.version};
      c.next = {.row = a.row, .incarnation = 1, .version = ++a.version, .state = room.saved};
      c.reply = std::make_shared<reply_record>(reply_record{
          .player = "player_000000", .key = std::to_string(a.version), .version = a.version, .body = room.saved});
      store.save(std::move(c), [&, i](auto&& receipt) {
        if (receipt) last[i].row = receipt.value().row;
        else failed = true;
        start_line.count_down();
      });
    }
    start_line.wait();
    if (failed) return state.SkipWithError("a commit failed");
  }
  count_items(state, state.range(0));
}
BENCHMARK(storing_in_groups_of)->Arg(1)->Arg(64)->UseRealTime();

// The whole, without HTTP.

/// Commands to 32 rooms, so many under way at once.
void commanding_with_in_flight(benchmark::State& state) {
  catalog kinds({bench::table(false)});
  options limits;
  limits.threads = 1;
  memory_store store;
  real_clock time;
  no_journal log;
  parlor::runtime runtime(kinds, limits, store, time, log);
  auto player = [](std::int64_t room, std::int64_t seat) { return "player_" + std::to_string(2 * room + seat); };
  auto send = [&](std::int64_t room, std::int64_t seat, std::string command, std::string args, std::latch& done) {
    runtime.send({.to = {"table", bench::room_id(static_cast<std::uint64_t>(room))},
                  .player = player(room, seat),
                  .command = std::move(command),
                  .args = std::move(args)},
                 [&done](reply r) {
                   if (!r.ok()) std::abort();
                   done.count_down();
                 });
  };
  {
    std::latch joined(64);
    for (std::int64_t p = 0; p < 64; ++p) send(p / 2, p % 2, "join", "", joined);
    joined.wait();
  }
  for (auto _ : state) {
    std::latch start_line(state.range(0));
    for (std::int64_t p = 0; p < state.range(0); ++p) send(p / 2, p % 2, "place", R"({"cell":4})", start_line);
    start_line.wait();
  }
  count_items(state, state.range(0));
}
BENCHMARK(commanding_with_in_flight)->Arg(1)->Arg(64)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
