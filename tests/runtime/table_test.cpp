#include <catch2/catch.hpp>
#include <string>

#include "runtime/authoring/room_of.hpp"
#include "tests/support/json.hpp"
#include "tests/support/workbench.hpp"

using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

// A game that does as it is told: each command is one thing that a game can do.

struct amount {
  int by = 0;
  static constexpr auto fields = describe(field("by", &amount::by, between(0, 100)));
};

struct score {
  int points = 0;
  int dealt = 0;
  int opener = -1;  // whom the setup saw
  std::optional<int> winner;
  static constexpr auto fields = describe(field("points", &score::points), field("dealt", &score::dealt),
                                          field("opener", &score::opener), field("winner", &score::winner));
};

verdict on_play(score& s, context& ctx) {
  s.points += ctx.seat() + 1;
  return accept();
}
verdict on_refuse(score&, context&) { return reject("against_the_rules"); }
verdict on_look_only(score&, context&) { return unchanged(); }
verdict on_win(score& s, context& ctx) {
  s.winner = ctx.seat();
  return accept();
}
verdict on_hand_to(score&, const amount& seat, context& ctx) {
  ctx.pass_to(seat.by);
  return accept();
}
verdict on_count_seats(score& s, context& ctx) {
  s.points = ctx.seats();
  return accept();
}
verdict on_shout(score& s, context& ctx) {
  s.points += 10 * (ctx.seat() + 1);
  return accept();
}
verdict on_applaud(score& s, context& ctx) {
  s.points += 100 + ctx.seat();
  return accept();
}
verdict_of<amount> on_answer(score&, const amount& a, context&) { return accept(a); }

void deal(score& s, context& ctx) {
  s.dealt = 1 + ctx.roll(6);
  s.opener = ctx.seat();
}

score show_all(const score& s) { return s; }
amount show_seat(const score&, const viewer& viewer) { return {viewer.seat + 1}; }
std::optional<ending> over(const score& s) {
  if (s.winner) return win(*s.winner, "won");
  if (s.points >= 100) return draw("enough");
  return {};
}

struct rules {
  seat_rule seats = exactly(2);
  turn_rule turns = round_robin(1);
  void (*setup)(score&, context&) = nullptr;
};

kind game(rules r = {}) {
  return room_of<score>{.name = "game",
                        .seats = r.seats,
                        .turns = r.turns,
                        .setup = r.setup,
                        .commands = {{"play", on_play},
                                     {"refuse", on_refuse},
                                     {"look_only", on_look_only},
                                     {"win", on_win},
                                     {"hand_to", on_hand_to},
                                     {"count_seats", on_count_seats},
                                     {"shout", on_shout, open_to::seated},
                                     {"applaud", on_applaud, open_to::players},
                                     {"answer", on_answer}},
                        .view = show_all,
                        .over = over};
}

/// A room of `game` with these players seated, in order.
workbench room(rules r, std::vector<std::string> players) {
  workbench table(game(r));
  for (const std::string& player : players) REQUIRE(table.say(player, "join") == "ok");
  return table;
}
workbench game_of_two(rules r = {}) { return room(r, {"ann", "bob"}); }
workbench game_of_three(turn_rule turns = round_robin(1)) {
  return room({.seats = exactly(3), .turns = turns}, {"ann", "bob", "cid"});
}

/// The news to the lobby that the last command sent, or nothing.
std::optional<room_news> news(const workbench& table) {
  for (const message& m : table.last.messages) {
    if (m.to != address{"lobby", "game"}) continue;
    CHECK(m.command == "news");
    room_news news;
    auto parsed = json_document::parse(m.args);
    REQUIRE(parsed.ok());
    REQUIRE_FALSE(read_fields(parsed.value().root(), news));
    return news;
  }
  return {};
}

std::string reserve(workbench& table, std::string player) {
  return table.say("", "reserve", to_json(reservation{std::move(player)}));
}

}  // namespace

// Seats.

TEST_CASE("players take the seats in the order of joining, and the last one starts the game") {
  workbench table(game());
  CHECK(table.say("ann", "join") == "ok");
  CHECK(table.part("seats") == R"(["ann",null])");
  CHECK(table.part("turn") == "null");
  CHECK(table.say("ann", "play") == "not_started");
  CHECK(table.say("bob", "join") == "ok");
  CHECK(table.part("seats") == R"(["ann","bob"])");
  CHECK(table.part("turn") == "0");
  CHECK(table.part("outcome") == "null");
  CHECK(table.say("ann", "play") == "ok");
}

