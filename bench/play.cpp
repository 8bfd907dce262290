#include <array>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <set>

#include "bench/client.hpp"
#include "bench/command_line.hpp"
#include "bench/samples.hpp"
#include "runtime/values/fields.hpp"

// Bots that play tic-tac-toe to the end, as pages would: two join by the lobby, move in turns with
// a fresh Idempotency-Key each, and look at the room now and then. They know the rules: an answer
// that is not what the game must look like now ends the program.
//
// Open loop: games begin at a constant rate, and each game has a plan of its own, one step every
// `think`. A step that cannot be taken in time because the answer before it is late counts from its
// place in the plan all the same.
namespace {

using namespace parlor::bench;
using parlor::describe;
using parlor::field;
using parlor::or_default;

struct ending {
  std::optional<int> winner;
  std::string reason;
  std::vector<bool> rematch;
  static constexpr auto fields =
      describe(field("winner", &ending::winner), field("reason", &ending::reason), field("rematch", &ending::rematch));
};

struct board {
  std::array<int, 9> cells{};
  static constexpr auto fields = describe(field("cells", &board::cells));
};

/// A room as the API shows it; `kind` and `id` only where the lobby chose the room.
struct room {
  std::string kind, id;
  std::int64_t version = 0;
  std::vector<std::optional<std::string>> seats;
  std::optional<int> turn;
  std::optional<ending> outcome;
  board view;
  static constexpr auto fields =
      describe(field("kind", &room::kind, or_default), field("id", &room::id, or_default),
               field("version", &room::version), field("seats", &room::seats), field("turn", &room::turn),
               field("outcome", &room::outcome), field("view", &room::view));
};

enum operation : std::uint32_t { joining, moving, reading };

void require(bool holds, const std::string& step, const answer& a) {
  if (!holds) throw std::runtime_error(step + ": " + std::string(a.body));
}

room read_room(const answer& a, std::string_view step) {
  expect_ok(a, step);
  auto parsed = parlor::json_document::parse(a.body);
  require(parsed.ok(), "not JSON", a);
  room r;
  auto wrong = parlor::read_fields(parsed.value().root(), r);
  require(!wrong, "not a room", a);
  return r;
}

/// The seat that has three in a row, or -1.
int line_of(const std::array<int, 9>& cells) {
  constexpr int lines[8][3] = {{0, 1, 2}, {3, 4, 5}, {6, 7, 8}, {0, 3, 6}, {1, 4, 7}, {2, 5, 8}, {0, 4, 8}, {2, 4, 6}};
  for (auto [x, y, z] : lines)
    if (cells[x] != 0 && cells[x] == cells[y] && cells[y] == cells[z]) return cells[x] - 1;
  return -1;
}

/// One game as it should be: what every answer about it is compared with.
struct game {
  std::string id;
  std::array<std::size_t, 2> players{};  // in the order of the seats
  std::array<int, 9> cells{};
  std::int64_t version = 0;
  int turn = 0;
  int moves = 0;
  int steps = 0;
  steady::time_point begins;

  [[nodiscard]] bool over() const { return moves == 9 || line_of(cells) >= 0; }

  void check(const room& r, const answer& a) const {
    require(r.view.cells == cells, "another board", a);
    require(r.outcome.has_value() == over(), "another outcome", a);
    if (!over()) return require(r.turn == turn, "another turn", a);
    int line = line_of(cells);
    require(!r.turn && r.outcome->winner == (line < 0 ? std::optional<int>{} : line) &&
                r.outcome->reason == (line < 0 ? "full" : "line"),
            "another ending", a);
  }
};
using game_ptr = std::shared_ptr<game>;

struct arguments {
  std::uint16_t port = 0;
  std::string tokens, samples, key_prefix = "k";
  double games_per_second = 100, seconds = 1;
  int think_ms = 50;
  std::size_t connections = 64;
};

class arena {
 public:
  explicit arena(const arguments& wanted)
      : wanted_(wanted),
        think_(wanted.think_ms),
        tokens_(read_tokens(wanted.tokens)),
        connections_(wanted.port, wanted.connections),
        players_wanted_(2 * static_cast<std::uint64_t>(wanted.games_per_second * wanted.seconds)),
        seen_(players_wanted_ * 12) {
    for (std::size_t p = 0; p < tokens_.size(); ++p) resting_.push_back(p);
  }

  /// Plays; returns how many games came to their end.
  std::uint64_t run() {
    start_ = steady::now();
    plan_arrival();
    connections_.run();
    if (!seated_.empty()) throw std::runtime_error("somebody never got an opponent");
    seen_.write(wanted_.samples);
    return finished_;
  }

 private:
  /// A bot that sits in a room and waits for the other one.
  struct seated {
    std::size_t player;
    steady::time_point since;
  };

