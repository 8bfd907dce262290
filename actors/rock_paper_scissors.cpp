#include "actors/catalog.hpp"
#include "runtime/authoring/room_of.hpp"

// Rock, paper, scissors: both choose at once, in secret; the first to win two rounds wins. An example of
// hidden information: the view, and nothing else, decides what a player may know.
namespace parlor::actors {
namespace {

constexpr int rounds_to_win = 2;

enum class hand { rock, paper, scissors };
constexpr auto hands = one_of("rock", "paper", "scissors");

struct round_result {
  std::array<hand, 2> shown{};
  std::optional<int> winner;  // the seat; none when both chose the same
  static constexpr auto fields =
      describe(field("hands", &round_result::shown, hands), field("winner", &round_result::winner));
};

struct match {
  int round = 1;
  std::array<int, 2> wins{};
  std::array<std::optional<hand>, 2> chosen{};  // secret until both are in
  std::optional<round_result> last;
  static constexpr auto fields = describe(field("round", &match::round), field("wins", &match::wins),
                                          field("chosen", &match::chosen, hands), field("last", &match::last));
};

struct choose {
  hand choice{};
  static constexpr auto fields = describe(field("hand", &choose::choice, hands));
};

verdict on_choose(match& m, const choose& c, context& ctx) {
  if (m.chosen[ctx.seat()]) return reject("already_chosen");
  m.chosen[ctx.seat()] = c.choice;
  if (!m.chosen[0] || !m.chosen[1]) return accept();

  round_result result{.shown = {*m.chosen[0], *m.chosen[1]}, .winner = {}};
  int ahead = (static_cast<int>(result.shown[0]) - static_cast<int>(result.shown[1]) + 3) % 3;
  if (ahead != 0) result.winner = ahead == 1 ? 0 : 1;
  if (result.winner) ++m.wins[*result.winner];
  m.last = result;
  m.chosen = {};
  ++m.round;
  return accept();
}

struct match_view {
  int round = 1;
  std::array<int, 2> wins{};
  std::array<bool, 2> chosen{};  // that they chose, not what
  std::optional<round_result> last;
  static constexpr auto fields = describe(field("round", &match_view::round), field("wins", &match_view::wins),
                                          field("chosen", &match_view::chosen), field("last", &match_view::last));
};

match_view view(const match& m) {
  return {m.round, m.wins, {m.chosen[0].has_value(), m.chosen[1].has_value()}, m.last};
}

std::optional<ending> over(const match& m) {
  for (int seat : {0, 1})
    if (m.wins[seat] == rounds_to_win) return win(seat, "rounds");
  return {};
}

}  // namespace

kind rock_paper_scissors() {
  return room_of<match>{.name = "rock_paper_scissors",
                        .seats = exactly(2),
                        .turns = simultaneous(),
                        .commands = {{"choose", on_choose}},
                        .view = view,
                        .over = over};
}

}  // namespace parlor::actors