TEST_CASE("joining twice is the same seat, before the start, in the game and after it") {
  workbench table(game());
  table.say("ann", "join");
  CHECK(table.say("ann", "join") == "unchanged");
  CHECK(table.part("seats") == R"(["ann",null])");
  table.say("bob", "join");
  CHECK(table.say("ann", "join") == "unchanged");
  table.say("ann", "win");
  CHECK(table.say("bob", "join") == "unchanged");
}

TEST_CASE("a full room takes nobody, and one that is over says so") {
  workbench table = game_of_two();
  CHECK(table.say("cid", "join") == "room_full");
  table.say("ann", "win");
  CHECK(table.say("cid", "join") == "game_over");
}

TEST_CASE("a seat that is given back before the start can be taken again") {
  workbench table(game());
  table.say("ann", "join");
  CHECK(table.say("ann", "leave") == "ok");
  CHECK(table.part("seats") == "[null,null]");
  CHECK(table.say("ann", "leave") == "not_seated");
  CHECK(table.say("bob", "join") == "ok");
  CHECK(table.say("cid", "join") == "ok");
  CHECK(table.part("seats") == R"(["bob","cid"])");
}

TEST_CASE("players hear in their own actor that they entered and departed") {
  workbench table(game());
  table.say("ann", "join");
  CHECK(table.has_message("session/ann", "entered"));
  CHECK(table.last.messages.size() == 1);  // an unlisted room does not tell the lobby
  CHECK(table.last.messages[0].args == R"({"kind":"game","id":"r1","guest":false})");
  table.say("ann", "leave");
  CHECK(table.has_message("session/ann", "departed"));
  table.say("ann", "leave");
  CHECK(table.last.messages.empty());  // refused: nothing happens
}

TEST_CASE("who has no seat may not play, and that is said before anything else") {
  workbench table(game());
  table.say("ann", "join");
  CHECK(table.say("cid", "play") == "not_seated");
  table.say("bob", "join");
  CHECK(table.say("cid", "play") == "not_seated");
  table.say("ann", "win");
  CHECK(table.say("cid", "play") == "not_seated");
  CHECK(table.say("bob", "play") == "game_over");
}

TEST_CASE("wrong arguments are wrong whoever's turn it is, and whether or not one is seated") {
  workbench table = game_of_two();
  CHECK(table.say("bob", "hand_to", json("by", "x")) == "bad_arguments");
  CHECK(table.say("cid", "hand_to", json("by", 101)) == "bad_arguments");
  CHECK(table.say("bob", "hand_to", json("by", 1)) == "not_your_turn");
  CHECK(table.say("ann", "hand_to", json("by", 101)) == "bad_arguments");
}

// Turns.

TEST_CASE("turns go round, one command each") {
  workbench table = game_of_three();
  for (std::string player : {"ann", "bob", "cid", "ann"}) {
    for (std::string other : {"ann", "bob", "cid"})
      if (other != player) CHECK(table.say(other, "play") == "not_your_turn");
    CHECK(table.say(player, "play") == "ok");
  }
  CHECK(table.part("turn") == "1");
}

TEST_CASE("round_robin(2) gives each seat two commands in a row") {
  workbench table = game_of_two({.turns = round_robin(2)});
  for (std::string player : {"ann", "ann", "bob", "bob", "ann"}) CHECK(table.say(player, "play") == "ok");
  CHECK(table.say("bob", "play") == "not_your_turn");
  table.sleep_and_wake();  // the half-used turn is saved, too
  CHECK(table.say("ann", "play") == "ok");
  CHECK(table.say("ann", "play") == "not_your_turn");
}

TEST_CASE("a refused command does not use up a turn, and neither does one that changed nothing") {
  workbench table = game_of_two();
  CHECK(table.say("ann", "refuse") == "against_the_rules");
  CHECK(table.say("ann", "look_only") == "unchanged");
  CHECK(table.part("turn") == "0");
}

TEST_CASE("in a simultaneous game everyone may move at any time") {
  workbench table = room({.seats = exactly(3), .turns = simultaneous()}, {"ann", "bob", "cid"});
  CHECK(table.part("turn") == "null");
  for (std::string player : {"bob", "bob", "ann", "cid"}) CHECK(table.say(player, "play") == "ok");
  CHECK(table.part("turn") == "null");
  CHECK(table.say("dan", "play") == "not_seated");
}

