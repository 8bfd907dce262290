#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "actors/catalog.hpp"
#include "tests/support/json.hpp"
#include "tests/support/json_part.hpp"
#include "tests/support/simulation.hpp"

using namespace parlor;
using namespace parlor::testing;

namespace {

constexpr const char* players[] = {"ann", "bob"};

/// Ann and Bob at a table of some game. Seat 0 is Ann's and opens.
class match {
 public:
  explicit match(const std::string& game) : room_(game + "/r1") {
    for (const char* player : players) REQUIRE(say(player, "join") == "ok");
  }

  std::string say(std::string player, std::string command, std::string args = "{}") {
    return sim.post(std::move(player), room_, std::move(command), std::move(args)).word();
  }
  /// What a player sees of the room; a spectator if `player` is empty.
  std::string seen_by(std::string player) { return sim.get(std::move(player), room_).body(); }
  std::string part(std::string_view path) { return json_part(seen_by(""), path); }
  /// `win 0 line`, `draw full`, or `open`.
  std::string outcome() {
    if (part("outcome") == "null") return "open";
    std::string winner = part("outcome.winner");
    return (winner == "null" ? "draw " : "win " + winner + " ") + part("outcome.reason");
  }
  void begin_again() {
    for (const char* player : players) REQUIRE(say(player, "rematch") == "ok");
  }

  simulation sim{actors::make_catalog()};

 private:
  std::string room_;
};

// Tic-tac-toe.

class tictactoe_match : public match {
 public:
  tictactoe_match() : match("tictactoe") {}
  std::string place(int seat, int cell) { return say(players[seat], "place", json("cell", cell)); }
  /// Plays the cells in turn, beginning with seat `first`; each must be accepted.
  void play(std::vector<int> cells, int first = 0) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      INFO("cell " << cells[i]);
      REQUIRE(place((first + static_cast<int>(i)) % 2, cells[i]) == "ok");
    }
  }
};

/// Whether three cells lie in a line, by geometry: the game has a table.
bool in_line(std::array<int, 3> cells) {
  auto [a, b, c] = cells;
  int ax = a % 3, ay = a / 3, bx = b % 3, by = b / 3, cx = c % 3, cy = c / 3;
  // On a board of three by three, three different cells on one straight line are a winning line.
  return (bx - ax) * (cy - ay) == (cx - ax) * (by - ay);
}

// Gomoku.

using stone = std::pair<int, int>;

class gomoku_match : public match {
 public:
  gomoku_match() : match("gomoku") {}
  std::string place(int seat, stone at) { return say(players[seat], "place", json("x", at.first, "y", at.second)); }
  /// Has Ann place these stones in order, while Bob builds nothing. Each must be accepted.
  void let_ann_place(const std::vector<stone>& stones) {
    std::size_t bobs = 0;
    for (std::size_t i = 0; i < stones.size(); ++i) {
      REQUIRE(place(0, stones[i]) == "ok");
      if (i + 1 == stones.size()) return;
      // Every third point of every third row: no two of Bob's stones touch.
      stone idle;
      do {
        idle = {static_cast<int>(bobs % 5) * 3, static_cast<int>(bobs / 5) * 3};
        ++bobs;
      } while (std::find(stones.begin(), stones.end(), idle) != stones.end());
      REQUIRE(place(1, idle) == "ok");
    }
  }
};

std::vector<stone> line(stone from, int dx, int dy, int count = 5) {
  std::vector<stone> stones;
  for (int i = 0; i < count; ++i) stones.push_back({from.first + i * dx, from.second + i * dy});
  return stones;
}

// Rock, paper, scissors.

class hands_match : public match {
 public:
  hands_match() : match("rock_paper_scissors") {}
  std::string choose(int seat, const std::string& hand) { return say(players[seat], "choose", json("hand", hand)); }
  void round(const std::string& anns, const std::string& bobs) {
    REQUIRE(choose(0, anns) == "ok");
    REQUIRE(choose(1, bobs) == "ok");
  }
};

}  // namespace

TEST_CASE("tic-tac-toe: three cells win exactly if they lie in a line, all 84 triples") {
  int lines = 0;
  for (int a = 0; a < 9; ++a)
    for (int b = a + 1; b < 9; ++b)
      for (int c = b + 1; c < 9; ++c) {
        std::vector<int> others;
        for (int cell = 0; cell < 9; ++cell)
          if (cell != a && cell != b && cell != c) others.push_back(cell);
        tictactoe_match m;
        m.play({a, others[0], c, others[1], b});
        INFO("cells " << a << ", " << b << ", " << c);
        bool wins = in_line({a, b, c});
        lines += wins;
        CHECK(m.outcome() == (wins ? "win 0 line" : "open"));
      }
  CHECK(lines == 8);
}

