#include <catch2/catch.hpp>
#include <string>

#include "runtime/hosting/agenda.hpp"

using namespace parlor;
using namespace std::chrono_literals;

namespace {

const instant start = from_ms(1'700'000'000'000);
const address ann{"session", "ann"};
const address bob{"session", "bob"};

reminder_change set(std::string name, duration after, std::string command = "ring") {
  return {.name = std::move(name),
          .due = start + after,
          .command = std::move(command),
          .args = "{}"};
}
reminder_change forget(std::string name) { return {.name = std::move(name), .due = {}}; }

/// What is due `after` the start, as `kind/id command`, in order.
std::string due(agenda& book, duration after) {
  std::string all;
  for (const parcel& p : book.due(start + after))
    all += (all.empty() ? "" : ", ") + p.what.to.text() + " " + p.what.command;
  return all;
}

}  // namespace

TEST_CASE("a reminder is due at its time, not before, and once") {
  agenda book;
  book.apply(ann, {set("wake", 10s)});
  CHECK(due(book, 9s + 999ms) == "");
  CHECK(due(book, 10s) == "session/ann ring");
  CHECK(due(book, 10s) == "");
  CHECK(book.size() == 0);
}

TEST_CASE("reminders come in the order of their times, and of setting when times are equal") {
  agenda book;
  book.apply(ann, {set("c", 30s, "third"), set("a", 10s, "first")});
  book.apply(bob, {set("b", 20s, "second"), set("d", 30s, "fourth")});
  CHECK(due(book, 1min) ==
        "session/ann first, session/bob second, session/ann third, session/bob fourth");
}

TEST_CASE("a reminder carries its command and arguments to the actor that set it") {
  agenda book;
  book.apply(ann, {{.name = "n", .due = start, .command = "ring", .args = R"({"times":2})"}});
  auto messages = book.due(start);
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].what.to == ann);
  CHECK(messages[0].what.command == "ring");
  CHECK(messages[0].what.args == R"({"times":2})");
}

TEST_CASE("a reminder of the same name replaces the one before, later or sooner") {
  agenda book;
  book.apply(ann, {set("wake", 10s, "old")});
  book.apply(ann, {set("wake", 20s, "new")});
  CHECK(book.size() == 1);
  CHECK(due(book, 15s) == "");
  book.apply(ann, {set("wake", 16s, "newest")});
  CHECK(due(book, 30s) == "session/ann newest");
}

TEST_CASE("of changes to one name in one command the last counts") {
  agenda book;
  book.apply(ann, {set("wake", 10s), forget("wake")});
  CHECK(book.size() == 0);
  book.apply(ann, {forget("wake"), set("wake", 10s, "one"), set("wake", 20s, "two")});
  CHECK(due(book, 30s) == "session/ann two");
}

TEST_CASE("a forgotten reminder does not come, and forgetting what is not there is fine") {
  agenda book;
  book.apply(ann, {set("wake", 10s), set("eat", 10s, "eat")});
  book.apply(ann, {forget("wake"), forget("never set")});
  CHECK(due(book, 10s) == "session/ann eat");
}

TEST_CASE("names belong to their actor") {
  agenda book;
  book.apply(ann, {set("wake", 10s, "ann")});
  book.apply(bob, {set("wake", 10s, "bob")});
  CHECK(book.size() == 2);
  book.apply(ann, {forget("wake")});
  CHECK(due(book, 10s) == "session/bob bob");
}

TEST_CASE("dropping an actor drops all of its reminders and nobody else's") {
  agenda book;
  // Neighbours in every order of the addresses, and a name that sorts before all others.
  address a{"session", "am"}, c{"session", "ann1"}, other_kind{"tally", "ann"};
  for (const address& who : {a, c, other_kind, bob}) book.apply(who, {set("wake", 10s)});
  book.apply(ann, {set("", 10s), set("wake", 10s), set("zzz", 5s)});
  CHECK(book.size() == 7);
  book.drop(ann);
  CHECK(book.size() == 4);
  CHECK(due(book, 1min).find("session/ann ") == std::string::npos);
  book.drop(ann);
  CHECK(book.size() == 0);
}

TEST_CASE("a name may be set again once its reminder has come") {
  agenda book;
  book.apply(ann, {set("wake", 10s)});
  CHECK(due(book, 10s) == "session/ann ring");
  book.apply(ann, {set("wake", 20s)});
  CHECK(due(book, 15s) == "");
  CHECK(due(book, 20s) == "session/ann ring");
}
