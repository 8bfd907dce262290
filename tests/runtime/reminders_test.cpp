#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <tuple>

#include "runtime/hosting/reminders/reminders.hpp"
#include "tests/support/json.hpp"

using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

const instant start = from_ms(1'700'000'000'000);
const address ann{"session", "ann"};
const address bob{"session", "bob"};

reminder_change set(std::string name, duration after, std::string command = "ring") {
  return {.name = std::move(name), .due = start + after, .command = std::move(command), .args = "{}"};
}
reminder_change forget(std::string name) { return {.name = std::move(name), .due = {}}; }

/// What is due `after` the start, as `kind/id command`, in order.
std::string due(reminders& book, duration after) {
  std::string text;
  for (const parcel& p : book.due(start + after))
    text += (text.empty() ? "" : ", ") + p.message.to.text() + " " + p.message.command;
  return text;
}

}  // namespace

TEST_CASE("a reminder is due at its time, not before, and once") {
  reminders book;
  book.apply(ann, {set("wake", 10s)});
  CHECK(due(book, 9s + 999ms) == "");
  CHECK(due(book, 10s) == "session/ann ring");
  CHECK(due(book, 10s) == "");
  CHECK(book.size() == 0);
}

TEST_CASE("reminders come in the order of their times, and of setting when times are equal") {
  reminders book;
  book.apply(ann, {set("c", 30s, "third"), set("a", 10s, "first")});
  book.apply(bob, {set("b", 20s, "second"), set("d", 30s, "fourth")});
  CHECK(due(book, 1min) == "session/ann first, session/bob second, session/ann third, session/bob fourth");
}

TEST_CASE("a reminder carries its command and arguments to the actor that set it") {
  reminders book;
  book.apply(ann, {{.name = "n", .due = start, .command = "ring", .args = json("times", 2)}});
  auto messages = book.due(start);
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].message.to == ann);
  CHECK(messages[0].message.command == "ring");
  CHECK(messages[0].message.args == R"({"times":2})");
}

TEST_CASE("a reminder of the same name replaces the one before, later or sooner") {
  reminders book;
  book.apply(ann, {set("wake", 10s, "old")});
  book.apply(ann, {set("wake", 20s, "new")});
  CHECK(book.size() == 1);
  CHECK(due(book, 15s) == "");
  book.apply(ann, {set("wake", 16s, "newest")});
  CHECK(due(book, 30s) == "session/ann newest");
}

TEST_CASE("of changes to one name in one command the last counts") {
  reminders book;
  book.apply(ann, {set("wake", 10s), forget("wake")});
  CHECK(book.size() == 0);
  book.apply(ann, {forget("wake"), set("wake", 10s, "one"), set("wake", 20s, "two")});
  CHECK(due(book, 30s) == "session/ann two");
}

TEST_CASE("a forgotten reminder does not come, and forgetting what is not there is fine") {
  reminders book;
  book.apply(ann, {set("wake", 10s), set("eat", 10s, "eat")});
  book.apply(ann, {forget("wake"), forget("never set")});
  CHECK(due(book, 10s) == "session/ann eat");
}

TEST_CASE("names belong to their actor") {
  reminders book;
  book.apply(ann, {set("wake", 10s, "ann")});
  book.apply(bob, {set("wake", 10s, "bob")});
  CHECK(book.size() == 2);
  book.apply(ann, {forget("wake")});
  CHECK(due(book, 10s) == "session/bob bob");
}

TEST_CASE("dropping an actor drops all of its reminders and nobody else's") {
  reminders book;
  // Neighbours in every order of the addresses, and a name that sorts before all others.
  address a{"session", "am"}, c{"session", "ann1"}, other_kind{"tally", "ann"};
  for (const address& actor : {a, c, other_kind, bob}) book.apply(actor, {set("wake", 10s)});
  book.apply(ann, {set("", 10s), set("wake", 10s), set("zzz", 5s)});
  CHECK(book.size() == 7);
  book.drop(ann);
  CHECK(book.size() == 4);
  CHECK(due(book, 1min).find("session/ann ") == std::string::npos);
  book.drop(ann);
  CHECK(book.size() == 0);
}

TEST_CASE("a name may be set again once its reminder has come") {
  reminders book;
  book.apply(ann, {set("wake", 10s)});
  CHECK(due(book, 10s) == "session/ann ring");
  book.apply(ann, {set("wake", 20s)});
  CHECK(due(book, 15s) == "");
  CHECK(due(book, 20s) == "session/ann ring");
}

TEST_CASE("a reminder that is put off again and again comes at its last time") {
  reminders book;
  book.apply(bob, {set("other", 25s, "other")});
  for (int move = 0; move < 20; ++move) {
    book.apply(ann, {set("clock", move * 1s + 10s)});
    CHECK(due(book, move * 1s + 9s) == (move == 16 ? "session/bob other" : ""));
  }
  CHECK(due(book, 28s) == "");
  CHECK(due(book, 29s) == "session/ann ring");
  CHECK(book.size() == 0);
}

