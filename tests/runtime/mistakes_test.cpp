#include <catch2/catch.hpp>
#include <functional>
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

TEST_CASE("a function that is null ends the start, and says whose it is") {
  verdict (*no_handler)(pile&, context&) = nullptr;
  verdict (*no_query)(const pile&, const number&, context&) = nullptr;
  std::function<verdict(pile&, context&)> no_object;
  pile (*no_view)(const pile&) = nullptr;
  pile (*no_view_for_each)(const pile&, const viewer&) = nullptr;
  pile (*no_upgrade)(const number&) = nullptr;

  const std::string of_command = "the command \"play\" of the kind \"pile\" has a handler that is a null function";
  CHECK(refusal(room_of<pile>{.commands = {{"play", no_handler}}}) == of_command);
  CHECK(refusal(room_of<pile>{.commands = {{"pass", on_pass}, {"play", no_query}}}) == of_command);
  CHECK(refusal(actor_of<pile>{.commands = {{"play", no_object}}}) == of_command);
  CHECK(refusal(room_of<pile>{.view = no_view}) == "the kind \"pile\" has a view that is a null function");
  CHECK(refusal(actor_of<pile>{.view = no_view_for_each}) == "the kind \"pile\" has a view that is a null function");
  for (const std::string& said : {refusal(room_of<pile>{.upgrades = {upgrade_with(no_upgrade)}}),
                                  refusal(actor_of<pile>{.upgrades = {upgrade_with(no_upgrade)}})})
    CHECK(said == "the kind \"pile\" has the upgrade from version 1 to 2 that is a null function");
}

TEST_CASE("a command that asks has two halves, and neither is null") {
  result<question> (*first)(const pile&, const number&, const context&) =
      [](const pile&, const number& n, const context&) -> result<question> { return ask("oracle", n); };
  verdict (*then)(pile&, const number&, const service_answer<number>&,
                  context&) = [](pile&, const number&, const service_answer<number>&, context&) { return accept(); };
  auto asking = [](auto first_half, auto second_half) {
    return refusal(
        actor_of<pile>{.services = {service_from<number, number>("oracle", nullptr, [](const number& n) { return n; })},
                       .commands = {{"play", first_half, second_half}}});
  };
  CHECK(asking(first, then).empty());
  CHECK_THAT(asking(decltype(first){}, then), Contains("the command \"play\" of the kind \"pile\" has a handler"));
  CHECK_THAT(asking(first, decltype(then){}), Contains("the command \"play\" of the kind \"pile\" has a handler"));
  // Objects that hold something are halves, too.
  CHECK(asking([add = 1](const pile&, const number& n,
                         const context&) -> result<question> { return ask("oracle", number{n.n + add}); },
               [win = 2](pile& p, const number&, const service_answer<number>&, context&) {
                 p.winner = win;
                 return accept();
               })
            .empty());
}

TEST_CASE("upgrades lead, one after the other, to today's state") {
  auto to_number = [](const pile& p) { return number{p.winner}; };
  auto to_pile = [](const number& n) { return pile{n.n}; };
  number (*first)(const pile&) = to_number;
  pile (*second)(const number&) = to_pile;
  CHECK(refusal(room_of<pile>{.upgrades = {upgrade_with(first), upgrade_with(second)}}).empty());
  CHECK(refusal(room_of<pile>{.upgrades = {upgrade_with(first)}}) ==
        "the kind \"pile\" has the upgrade from version 1 to 2 which makes another type than its state");
  CHECK(refusal(actor_of<pile>{.upgrades = {upgrade_with(second), upgrade_with(second)}}) ==
        "the kind \"pile\" has the upgrade from version 1 to 2 which makes another type than the next upgrade takes");
}

TEST_CASE("lambdas that hold a value are handlers, views, setups and endings") {
  kind held = room_of<pile>{.name = "pile",
                            .turn_time = 10s,
                            .setup = [opens = 1](pile&, context& ctx) { ctx.pass_to(opens); },
                            .commands = {{"play",
                                          [winner = 1](pile& p, context&) {
                                            p.winner = winner;
                                            return accept();
                                          }}},
                            .view = [adds = 40](const pile& p) { return number{p.winner + adds}; },
                            .over = [word = std::string("held")](const pile& p) -> std::optional<ending> {
                              if (p.winner < 0) return {};
                              return win(p.winner, word);
                            },
                            .time_up = [reason = std::string("slow")](pile&, context&) { return reject(reason); }};
  workbench room(std::move(held));
  for (const char* player : {"ann", "bob"}) REQUIRE(room.say(player, "join") == "ok");
  CHECK(room.part("turn") == "1");
  CHECK(room.part("view.n") == "39");
  CHECK(room.say("bob", "play") == "ok");
  CHECK(room.part("view.n") == "41");
  CHECK(room.part("outcome.reason") == "held");
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