TEST_CASE("a handler may pass the turn to a seat of its choice") {
  workbench table = game_of_three(round_robin(2));
  CHECK(table.say("ann", "hand_to", json("by", 2)) == "ok");
  CHECK(table.part("turn") == "2");
  // With a whole turn, not with what was left of the last one.
  CHECK(table.say("cid", "play") == "ok");
  CHECK(table.say("cid", "play") == "ok");
  CHECK(table.part("turn") == "0");
  CHECK(table.say("ann", "hand_to", json("by", 0)) == "ok");
  CHECK(table.part("turn") == "0");
}

TEST_CASE("a command for whoever is seated waits for the start and not for the turn") {
  workbench table(game());
  table.say("ann", "join");
  CHECK(table.say("ann", "shout") == "not_started");
  table.say("bob", "join");
  CHECK(table.say("bob", "shout") == "ok");
  CHECK(table.part("view.points") == "20");
  CHECK(table.part("turn") == "0");  // and does not pass it on
  CHECK(table.say("cid", "shout") == "not_seated");
}

TEST_CASE("a command for any player asks for no seat and no start") {
  workbench table(game());
  table.say("ann", "join");
  CHECK(table.say("cid", "applaud") == "ok");
  CHECK(table.part("view.points") == "99");  // 100 and the seat -1
  CHECK(table.part("outcome") == "null");    // what has not started cannot end
}

TEST_CASE("the game knows how many seats it is played with") {
  workbench table = game_of_three();
  table.say("ann", "count_seats");
  CHECK(table.part("view.points") == "3");
}

// The start.

TEST_CASE("a room of two to four waits for a start by somebody who sits in it") {
  workbench table = room({.seats = from_to(2, 4)}, {"ann"});
  CHECK(table.say("ann", "start") == "not_started");
  table.say("bob", "join");
  CHECK(table.part("turn") == "null");
  CHECK(table.say("cid", "start") == "not_seated");
  CHECK(table.say("bob", "start") == "ok");
  // The empty chairs are put away: the game is played by two.
  CHECK(table.part("seats") == R"(["ann","bob"])");
  CHECK(table.part("turn") == "0");
  CHECK(table.say("ann", "start") == "unchanged");
  CHECK(table.say("cid", "join") == "room_full");
  table.say("ann", "count_seats");
  CHECK(table.part("view.points") == "2");
}

TEST_CASE("chairs that were left before the start are put away as well") {
  workbench table = room({.seats = from_to(2, 4)}, {"ann", "bob", "cid"});
  table.say("ann", "leave");
  CHECK(table.say("cid", "start") == "ok");
  CHECK(table.part("seats") == R"(["bob","cid"])");
  CHECK(table.say("bob", "play") == "ok");
}

TEST_CASE("a room of two to four starts by itself when it is full") {
  workbench table = room({.seats = from_to(2, 4)}, {"ann", "bob", "cid", "dan"});
  CHECK(table.part("turn") == "0");
  CHECK(table.say("ann", "start") == "unchanged");
}

TEST_CASE("setup makes the first position, when the game starts and only then") {
  workbench table(game({.setup = deal}));
  table.say("ann", "join");
  CHECK(table.part("view.dealt") == "0");
  table.say("bob", "join");
  std::string dealt = table.part("view.dealt");
  CHECK(dealt != "0");
  CHECK(table.part("view.opener") == "1");  // the seat of whoever's command started it
  table.say("ann", "play");
  CHECK(table.part("view.dealt") == dealt);
}

TEST_CASE("a game begins afresh, whatever was done to it before the start") {
  workbench table(game());
  table.say("ann", "join");
  table.say("cid", "applaud");
  table.say("bob", "join");
  CHECK(table.part("view.points") == "0");
}

// The end.

TEST_CASE("a win ends the game: no seat has the turn and nothing is played any more") {
  workbench table = game_of_two();
  table.say("ann", "play");
  CHECK(table.say("bob", "win") == "ok");
  CHECK(table.part("turn") == "null");
  CHECK(table.part("outcome") == R"({"reason":"won","rematch":[false,false],"winner":1})");
  CHECK(table.say("ann", "play") == "game_over");
  CHECK(table.say("bob", "shout") == "game_over");
}

