#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>

#include "runtime/authoring/catalog.hpp"
#include "runtime/authoring/room_of.hpp"
#include "tests/support/json.hpp"
#include "tests/support/workbench.hpp"

// What an author may get wrong on the first day: each is said, in words that name it, and nothing of it happens.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

struct number {
  int n = 0;
  static constexpr auto fields = describe(field("n", &number::n));
};

struct pile {
  int winner = -1;
  static constexpr auto fields = describe(field("winner", &pile::winner));
};

verdict on_play(pile&, context&) { return accept(); }
verdict on_pass(pile&, const number& to, context& ctx) {
  ctx.pass_to(to.n);
  return accept();
}
verdict on_win(pile& p, const number& seat, context&) {
  p.winner = seat.n;
  return accept();
}
verdict on_roll(pile&, const number& sides, context& ctx) {
  ctx.roll(sides.n);
  return accept();
}
verdict on_say_nothing(pile&, context&) { return reject(""); }
verdict on_blame_the_store(pile&, context&) { return reject("storage_failed"); }
verdict on_whisper(pile&, context& ctx) {
  ctx.tell({"pile", "b"}, "play");
  return unchanged();
}
verdict on_delay(pile&, context& ctx) {
  ctx.remind("later", 1s, "play");
  return unchanged();
}
verdict on_ask_and_tell(const pile&, context& ctx) {
  ctx.emit("asked");
  return accept();
}
verdict on_vanish(pile&, context& ctx) {
  ctx.erase();
  return unchanged();
}
std::optional<ending> over(const pile& p) {
  if (p.winner == -1) return {};
  return win(p.winner, "won");
}
void last_seat_opens(pile&, context& ctx) { ctx.pass_to(ctx.seats() - 1); }
void nobody_opens(pile&, context& ctx) { ctx.pass_to(9); }

kind piles(void (*setup)(pile&, context&) = nullptr) {
  return room_of<pile>{.name = "pile",
                       .turn_time = 10s,
                       .setup = setup,
                       .commands = {{"play", on_play},
                                    {"pass", on_pass},
                                    {"win", on_win},
                                    {"roll", on_roll},
                                    {"say_nothing", on_say_nothing},
                                    {"blame_the_store", on_blame_the_store},
                                    {"whisper", on_whisper},
                                    {"delay", on_delay},
                                    {"ask_and_tell", on_ask_and_tell},
                                    {"vanish", on_vanish}},
                       .over = over};
}

/// What Ann's command, whose turn it is, says that it threw; empty if nothing.
std::string thrown_by(const std::string& command, const std::string& args = "{}") {
  workbench room(piles());
  for (const char* player : {"ann", "bob"}) REQUIRE(room.say(player, "join") == "ok");
  std::string before = room.saved(), says;
  try {
    std::string word = room.say("ann", command, args);
    CHECK(word == "ok");
  } catch (const std::exception& e) {
    says = e.what();
    CHECK(room.saved() == before);
  }
  return says;
}

/// What is said of a declaration; empty if it is taken.
template <class Declared>
std::string said_of(Declared declared) {
  declared.name = "pile";
  try {
    catalog made({declared});
    return "";
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
}
std::string refusal(const room_of<pile>& declared) { return said_of(declared); }
std::string refusal(const actor_of<pile>& declared) { return said_of(declared); }

}  // namespace

TEST_CASE("a turn is passed to a seat that there is") {
  for (int seat : {-3, -1, 2, 99}) {
    INFO(seat);
    CHECK(thrown_by("pass", json("n", seat)) == "pass_to(" + std::to_string(seat) + "): the game has 2 seats, from 0");
  }
  CHECK(thrown_by("pass", json("n", 1)).empty());
}

TEST_CASE("the setup says who opens") {
  workbench room(piles(last_seat_opens));
  room.say("ann", "join");
  room.say("bob", "join");
  CHECK(room.part("turn") == "1");
  // The one who came last brought it about; nobody is told of a turn that is not theirs.
  CHECK_FALSE(room.has_message("session/ann", "turn"));
  CHECK(room.say("ann", "play") == "not_your_turn");
  CHECK(room.say("bob", "play") == "ok");

  workbench wrong(piles(nobody_opens));
  wrong.say("ann", "join");
  CHECK_THROWS_WITH(wrong.say("bob", "join"), "pass_to(9): the game has 2 seats, from 0");
}

TEST_CASE("a winner has a seat") {
  for (int seat : {-2, 2, 7}) {
    INFO(seat);
    CHECK(thrown_by("win", json("n", seat)) == "win(" + std::to_string(seat) + "): the game has 2 seats, from 0");
  }
  CHECK(thrown_by("win", json("n", 1)).empty());
}