TEST_CASE("a reminder may be set to an earlier time, and to the same one again") {
  reminders book;
  book.apply(ann, {set("wake", 10s, "ann")});
  book.apply(bob, {set("wake", 10s, "bob")});
  book.apply(ann, {set("wake", 10s, "ann")});  // set anew: behind bob's now
  CHECK(due(book, 10s) == "session/bob bob, session/ann ann");
  book.apply(ann, {set("wake", 30s)});
  book.apply(ann, {set("wake", 20s)});
  CHECK(due(book, 20s) == "session/ann ring");
  CHECK(due(book, 30s) == "");
}

TEST_CASE("texts of a reminder may have any length") {
  reminders book;
  for (std::size_t length : {0, 1, 127, 128, 300, 20'000}) {
    address actor{"session", std::string(length, 'i')};
    std::string name(length + 1, 'n'), command(length + 2, 'c'), args = "\"" + name + "\"";
    book.apply(actor, {{.name = name, .due = start, .command = command, .args = args}});
    auto parcels = book.due(start);
    REQUIRE(parcels.size() == 1);
    CHECK(parcels[0].message.to == actor);
    CHECK(parcels[0].message.command == command);
    CHECK(parcels[0].message.args == args);
    CHECK(parcels[0].owed.reminder == name);
    CHECK(parcels[0].owed.due_ms == to_ms(start));
  }
}

TEST_CASE("one actor may have very many reminders, and they go with it") {
  reminders book;
  book.apply(bob, {set("1", 1s)});
  for (int i = 0; i < 2000; ++i) book.apply(ann, {set(std::to_string(i), 10s)});
  CHECK(book.size() == 2001);
  for (int i = 0; i < 2000; i += 2) book.apply(ann, {forget(std::to_string(i))});
  CHECK(book.size() == 1001);
  book.drop(ann);
  CHECK(book.size() == 1);
}

TEST_CASE("what is due may be taken in pieces, reminders before what was postponed") {
  reminders book;
  for (int i = 0; i < 150; ++i) {
    std::string name = std::to_string(i);
    book.apply(ann, {set(name, 150ms - i * 1ms, name)});
  }
  for (int i = 0; i < 50; ++i) book.postpone({.message = {bob, "late " + std::to_string(i), "{}"}}, start);
  std::vector<std::string> commands;
  for (std::size_t piece : {1, 99, 70, 0, 100}) {
    auto parcels = book.due(start + 1s, piece);
    CHECK(parcels.size() == std::min(piece, std::size_t{200} - commands.size()));
    for (parcel& p : parcels) commands.push_back(p.message.command);
  }
  REQUIRE(commands.size() == 200);
  for (int i = 0; i < 150; ++i) CHECK(commands[i] == std::to_string(149 - i));
  for (int i = 0; i < 50; ++i) CHECK(commands[150 + i] == "late " + std::to_string(i));
}

TEST_CASE("the agenda agrees with a plain list, whatever is set, put off, forgotten and dropped") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    CAPTURE(seed);
    dice luck(seed);
    reminders book;
    // By actor and name: when, the how manieth setting, and the command.
    std::map<std::pair<std::string, std::string>, std::tuple<instant, int, std::string>> plain;
    instant now = start;
    int settings = 0, wrong = 0, due_count = 0;
    auto compare_due = [&] {
      std::vector<std::tuple<instant, int, std::string>> expected;
      for (const auto& [name, entry] : plain)
        if (std::get<instant>(entry) <= now) expected.push_back(entry);
      std::erase_if(plain, [&](const auto& p) { return std::get<instant>(p.second) <= now; });
      std::sort(expected.begin(), expected.end());
      auto found = book.due(now);
      if (found.size() != expected.size()) return void(++wrong);
      for (std::size_t i = 0; i < found.size(); ++i)
        wrong += found[i].message.command != std::get<std::string>(expected[i]);
      due_count += static_cast<int>(found.size());
    };
    for (int step = 0; step < 4000; ++step) {
      address actor{"session", std::to_string(luck.roll(300))};
      std::string name = luck.roll(2) ? "tidy" : "turn_clock";
      switch (luck.roll(10)) {
        case 0:
          book.apply(actor, {forget(name)});
          plain.erase({actor.id, name});
          break;
        case 1:
          book.drop(actor);
          plain.erase({actor.id, "tidy"});
          plain.erase({actor.id, "turn_clock"});
          break;
        case 2:
          now += duration{luck.roll(200)};
          compare_due();
          break;
        default: {
          // Few times, so that many are due at once; few commands, so that many are only put off.
          instant when = now + duration{luck.roll(40) * 50};
          std::string command = "c" + std::to_string(luck.roll(2));
          book.apply(actor, {{.name = name, .due = when, .command = command, .args = "{}"}});
          plain[{actor.id, name}] = {when, ++settings, command};
        }
      }
      wrong += book.size() != plain.size();
    }
    now += 1h;
    compare_due();
    CHECK(wrong == 0);
    CHECK(due_count > 300);
  }
}