TEST_CASE("tic-tac-toe: the second seat wins with its own line") {
  tictactoe_match m;
  m.play({0, 2, 1, 4, 8, 6});
  CHECK(m.outcome() == "win 1 line");
  CHECK(m.part("turn") == "null");
  CHECK(m.part("view.cells") == "[1,1,2,0,2,0,2,0,1]");
}

TEST_CASE("tic-tac-toe: a full board without a line is a draw") {
  tictactoe_match m;
  m.play({0, 1, 2, 4, 3, 5, 7, 6, 8});
  CHECK(m.outcome() == "draw full");
}

TEST_CASE("tic-tac-toe: a line on the last free cell is a win, not a draw") {
  tictactoe_match m;
  m.play({0, 1, 4, 2, 5, 3, 7, 6, 8});
  CHECK(m.outcome() == "win 0 line");
}

TEST_CASE("tic-tac-toe: a taken cell is refused and leaves the turn where it was") {
  tictactoe_match m;
  m.play({4});
  CHECK(m.place(1, 4) == "cell_taken");
  CHECK(m.part("turn") == "1");
  CHECK(m.part("version") == "3");
  CHECK(m.place(1, 0) == "ok");
  CHECK(m.place(0, 0) == "cell_taken");
  CHECK(m.place(0, 4) == "cell_taken");
}

TEST_CASE("tic-tac-toe: nobody moves twice, before the start, after the end, or off the board") {
  simulation alone(actors::make_catalog());
  alone.post("ann", "tictactoe/r1", "join");
  CHECK(alone.post("ann", "tictactoe/r1", "place", json("cell", 0)).word() == "not_started");

  tictactoe_match m;
  CHECK(m.place(1, 0) == "not_your_turn");
  m.play({0});
  CHECK(m.place(0, 1) == "not_your_turn");
  CHECK(m.say("cid", "place", json("cell", 1)) == "not_seated");
  CHECK(m.place(1, 9) == "bad_arguments");
  CHECK(m.place(1, -1) == "bad_arguments");
  CHECK(m.say("bob", "place") == "bad_arguments");
  m.play({3, 1, 4, 2}, 1);
  CHECK(m.outcome() == "win 0 line");
  CHECK(m.place(1, 8) == "game_over");
}

TEST_CASE("tic-tac-toe: a rematch is opened by the other seat, on an empty board") {
  tictactoe_match m;
  m.play({0, 3, 1, 4, 2});
  m.begin_again();
  CHECK(m.part("view.cells") == "[0,0,0,0,0,0,0,0,0]");
  CHECK(m.part("turn") == "1");
  m.play({0, 3, 1, 4, 2}, 1);
  CHECK(m.outcome() == "win 1 line");
}

TEST_CASE("gomoku: five in a row win in each direction, at every edge and corner") {
  struct way {
    int dx, dy;
    std::vector<stone> from;
  };
  for (const way& w : {way{1, 0, {{0, 0}, {10, 0}, {0, 14}, {10, 14}, {5, 7}}},
                       way{0, 1, {{0, 0}, {0, 10}, {14, 0}, {14, 10}, {7, 5}}},
                       way{1, 1, {{0, 0}, {10, 0}, {0, 10}, {10, 10}, {5, 5}}},
                       way{1, -1, {{0, 4}, {10, 4}, {0, 14}, {10, 14}, {5, 9}}}})
    for (stone from : w.from) {
      INFO("from " << from.first << "," << from.second << " by " << w.dx << "," << w.dy);
      gomoku_match m;
      m.let_ann_place(line(from, w.dx, w.dy));
      CHECK(m.outcome() == "win 0 line");
    }
}

TEST_CASE("gomoku: four in a row are not enough in any direction") {
  for (auto [dx, dy] : {std::pair{1, 0}, {0, 1}, {1, 1}, {1, -1}}) {
    gomoku_match m;
    m.let_ann_place(line({5, 7}, dx, dy, 4));
    CHECK(m.outcome() == "open");
  }
}

TEST_CASE("gomoku: a line that is joined in its middle, or at either end, wins as well") {
  for (auto [dx, dy] : {std::pair{1, 0}, {0, 1}, {1, 1}, {1, -1}})
    for (std::size_t last = 0; last < 5; ++last) {
      std::vector<stone> stones = line({5, 7}, dx, dy);
      std::swap(stones[last], stones[4]);
      INFO("the stone " << last << " comes last, by " << dx << "," << dy);
      gomoku_match m;
      m.let_ann_place(stones);
      CHECK(m.outcome() == "win 0 line");
    }
}

