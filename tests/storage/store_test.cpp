#include <catch2/catch.hpp>
#include <future>
#include <memory>

#include "runtime/storage/memory_store.hpp"
#include "runtime/storage/sqlite_store.hpp"
#include "tests/support/scratch_folder.hpp"

// What every store promises, asked of each.
using namespace parlor;
using namespace parlor::testing;

namespace {

const address room{"tictactoe", "r"};

struct in_memory {
  store& get() { return held; }
  void restart() {}
  memory_store held;
};

struct in_a_file {
  store& get() { return *held; }
  void restart() {
    held.reset();
    held = std::make_unique<sqlite_store>(data.path());
  }
  scratch_folder data;
  std::unique_ptr<sqlite_store> held = std::make_unique<sqlite_store>(data.path());
};

std::optional<stored_actor> load(store& s, const address& actor) {
  std::promise<result<std::optional<stored_actor>>> found;
  s.load(actor, [&](auto r) { found.set_value(std::move(r)); });
  auto r = found.get_future().get();
  REQUIRE(r.ok());
  return r.value();
}

result<commit_receipt> save(store& s, commit c) {
  std::promise<result<commit_receipt>> done;
  s.save(std::move(c), [&](auto r) { done.set_value(std::move(r)); });
  return done.get_future().get();
}

/// What a store tells later, by now.
template <class Value, class Ask>
Value answer_to(Ask ask) {
  std::promise<result<Value>> answered;
  ask([&](result<Value> r) { answered.set_value(std::move(r)); });
  auto answer = answered.get_future().get();
  REQUIRE(answer.ok());
  return answer.value();
}
std::size_t dropped(store& s, const address& actor) {
  return answer_to<std::size_t>([&](auto done) { s.drop_messages(actor, std::move(done)); });
}
std::vector<dead_letter> letters(store& s, const letter_choice& which = {}, std::uint64_t after = 0,
                                 std::size_t most = SIZE_MAX) {
  return answer_to<std::vector<dead_letter>>([&](auto done) { s.read_letters(which, after, most, std::move(done)); });
}
std::size_t letters_dropped(store& s, const letter_choice& which) {
  return answer_to<std::size_t>([&](auto done) { s.drop_letters(which, std::move(done)); });
}
std::vector<stored_message> redelivered(store& s, const letter_choice& which) {
  return answer_to<std::vector<stored_message>>([&](auto done) { s.redeliver(which, std::move(done)); });
}

commit version(std::uint64_t n, const address& actor = room) {
  return {.actor = actor,
          .follows = n - 1,
          .next = {.incarnation = 0xfedcba9876543210ULL,
                   .version = n,
                   .schema = 2,
                   .state = "{\"n\":" + std::to_string(n) + "}",
                   .events = "[" + std::to_string(n) + "]"}};
}

}  // namespace

TEST_CASE("a store knows when the clock was last seen, and whether deletions are held") {
  in_a_file s;
  auto held = [&] { return dynamic_cast<sqlite_store&>(s.get()).last_clock(); };
  auto keep = [&](clock_record now) { dynamic_cast<sqlite_store&>(s.get()).keep_clock(now); };
  CHECK(held().seen == instant{});
  CHECK_FALSE(s.get().holds_deletions());
  keep({from_ms(1'000'000), duration{500}});
  CHECK(s.get().holds_deletions());
  s.restart();
  CHECK(held().seen == from_ms(1'000'000));
  CHECK(held().held == duration{500});
  CHECK(s.get().holds_deletions());
  s.get().accept_clock();
  CHECK_FALSE(s.get().holds_deletions());
  keep({from_ms(2'000'000), duration{0}});
  s.restart();
  CHECK(held().seen == from_ms(2'000'000));
  CHECK_FALSE(s.get().holds_deletions());
}