TEST_CASE("a draw has no winner") {
  workbench table = game_of_two();
  table.say("cid", "applaud");
  CHECK(table.part("outcome.winner") == "absent");  // 99 points: not yet
  table.say("ann", "play");
  CHECK(table.part("outcome.winner") == "null");
  CHECK(table.part("outcome.reason") == "enough");
}

TEST_CASE("a finished room is deleted after its time, unless a rematch begins") {
  workbench table = game_of_two();
  table.say("ann", "win");
  const reminder_change* tidy = table.reminder("tidy");
  REQUIRE(tidy);
  CHECK(tidy->due == table.time + 10min);
  CHECK(tidy->command == "tidy");
  table.say("ann", "rematch");
  table.say("bob", "rematch");
  REQUIRE(table.reminder("tidy"));
  CHECK(table.reminder("tidy")->due == table.time + 30 * 24h);
}

TEST_CASE("leaving a game of two forfeits it to the other") {
  workbench table = game_of_two();
  CHECK(table.say("ann", "leave") == "ok");
  CHECK(table.part("seats") == R"([null,"bob"])");
  CHECK(table.part("outcome.winner") == "1");
  CHECK(table.part("outcome.reason") == "forfeit");
  CHECK(table.part("turn") == "null");
  CHECK(table.say("bob", "leave") == "ok");
  CHECK(table.part("outcome.winner") == "1");
}

TEST_CASE("a game of three goes on without the one who left, and ends when one is left") {
  workbench table = game_of_three();
  CHECK(table.say("bob", "leave") == "ok");
  CHECK(table.part("outcome") == "null");
  CHECK(table.part("turn") == "0");  // it was not his turn
  table.say("ann", "play");
  CHECK(table.part("turn") == "2");  // the empty chair is passed over
  CHECK(table.say("cid", "leave") == "ok");
  CHECK(table.part("outcome.winner") == "0");
  CHECK(table.part("outcome.reason") == "forfeit");
}

TEST_CASE("whoever leaves in their turn passes it on, whole") {
  workbench table = game_of_three(round_robin(2));
  table.say("ann", "play");
  table.say("ann", "leave");
  CHECK(table.part("turn") == "1");
  CHECK(table.say("bob", "play") == "ok");
  CHECK(table.say("bob", "play") == "ok");
  CHECK(table.part("turn") == "2");
}

TEST_CASE("a seat that was left in mid-game is not free for others") {
  workbench table = game_of_three();
  table.say("bob", "leave");
  CHECK(table.say("dan", "join") == "room_full");
  CHECK(table.say("bob", "join") == "room_full");
}

TEST_CASE("a turn is never passed to a seat that was left: nobody could move") {
  workbench table = game_of_three();
  table.say("bob", "leave");
  CHECK(table.say("ann", "hand_to", json("by", 1)) == "ok");
  CHECK(table.part("turn") == "2");
}

TEST_CASE("a room that its only player leaves in mid-game does not stay for ever") {
  workbench table = room({.seats = exactly(1)}, {"ann"});
  CHECK(table.say("ann", "play") == "ok");
  CHECK(table.say("ann", "leave") == "ok");
  const reminder_change* tidy = table.reminder("tidy");
  CHECK((table.last.erase || (tidy && tidy->due)));
}

// Rematches.

TEST_CASE("a rematch begins when every seat has offered one, with the next seat to open") {
  workbench table = game_of_two({.setup = deal});
  CHECK(table.say("ann", "rematch") == "not_over");
  table.say("ann", "win");
  CHECK(table.say("cid", "rematch") == "not_seated");
  CHECK(table.say("ann", "rematch") == "ok");
  CHECK(table.part("outcome.rematch") == "[true,false]");
  CHECK(table.say("ann", "rematch") == "unchanged");
  CHECK(table.say("bob", "rematch") == "ok");
  CHECK(table.part("outcome") == "null");
  CHECK(table.part("view.points") == "0");
  CHECK(table.part("view.winner") == "null");
  CHECK(table.part("view.dealt") != "0");  // set up anew
  CHECK(table.part("turn") == "1");
  CHECK(table.say("ann", "play") == "not_your_turn");
  table.say("bob", "win");
  CHECK(table.part("outcome.rematch") == "[false,false]");
  table.say("bob", "rematch");
  table.say("ann", "rematch");
  CHECK(table.part("turn") == "0");
}