TEST_CASE("gomoku: six in a row, joined by one stone, win too") {
  gomoku_match m;
  m.let_ann_place({{2, 7}, {3, 7}, {4, 7}, {6, 7}, {7, 7}, {5, 7}});
  CHECK(m.outcome() == "win 0 line");
}

TEST_CASE("gomoku: a line does not go on at the other side of the board") {
  // Each is five cells at an even distance in the list of cells, and no line on the board.
  for (const std::vector<stone>& stones :
       std::vector<std::vector<stone>>{{{13, 0}, {14, 0}, {0, 1}, {1, 1}, {2, 1}},
                                       {{11, 6}, {12, 6}, {13, 6}, {14, 6}, {0, 7}},
                                       {{13, 0}, {14, 1}, {0, 3}, {1, 4}, {2, 5}},
                                       {{1, 0}, {0, 1}, {14, 1}, {13, 2}, {12, 3}}}) {
    for (std::size_t last = 0; last < 5; ++last) {
      std::vector<stone> order = stones;
      std::swap(order[last], order[4]);
      gomoku_match m;
      m.let_ann_place(order);
      CHECK(m.outcome() == "open");
    }
  }
}

TEST_CASE("gomoku: a line of the other colour's stones, or broken by one, is none") {
  gomoku_match m;
  for (int x : {0, 1, 2, 4, 5}) {
    REQUIRE(m.place(0, {x, 7}) == "ok");
    REQUIRE(m.place(1, x == 0 ? stone{3, 7} : stone{2 * x, 0}) == "ok");
  }
  CHECK(m.outcome() == "open");
}

TEST_CASE("gomoku: the second seat wins with its own stones") {
  gomoku_match m;
  for (int i = 0; i < 5; ++i) {
    REQUIRE(m.place(0, {2 * i, 0}) == "ok");
    REQUIRE(m.place(1, {3, 4 + i}) == "ok");
  }
  CHECK(m.outcome() == "win 1 line");
  CHECK(m.part("view.last") == R"({"x":3,"y":8})");
}

TEST_CASE("gomoku: a stone stands where it was placed, and on a free point of the board only") {
  gomoku_match m;
  CHECK(m.part("view.last") == "null");
  CHECK(m.place(0, {3, 2}) == "ok");
  CHECK(m.part("view.cells[33]") == "1");
  CHECK(m.part("view.last") == R"({"x":3,"y":2})");
  CHECK(m.place(1, {3, 2}) == "cell_taken");
  CHECK(m.place(1, {15, 0}) == "bad_arguments");
  CHECK(m.place(1, {0, -1}) == "bad_arguments");
  CHECK(m.place(1, {14, 14}) == "ok");
  CHECK(m.part("view.cells[224]") == "2");
}

TEST_CASE("gomoku: a full board without a line is a draw") {
  // Pairs of stones, shifted by two from row to row: no line is longer than two in any direction.
  std::array<std::vector<stone>, 2> of_seat;
  for (int y = 0; y < 15; ++y)
    for (int x = 0; x < 15; ++x) of_seat[(x + 2 * y) % 4 < 2 ? 0 : 1].push_back({x, y});
  REQUIRE(of_seat[0].size() == 113);
  gomoku_match m;
  for (std::size_t i = 0; i < 225; ++i) {
    if (i == 224) CHECK(m.outcome() == "open");
    REQUIRE(m.place(static_cast<int>(i % 2), of_seat[i % 2][i / 2]) == "ok");
  }
  CHECK(m.outcome() == "draw full");
}

TEST_CASE("rock, paper, scissors: until both have chosen nobody learns what one chose") {
  // The same match three times, but for Ann's hand. Whoever looks, and whatever they look at, sees
  // the same bytes.
  auto all_that_is_shown = [](const std::string& hand) {
    hands_match m;
    m.round("paper", "rock");
    std::vector<std::string> shown;
    auto take = [&](const pending_reply& p) {
      const reply& r = p.answer();
      shown.push_back(r.body + " " + r.current + " " + r.why.code + " " + r.why.detail + " " + r.why.legal + " " +
                      std::to_string(r.tag.version) + " " + std::to_string(r.tag.incarnation));
    };
    std::string room = "rock_paper_scissors/r1";
    take(m.sim.post("ann", room, "choose", json("hand", hand)));
    for (const char* player : {"ann", "bob", "cid", ""}) {
      take(m.sim.get(player, room));
      take(m.sim.get(player, "session/" + std::string(*player ? player : "nobody")));
    }
    take(m.sim.post("ann", room, "choose", json("hand", "rock")));
    take(m.sim.post("cid", room, "choose", json("hand", "rock")));
    take(m.sim.post("cid", room, "join"));
    take(m.sim.post("bob", room, "join"));
    take(m.sim.send({.to = at(room),
                     .player = "bob",
                     .command = "choose",
                     .args = json("hand", "rock"),
                     .if_match = version_tag{1, 1}}));
    m.sim.run();
    take(m.sim.post("cid", "lobby/rock_paper_scissors", "list"));
    // A leave in mid-round ends the match: what was chosen stays secret for ever.
    take(m.sim.post("bob", room, "leave"));
    take(m.sim.get("bob", room));
    return shown;
  };
  auto rock = all_that_is_shown("rock");
  CHECK(rock == all_that_is_shown("paper"));
  CHECK(rock == all_that_is_shown("scissors"));
  // The comparison is worth something: it is seen that she chose.
  CHECK_THAT(rock[0], Catch::Contains(R"("chosen":[true,false])"));
}