TEMPLATE_TEST_CASE("a store gives back what was saved, after a restart too", "", in_memory, in_a_file) {
  TestType s;
  CHECK_FALSE(load(s.get(), room));
  REQUIRE(save(s.get(), version(1)).ok());
  REQUIRE(save(s.get(), version(2)).ok());
  for (int look = 0; look < 2; ++look) {
    auto found = load(s.get(), room);
    REQUIRE(found);
    CHECK(found->incarnation == 0xfedcba9876543210ULL);
    CHECK(found->version == 2);
    CHECK(found->schema == 2);
    CHECK(found->state == R"({"n":2})");
    CHECK(found->events == "[2]");
    CHECK_FALSE(load(s.get(), {"tictactoe", "other"}));
    CHECK_FALSE(load(s.get(), {"gomoku", "r"}));
    s.restart();
  }
}

TEMPLATE_TEST_CASE("a commit that follows another version fails and changes nothing", "", in_memory, in_a_file) {
  TestType s;
  save(s.get(), version(1));
  CHECK_FALSE(save(s.get(), version(1)).ok());
  CHECK_FALSE(save(s.get(), version(3)).ok());
  commit wrong = version(1);
  wrong.effects.messages.push_back({room, "x", "{}"});
  wrong.effects.reminders.push_back({"x", from_ms(1), "x", "{}"});
  CHECK_FALSE(save(s.get(), wrong).ok());
  commit erased = version(5);
  erased.erase = true;
  CHECK_FALSE(save(s.get(), erased).ok());
  CHECK(load(s.get(), room)->version == 1);
  CHECK(s.get().restore().messages.empty());
  CHECK(s.get().restore().reminders.empty());
}

TEMPLATE_TEST_CASE("an erased actor is gone with its reminders, and can be made anew", "", in_memory, in_a_file) {
  TestType s;
  commit first = version(1);
  first.effects.reminders.push_back({"tidy", from_ms(1000), "tidy", "{}"});
  auto receipt = save(s.get(), first);
  commit last = version(2);
  last.next.row = receipt.value().row;
  last.erase = true;
  CHECK(save(s.get(), last).ok());
  CHECK_FALSE(load(s.get(), room));
  CHECK(s.get().restore().reminders.empty());
  CHECK(save(s.get(), version(1)).ok());
}

TEMPLATE_TEST_CASE("messages are owed until the commit that applies them, or are crossed off", "", in_memory,
                   in_a_file) {
  TestType s;
  commit c = version(1);
  for (const char* command : {"a", "b", "c"}) c.effects.messages.push_back({{"lobby", "x"}, command, "{}"});
  auto receipt = save(s.get(), c);
  REQUIRE(receipt.ok());
  std::uint64_t first = receipt.value().first_message;
  s.restart();
  auto owed = s.get().restore().messages;
  REQUIRE(owed.size() == 3);
  CHECK(owed[1].number == first + 1);
  CHECK(owed[1].message.command == "b");
  CHECK(owed[1].message.to.text() == "lobby/x");

  commit applies = version(1, {"lobby", "x"});
  applies.settles.message = first;
  CHECK(save(s.get(), applies).ok());
  s.get().cross_off({"lobby", "x"}, {.message = first + 1});
  commit fails = version(7, {"lobby", "x"});
  fails.settles.message = first + 2;
  CHECK_FALSE(save(s.get(), fails).ok());
  s.restart();
  owed = s.get().restore().messages;
  REQUIRE(owed.size() == 1);
  CHECK(owed[0].message.command == "c");
}

TEMPLATE_TEST_CASE("messages are owed with the chain that led to them, in portions if that is wanted", "", in_memory,
                   in_a_file) {
  TestType s;
  commit c = version(1);
  for (const char* command : {"a", "b", "c"}) c.effects.messages.push_back({{"lobby", "x"}, command, "{}"});
  c.effects.chain = begin_chain(7, room, "join", "ann");
  std::uint64_t first = save(s.get(), c).value().first_message;
  s.restart();
  auto owed = s.get().restore(2);
  REQUIRE(owed.messages.size() == 2);
  CHECK(owed.messages[1].message.command == "b");
  CHECK(owed.last_message == first + 2);
  REQUIRE(owed.messages[1].chain);
  CHECK(owed.messages[1].chain->links == "tictactoe/r:join by ann");
  CHECK(owed.messages[1].chain->length == 1);
  auto rest = s.get().owed(first + 1, owed.last_message, 2).value();
  REQUIRE(rest.size() == 1);
  CHECK(rest[0].message.command == "c");
  CHECK(s.get().owed(first, first + 1, 2).value().size() == 1);
}