TEST_CASE("the opener goes round three seats") {
  workbench table = game_of_three();
  for (std::string opener : {"0", "1", "2", "0"}) {
    CHECK(table.part("turn") == opener);
    table.say(opener == "0" ? "ann" : opener == "1" ? "bob" : "cid", "win");
    for (std::string player : {"ann", "bob", "cid"}) CHECK(table.say(player, "rematch") == "ok");
  }
}

TEST_CASE("there is no rematch once somebody has left") {
  workbench table = game_of_two();
  table.say("ann", "win");
  table.say("bob", "rematch");
  table.say("ann", "leave");
  CHECK(table.say("bob", "rematch") == "opponent_left");
}

TEST_CASE("a simultaneous rematch has no opener") {
  workbench table = game_of_two({.turns = simultaneous()});
  table.say("ann", "win");
  table.say("ann", "rematch");
  table.say("bob", "rematch");
  CHECK(table.part("outcome") == "null");
  CHECK(table.part("turn") == "null");
}

// The lobby's side: open, reserve, recount, tidy.

TEST_CASE("a room that the lobby opened tells it whenever its free seats change") {
  workbench table(game());
  CHECK(table.say("", "open") == "ok");
  CHECK(table.part("seats") == "[null,null]");
  REQUIRE(news(table));
  CHECK(news(table)->id == "r1");
  CHECK(news(table)->free == 2);
  std::string opened = table.saved();
  table.say("", "open");  // once more changes nothing
  CHECK(table.saved() == opened);
  table.say("ann", "join");
  CHECK(news(table)->free == 1);
  CHECK(news(table)->players == std::vector<std::string>{"ann"});
  table.say("ann", "leave");
  CHECK(news(table)->free == 2);
  CHECK(news(table)->players.empty());
  table.say("ann", "join");
  table.say("bob", "join");
  CHECK(news(table)->free == 0);
  table.say("ann", "play");
  CHECK_FALSE(news(table));
}

TEST_CASE("a started room of two to four has no free seats for the lobby") {
  workbench table(game({.seats = from_to(2, 4)}));
  table.say("", "open");
  table.say("ann", "join");
  table.say("bob", "join");
  CHECK(news(table)->free == 2);
  table.say("ann", "start");
  CHECK(news(table)->free == 0);
}

TEST_CASE("a held seat is kept for one player, and not for others, for fifteen seconds") {
  workbench table(game());
  CHECK(reserve(table, "ann") == "ok");
  CHECK(news(table)->free == 1);
  REQUIRE(table.reminder("recount"));
  CHECK(table.reminder("recount")->due == table.time + 15s);
  CHECK(table.say("bob", "join") == "ok");
  CHECK(table.say("cid", "join") == "room_full");
  table.time += 14s + 999ms;
  CHECK(table.say("cid", "join") == "room_full");
  CHECK(table.say("ann", "join") == "ok");
  CHECK(table.part("turn") == "0");
}

TEST_CASE("a hold that has run out is anybody's, and the lobby hears of it") {
  workbench table(game());
  reserve(table, "ann");
  table.say("bob", "join");
  table.time += 15s;
  CHECK(table.say("", "recount") == "ok");
  CHECK(news(table)->free == 1);
  CHECK(table.say("cid", "join") == "ok");
}

TEST_CASE("holding twice for one player takes one seat, and holds it longer") {
  workbench table(game());
  reserve(table, "ann");
  table.time += 10s;
  CHECK(reserve(table, "ann") == "ok");
  CHECK(news(table)->free == 1);
  table.time += 10s;
  table.say("bob", "join");
  CHECK(table.say("cid", "join") == "room_full");
}

TEST_CASE("nothing is held for somebody who sits there, or where no seat is free") {
  workbench table(game());
  table.say("", "open");
  table.say("ann", "join");
  reserve(table, "ann");
  CHECK(news(table)->free == 1);
  table.say("bob", "join");
  CHECK(reserve(table, "cid") == "ok");
  CHECK(news(table)->free == 0);  // corrects the lobby
  CHECK(table.say("cid", "join") == "room_full");
}

TEST_CASE("two holds fill a room of two, and each for its own player") {
  workbench table(game());
  reserve(table, "ann");
  reserve(table, "bob");
  CHECK(news(table)->free == 0);
  CHECK(table.say("cid", "join") == "room_full");
  CHECK(table.say("bob", "join") == "ok");
  CHECK(table.say("cid", "join") == "room_full");
  CHECK(table.say("ann", "join") == "ok");
}