TEST_CASE("rock, paper, scissors: what the one sees does not depend on the other's hand either") {
  auto seen_by_bob = [](const std::string& anns_hand) {
    hands_match m;
    REQUIRE(m.choose(0, anns_hand) == "ok");
    return m.seen_by("bob");
  };
  CHECK(seen_by_bob("rock") == seen_by_bob("scissors"));
  hands_match m;
  REQUIRE(m.choose(1, "rock") == "ok");
  CHECK(m.part("view.chosen") == "[false,true]");
  CHECK(m.part("view.last") == "null");
}

TEST_CASE("rock, paper, scissors: each hand beats one, loses to one and ties with itself") {
  const std::array<std::string, 3> hands{"rock", "paper", "scissors"};
  const std::array<std::string, 3> beaten{"scissors", "rock", "paper"};
  for (std::size_t a = 0; a < 3; ++a)
    for (const std::string& bobs : hands) {
      hands_match m;
      m.round(hands[a], bobs);
      std::string winner = hands[a] == bobs ? "null" : beaten[a] == bobs ? "0" : "1";
      INFO(hands[a] << " against " << bobs);
      CHECK(m.part("view.last.winner") == winner);
      CHECK(m.part("view.last.hands") == "[\"" + hands[a] + "\",\"" + bobs + "\"]");
      CHECK(m.part("view.wins") == (winner == "0" ? "[1,0]" : winner == "1" ? "[0,1]" : "[0,0]"));
    }
}

TEST_CASE("rock, paper, scissors: ties repeat, and the first to win two rounds wins") {
  hands_match m;
  m.round("rock", "rock");
  m.round("rock", "scissors");
  m.round("paper", "paper");
  m.round("rock", "paper");
  CHECK(m.outcome() == "open");
  CHECK(m.part("view.round") == "5");
  CHECK(m.part("view.wins") == "[1,1]");
  m.round("scissors", "rock");
  CHECK(m.outcome() == "win 1 rounds");
  CHECK(m.choose(0, "rock") == "game_over");
}

TEST_CASE("rock, paper, scissors: a match can be over in two rounds, and begun again") {
  hands_match m;
  m.round("rock", "scissors");
  m.round("rock", "scissors");
  CHECK(m.outcome() == "win 0 rounds");
  m.begin_again();
  CHECK(m.part("view") == R"({"chosen":[false,false],"last":null,"round":1,"wins":[0,0]})");
}

TEST_CASE("rock, paper, scissors: a choice stands, and the order of choosing does not matter") {
  hands_match m;
  CHECK(m.choose(1, "paper") == "ok");
  CHECK(m.choose(1, "rock") == "already_chosen");
  CHECK(m.choose(0, "lizard") == "bad_arguments");
  CHECK(m.choose(0, "rock") == "ok");
  CHECK(m.part("view.last.winner") == "1");
  CHECK(m.part("view.chosen") == "[false,false]");
}

TEST_CASE("a game is left where it is while everybody sleeps, hidden hands and all") {
  hands_match m;
  CHECK(m.choose(0, "rock") == "ok");
  std::string before = m.seen_by("ann");
  m.sim.restart();
  CHECK(m.seen_by("ann") == before);
  CHECK(m.choose(0, "paper") == "already_chosen");
  CHECK(m.choose(1, "scissors") == "ok");
  CHECK(m.part("view.wins") == "[1,0]");
}

TEST_CASE("every game's commands say in their schema what they take") {
  catalog kinds = actors::make_catalog();
  for (auto [game, command, property] : {std::array{"tictactoe", "place", "cell"}, std::array{"gomoku", "place", "x"},
                                         std::array{"rock_paper_scissors", "choose", "hand"}}) {
    const kind* k = kinds.find(game);
    REQUIRE(k);
    const std::string& schema = k->commands[k->find_command(command).value()].args_schema;
    CHECK(json_part(schema, std::string("properties.") + property) != "absent");
    CHECK(json_part(k->view_schema, "type") == "object");
  }
}