  void plan_arrival() {
    if (arrived_ == players_wanted_) return;
    auto after = std::chrono::duration<double>(double(arrived_) / (2 * wanted_.games_per_second));
    auto intended = start_ + std::chrono::duration_cast<steady::duration>(after);
    connections_.at(intended, [this, intended] {
      ++arrived_;
      plan_arrival();
      join(intended);
    });
  }

  void join(steady::time_point intended) {
    if (resting_.empty()) throw std::runtime_error("every player plays already: give more tokens");
    std::size_t player = resting_.front();
    resting_.pop_front();
    connections_.send(post(wanted_.port, "/api/tictactoe/join", tokens_[player], "", next_key()),
                      [this, player, intended](const answer& a) {
                        seen_.add(intended, joining);
                        joined(player, intended, read_room(a, "join"), a);
                      });
  }

  void joined(std::size_t player, steady::time_point since, const room& r, const answer& a) {
    require(!r.id.empty() && r.seats.size() == 2 && !r.outcome, "not a room to play in", a);
    auto other = seated_.find(r.id);
    if (other == seated_.end()) {
      seated_.emplace(r.id, seated{player, since});
      return;
    }
    // Both have heard that they sit. The one who came first opens the game.
    auto g = std::make_shared<game>();
    g->id = r.id;
    g->players = {other->second.player, player};
    g->version = r.version;
    g->begins = std::max(since, other->second.since);
    // Answers may overtake each other: whoever was told of a full room sat down second.
    if (!r.turn) std::swap(g->players[0], g->players[1]);
    seated_.erase(other);
    plan_step(g);
  }

  /// Plans the next step of a game: a move, or after every third move a look of the one who waits.
  void plan_step(const game_ptr& g) {
    auto intended = g->begins + ++g->steps * think_;
    bool looks = g->steps % 4 == 0;
    connections_.at(intended, [this, g, looks, intended] {
      if (looks) look(g, intended);
      else move(g, intended);
    });
  }

  void move(const game_ptr& g, steady::time_point intended) {
    int cell = 0;
    do cell = static_cast<int>(random_() % 9);
    while (g->cells[static_cast<std::size_t>(cell)] != 0);
    std::string body = "{\"cell\":" + std::to_string(cell) + "}";
    std::size_t player = g->players[static_cast<std::size_t>(g->turn)];
    std::string path = "/api/tictactoe/" + g->id + "/place";
    connections_.send(post(wanted_.port, path, tokens_[player], body, next_key()),
                      [this, g, cell, intended](const answer& a) {
                        seen_.add(intended, moving);
                        moved(g, cell, a);
                      });
  }

  void moved(const game_ptr& g, int cell, const answer& a) {
    room r = read_room(a, "place");
    g->cells[static_cast<std::size_t>(cell)] = g->turn + 1;
    ++g->moves;
    g->turn = 1 - g->turn;
    g->check(r, a);
    require(r.version > g->version, "a version that did not grow", a);
    g->version = r.version;
    if (!g->over()) return plan_step(g);
    ++finished_;
    for (std::size_t player : g->players) resting_.push_back(player);
  }

  void look(const game_ptr& g, steady::time_point intended) {
    std::size_t player = g->players[static_cast<std::size_t>(1 - g->turn)];
    connections_.send(get(wanted_.port, "/api/tictactoe/" + g->id, tokens_[player]),
                      [this, g, intended](const answer& a) {
                        seen_.add(intended, reading);
                        room r = read_room(a, "the room");
                        g->check(r, a);
                        require(r.version >= g->version, "a version of the past", a);
                        plan_step(g);
                      });
  }

  std::string next_key() { return wanted_.key_prefix + std::to_string(100'000'000 + keys_++); }

  arguments wanted_;
  std::chrono::milliseconds think_;
  std::vector<std::string> tokens_;
  client connections_;
  std::uint64_t players_wanted_;
  samples seen_;
  std::deque<std::size_t> resting_;
  std::map<std::string, seated> seated_;
  std::mt19937 random_{1};
  steady::time_point start_;
  std::uint64_t arrived_ = 0, finished_ = 0, keys_ = 0;
};

arguments read(int argc, char** argv) {
  arguments a;
  CLI::App app{"plays tic-tac-toe"};
  app.add_option("port", a.port)->required();
  app.add_option("--tokens", a.tokens, "a file; each bot is one of these players")->required();
  app.add_option("--samples", a.samples, "the file to write")->required();
  app.add_option("--games", a.games_per_second, "new games a second")->check(CLI::PositiveNumber);
  app.add_option("--seconds", a.seconds, "for how long games begin")->check(CLI::PositiveNumber);
  app.add_option("--think-ms", a.think_ms, "from one step of a game to the next");
  app.add_option("--connections", a.connections);
  app.add_option("--key-prefix", a.key_prefix, "with which Idempotency-Keys begin");
  parse_or_exit(app, argc, argv);
  return a;
}

}  // namespace

int main(int argc, char** argv) {
  arguments wanted = read(argc, argv);
  return exit_code_of("play", [&] { std::cout << "games " << arena(wanted).run() << std::endl; });
}