TEMPLATE_TEST_CASE("messages to an actor, or by way of it, are dropped, and no others", "", in_memory, in_a_file) {
  TestType s;
  commit c = version(1), other = version(1, {"tictactoe", "s"});
  for (const char* id : {"x", "y"}) c.effects.messages.push_back({{"lobby", id}, "a", "{}"});
  c.effects.chain = continue_chain(*begin_chain(1, {"gomoku", "g"}, "join", {}), room, "go");
  other.effects.messages.push_back({{"lobby", "x"}, "b", "{}"});
  other.effects.chain = begin_chain(2, {"tictactoe", "s"}, "join", {});
  save(s.get(), c);
  save(s.get(), other);
  CHECK(dropped(s.get(), {"lobby", "z"}) == 0);
  CHECK(dropped(s.get(), {"ictactoe", "r"}) == 0);
  CHECK(dropped(s.get(), {"lobby", "x"}) == 2);
  CHECK(dropped(s.get(), room) == 1);
  CHECK(s.get().restore().messages.empty());
}

TEMPLATE_TEST_CASE("dead letters are kept with why, found by number and receiver, and dropped", "", in_memory,
                   in_a_file) {
  TestType s;
  commit c = version(1);
  for (const char* id : {"x", "y"}) c.effects.messages.push_back({{"lobby", id}, "a", R"({"n":1})"});
  c.effects.reminders = {{"clock", from_ms(5000), "ring", "{}"}};
  c.effects.chain = begin_chain(7, room, "join", "ann");
  std::uint64_t first = save(s.get(), c).value().first_message;
  s.get().bury({"lobby", "x"}, {.message = first}, "handler_failed");
  s.get().bury({"lobby", "x"}, {.message = first}, "again");  // it is no more
  s.get().bury({"lobby", "y"}, {.message = first + 1}, "chain_too_long");
  s.get().bury(room, {.reminder = "clock", .due_ms = 5000}, "handler_failed");
  s.restart();
  CHECK(s.get().restore().messages.empty());
  CHECK(s.get().restore().reminders.empty());
  auto found = letters(s.get());
  REQUIRE(found.size() == 3);
  CHECK(found[0].message.to.text() == "lobby/x");
  CHECK(found[0].message.args == R"({"n":1})");
  CHECK(found[0].chain == "tictactoe/r:join by ann");
  CHECK(found[1].reason == "chain_too_long");
  CHECK(found[2].message.command == "ring");
  CHECK(found[2].length == 0);
  CHECK(letters(s.get(), {.kind = "lobby"}).size() == 2);
  CHECK(letters(s.get(), {.kind = "lobby", .id = "y"}).size() == 1);
  CHECK(letters(s.get(), {.number = found[1].number}).size() == 1);
  CHECK(letters(s.get(), {}, found[0].number, 1).front().number == found[1].number);
  CHECK(letters_dropped(s.get(), {.number = found[1].number}) == 1);
  CHECK(letters_dropped(s.get(), {.number = found[1].number}) == 0);
  CHECK(letters(s.get()).size() == 2);
}

TEMPLATE_TEST_CASE("a dead letter that is redelivered is owed again, and is a letter no more", "", in_memory,
                   in_a_file) {
  TestType s;
  commit c = version(1);
  for (const char* id : {"x", "y"}) c.effects.messages.push_back({{"lobby", id}, "a", "{}"});
  c.effects.chain = begin_chain(7, room, "join", "ann");
  std::uint64_t first = save(s.get(), c).value().first_message;
  for (std::uint64_t i = 0; i < 2; ++i) s.get().bury({"lobby", i == 0 ? "x" : "y"}, {.message = first + i}, "failed");
  auto owed = redelivered(s.get(), {.kind = "lobby", .id = "y"});
  REQUIRE(owed.size() == 1);
  CHECK(owed[0].message.to.id == "y");
  CHECK(owed[0].number > first + 1);
  s.restart();
  auto found = s.get().restore().messages;
  REQUIRE(found.size() == 1);
  CHECK(found[0].number == owed[0].number);
  CHECK_FALSE(found[0].chain);
  CHECK(letters(s.get()).size() == 1);
}