TEST_CASE("a room that does not start is deleted after an hour, and everyone in it told") {
  workbench table(game());
  table.say("", "open");
  REQUIRE(table.reminder("tidy"));
  CHECK(table.reminder("tidy")->due == table.time + 1h);
  table.say("ann", "join");
  CHECK_FALSE(table.reminder("tidy"));  // joining does not put it off
  CHECK(table.say("", "tidy") == "ok");
  CHECK(table.last.erase);
  CHECK(table.has_message("session/ann", "closed"));
  CHECK(news(table)->free == 0);
}

TEST_CASE("a room that was joined directly is deleted after an hour as well") {
  workbench table(game());
  table.say("ann", "join");
  REQUIRE(table.reminder("tidy"));
  CHECK(table.reminder("tidy")->due == table.time + 1h);
}

TEST_CASE("a game is deleted when nobody has gone on with it for thirty days, not before") {
  workbench table = game_of_two();
  REQUIRE(table.reminder("tidy"));  // the start put it off
  CHECK(table.reminder("tidy")->due == table.time + 30 * 24h);
  table.time += 20 * 24h;
  CHECK(table.say("ann", "play") == "ok");
  table.time += 10 * 24h;
  CHECK(table.say("", "tidy") == "ok");
  CHECK_FALSE(table.last.erase);
  CHECK(table.reminder("tidy")->due == table.time + 20 * 24h);
  table.time += 20 * 24h;
  CHECK(table.say("", "tidy") == "ok");
  CHECK(table.last.erase);
}

// How it looks, how it is stored.

TEST_CASE("a room's body has its version, its table and the game's view") {
  workbench table = game_of_two();
  CHECK(table.seen_by("ann") == R"({"version":2,"seats":["ann","bob"],"turn":0,"outcome":null,)"
                                R"("view":{"points":0,"dealt":0,"opener":-1,"winner":null}})");
  CHECK(table.say("ann", "answer", R"({"by":7})") == "ok");
  CHECK(json_part(table.answered, "result") == R"({"by":7})");
  CHECK(table.part("result") == "absent");
}

TEST_CASE("a view knows the seat of whoever looks") {
  workbench table(room_of<score>{.name = "game", .view = show_seat});
  table.say("ann", "join");
  table.say("bob", "join");
  CHECK(json_part(table.seen_by("ann"), "view.by") == "1");
  CHECK(json_part(table.seen_by("bob"), "view.by") == "2");
  CHECK(json_part(table.seen_by("cid"), "view.by") == "0");
  CHECK(json_part(table.seen_by(""), "view.by") == "0");
}

TEST_CASE("a room without a view shows an empty one") {
  workbench table(room_of<score>{.name = "game"});
  table.say("ann", "join");
  CHECK(table.part("view") == "{}");
}

TEST_CASE("a room goes on from its saved state at any point of its life") {
  workbench table(game());
  auto same_after_sleep = [&] {
    std::string before = table.saved();
    table.sleep_and_wake();
    CHECK(table.saved() == before);
  };
  reserve(table, "ann");
  same_after_sleep();
  CHECK(table.say("ann", "join") == "ok");
  same_after_sleep();
  table.say("bob", "join");
  same_after_sleep();
  table.say("ann", "play");
  table.say("bob", "win");
  same_after_sleep();
  table.say("ann", "rematch");
  same_after_sleep();
  table.say("bob", "rematch");
  CHECK(table.part("turn") == "1");
}

TEST_CASE("only joining, opening and reserving make a room") {
  kind k = game({.seats = from_to(2, 4)});
  for (const command_info& command : k.commands) {
    INFO(command.name);
    bool makes = command.name == "join" || command.name == "open" || command.name == "reserve";
    CHECK(command.creates == makes);
  }
}

TEST_CASE("what the lobby and reminders say to a room, no player may say") {
  kind k = game({.seats = from_to(2, 4)});
  for (const command_info& command : k.commands) {
    INFO(command.name);
    bool inside = command.name == "open" || command.name == "reserve" || command.name == "recount" ||
                  command.name == "tidy" || command.name == "unlisted";
    CHECK((command.senders == open_to::actors) == inside);
  }
  CHECK(k.commands[*k.find_command("play")].senders == open_to::on_turn);
  CHECK(k.commands[*k.find_command("join")].senders == open_to::players);
}