TEST_CASE("dice have a side") {
  for (int sides : {0, -1}) {
    INFO(sides);
    CHECK(thrown_by("roll", json("n", sides)) == "roll(" + std::to_string(sides) + "): dice have at least one side");
  }
  CHECK(thrown_by("roll", json("n", 1)).empty());
}

TEST_CASE("a rejection has a word, and one of the game's") {
  CHECK_THAT(thrown_by("say_nothing"), Contains("a rejection needs a word"));
  CHECK_THAT(thrown_by("blame_the_store"), Contains("reject(\"storage_failed\")"));
  for (const failure_word& word : failure_words()) {
    INFO(word.code);
    if (is_breakdown(word.cause)) CHECK_THROWS_AS(reject(word.code), std::invalid_argument);
    else CHECK_NOTHROW(reject(word.code));
  }
  CHECK_THROWS_AS(reject(failure{}), std::invalid_argument);
}

TEST_CASE("what is not stored wishes for nothing") {
  for (const char* command : {"whisper", "delay", "vanish"}) {
    INFO(command);
    CHECK_THAT(thrown_by(command), Contains("a handler that returns unchanged() tells, reminds, emits or erases"));
  }
  CHECK_THAT(thrown_by("ask_and_tell"), Contains("a query tells, reminds, emits or erases"));
}

TEST_CASE("an actor takes no seat, and makes no room of nobody") {
  workbench room(piles());
  CHECK(room.say("", "join") == "not_seated");
  CHECK(room.part("seats") == "[]");
}

TEST_CASE("a room's seats, turns and times are such that it can be played") {
  CHECK(refusal(room_of<pile>{}).empty());
  CHECK(refusal({.seats = exactly(1)}).empty());
  CHECK_THAT(refusal({.seats = exactly(0)}), Contains("\"pile\" has the seats exactly(0): there are 1 to"));
  CHECK_THAT(refusal({.seats = exactly(-2)}), Contains("exactly(-2)"));
  CHECK_THAT(refusal({.seats = from_to(4, 2)}), Contains("from_to(4, 2)"));
  CHECK_THAT(refusal({.seats = from_to(0, 2)}), Contains("from_to(0, 2)"));
  CHECK_THAT(refusal({.seats = exactly(1'000'000)}), Contains("exactly(1000000)"));
  CHECK_THAT(refusal({.turns = round_robin(-1)}), Contains("turns of -1 moves"));
  CHECK_THAT(refusal({.turn_time = -1s}), Contains("a negative turn_time"));
  CHECK_THAT(refusal(room_of<pile>{.idle_after = -1s}), Contains("a negative idle_after"));
  CHECK_THAT(refusal(room_of<pile>{.finished_after = -1s}), Contains("a negative finished_after"));
  CHECK_THAT(refusal({.time_up = on_play}), Contains("has a time_up, but no turn_time"));
  CHECK(refusal({.turn_time = 1s, .time_up = on_play}).empty());
  for (const char* name : {"start", "time_up"}) {
    INFO(name);
    CHECK_THAT(refusal(room_of<pile>{.commands = {{name, on_play}}}), Contains("which rooms bring themselves"));
  }
}

TEST_CASE("an actor without seats has no commands for them, and its makers are commands") {
  CHECK(refusal(actor_of<pile>{.created_by = {"play"}, .commands = {{"play", on_play}}}).empty());
  CHECK(refusal(actor_of<pile>{.created_by = {"plya"}, .commands = {{"play", on_play}}}) ==
        "the kind \"pile\" is created by \"plya\", which is none of its commands");
  for (open_to seats : {open_to::seated, open_to::on_turn})
    CHECK_THAT(refusal(actor_of<pile>{.commands = {{"play", on_play, seats}}}),
               Contains("is for seats, which only rooms have"));
  CHECK_THAT(refusal(actor_of<pile>{.idle_after = -1s}), Contains("a negative idle_after"));
  CHECK_THAT(refusal(actor_of<pile>{.linger = -1s}), Contains("a negative linger"));
  CHECK_THAT(refusal(actor_of<pile>{.deadline = -1s}), Contains("a negative deadline"));
}

TEST_CASE("a game that only its clock plays is deleted as one that nobody plays") {
  kind clocked = room_of<pile>{.name = "pile", .turn_time = 24h, .commands = {{"play", on_play}}, .time_up = on_play};
  workbench room(std::move(clocked));
  for (const char* player : {"ann", "bob"}) REQUIRE(room.say(player, "join") == "ok");
  for (int day = 1; day <= 30; ++day) {
    room.time += 24h;
    REQUIRE(room.say("", "time_up") == "ok");
    REQUIRE(room.part("outcome") == "null");
  }
  CHECK(room.say("", "tidy") == "ok");
  CHECK(room.last.erase);
}