TEMPLATE_TEST_CASE("of an actor's dead letters the latest are kept, and another's stay", "", in_memory, in_a_file) {
  TestType s;
  commit c = version(1);
  c.effects.messages.assign(letters_per_actor_max + 200, {{"lobby", "x"}, "a", "{}"});
  c.effects.messages.push_back({{"lobby", "y"}, "b", "{}"});
  std::uint64_t first = save(s.get(), c).value().first_message, count = c.effects.messages.size();
  s.get().bury({"lobby", "y"}, {.message = first + count - 1}, "failed");
  for (std::uint64_t i = 0; i + 1 < count; ++i) {
    s.get().bury({"lobby", "x"}, {.message = first + i}, "failed");
    if (i % 10 == 0) load(s.get(), room);
  }
  save(s.get(), version(2));
  std::size_t kept = letters(s.get(), {.kind = "lobby", .id = "x"}).size();
  CHECK(kept >= letters_per_actor_max);
  CHECK(kept < letters_per_actor_max + 100);
  CHECK(letters(s.get(), {.kind = "lobby", .id = "y"}).size() == 1);
  CHECK(s.get().restore().messages.empty());
}

TEMPLATE_TEST_CASE("a reminder is owed until it is applied, and one set anew is another", "", in_memory, in_a_file) {
  TestType s;
  commit c = version(1);
  c.effects.reminders = {{"clock", from_ms(5000), "ring", R"({"n":1})"}, {"other", from_ms(9000), "x", "{}"}};
  REQUIRE(save(s.get(), c).ok());
  commit again = version(2);
  again.effects.reminders = {{"clock", from_ms(7000), "ring", "{}"}};
  REQUIRE(save(s.get(), again).ok());
  s.get().cross_off(room, {.reminder = "clock", .due_ms = 5000});  // the one before: too late
  s.restart();
  CHECK(s.get().restore().reminders.size() == 2);

  // The reminder's own commit may set it once more.
  commit fired = version(3);
  fired.settles = {.reminder = "clock", .due_ms = 7000};
  fired.effects.reminders = {{"clock", from_ms(8000), "ring", "{}"}, {"other", std::nullopt}};
  REQUIRE(save(s.get(), fired).ok());
  auto owed = s.get().restore().reminders;
  REQUIRE(owed.size() == 1);
  CHECK(owed[0].change.due == from_ms(8000));
  s.get().cross_off(room, {.reminder = "clock", .due_ms = 8000});
  s.restart();
  CHECK(s.get().restore().reminders.empty());
}

TEMPLATE_TEST_CASE("replies are given back, the latest first", "", in_memory, in_a_file) {
  TestType s;
  auto now = to_ms(std::chrono::time_point_cast<duration>(std::chrono::system_clock::now()));
  for (std::uint64_t n = 1; n <= 3; ++n) {
    commit c = version(n);
    c.reply = std::make_shared<reply_record>(reply_record{.player = "ann",
                                                          .key = "k" + std::to_string(n),
                                                          .fingerprint = UINT64_MAX - n,
                                                          .at_ms = now,
                                                          .version = n,
                                                          .body = "{}"});
    REQUIRE(save(s.get(), c).ok());
    REQUIRE(save(s.get(), version(1, {"tictactoe", "between" + std::to_string(n)})).ok());
  }
  s.restart();
  auto found = load(s.get(), room);
  REQUIRE(found->replies.size() == 3);
  CHECK(found->replies[0].key == "k3");
  CHECK(found->replies[2].key == "k1");
  CHECK(found->replies[2].fingerprint == UINT64_MAX - 1);
  CHECK(found->replies[2].version == 1);
}
