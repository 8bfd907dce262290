#include "runtime/values/broken_value.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <string>

#include "runtime/values/fields.hpp"

// What is written can be read again, or it is not written.
using namespace parlor;

namespace {

enum class suit { clubs, hearts, spades };

struct card {
  suit colour = suit::clubs;
  int rank = 1;
  static constexpr auto fields =
      describe(field("suit", &card::colour, one_of("clubs", "hearts")), field("rank", &card::rank, between(1, 13)));
};

struct hand {
  std::vector<card> cards{};
  std::vector<int> hints{};
  std::array<std::optional<int>, 2> bets{};
  std::map<std::string, card> shown{};
  std::vector<std::string> names{};
  double share = 0;
  double odds = 0;
  std::string title{};
  std::string mood = "calm";
  std::string owner = "ann";
  static constexpr auto fields =
      describe(field("cards", &hand::cards), field("hints", &hand::hints, between(0, 3), at_most(4)),
               field("bets", &hand::bets, between(1, 9)), field("shown", &hand::shown),
               field("names", &hand::names, at_most(2)), field("share", &hand::share, between(0.0, 1.0)),
               field("odds", &hand::odds), field("title", &hand::title, at_most(6)),
               field("mood", &hand::mood, one_of("calm", "wild")), field("owner", &hand::owner, an_id));
};

struct seat {
  std::string said = ": [,{\"}\\";
  hand held{};
  static constexpr auto fields = describe(field("said", &seat::said), field("held", &seat::held));
};

/// What is wrong with a hand that was changed so; empty if nothing is, and then it can be read.
template <class Change>
std::string fault_of(Change change) {
  seat taken;
  change(taken.held);
  try {
    std::string text = to_json(taken);
    seat again;
    CHECK_FALSE(read_fields(json_document::parse(text).value().root(), again));
    CHECK(to_json(again) == text);
    return "";
  } catch (const broken_value& broken) {
    return broken.what();
  }
}

constexpr double infinity = std::numeric_limits<double>::infinity();
const char* const not_utf8 = "\xff";

}  // namespace

TEST_CASE("a value that breaks its description is named with its path") {
  using h = hand&;
  CHECK(fault_of([](h t) {
          t.cards = {{suit::clubs, 1}, {suit::hearts, 14}};
        }) == "held.cards[1].rank must be between 1 and 13, and is 14");
  CHECK(fault_of([](h t) { t.hints = {0, 3, 1, 7}; }) == "held.hints[3] must be between 0 and 3, and is 7");
  CHECK(fault_of([](h t) { t.hints = {-1}; }) == "held.hints[0] must be between 0 and 3, and is -1");
  CHECK(fault_of([](h t) { t.hints = {0, 0, 0, 0, 0}; }) == "held.hints must have at most 4 items, and has 5");
  CHECK(fault_of([](h t) { t.bets[1] = 0; }) == "held.bets[1] must be between 1 and 9, and is 0");
  CHECK(fault_of([](h t) { t.shown["a\"b"].rank = 0; }) == "held.shown.a\\\"b.rank must be between 1 and 13, and is 0");
  CHECK(fault_of([](h t) {
          t.shown = {{"a", {}}, {"b", {suit::spades, 1}}};
        }) == "held.shown.b.suit must be one of clubs, hearts, and is the value 2 of an enum, which has no name");
  CHECK(fault_of([](h t) { t.cards = {{static_cast<suit>(-1), 1}}; }).starts_with("held.cards[0].suit must be one of"));
  CHECK(fault_of([](h t) { t.shown[not_utf8]; }) == "held.shown has a key that is not UTF-8");
  CHECK(fault_of([](h t) { t.names = {"a", "b", "c"}; }) == "held.names must have at most 2 items, and has 3");
  CHECK(fault_of([](h t) { t.share = 1.5; }) == "held.share must be between 0.0 and 1.0, and is 1.5");
  CHECK(fault_of([](h t) { t.share = std::nan(""); }) == "held.share must be a finite number, and is not a number");
  CHECK(fault_of([](h t) { t.odds = infinity; }) == "held.odds must be a finite number, and is infinite");
  CHECK(fault_of([](h t) { t.title = "seven77"; }) == "held.title must have at most 6 bytes, and has 7");
  // Each byte that is none of UTF-8 is written as three.
  CHECK(fault_of([](h t) { t.title = "\xff\xff\xff"; }) == "held.title must have at most 6 bytes, and has 9");
  CHECK(fault_of([](h t) { t.mood = "sad"; }) == "held.mood must be one of calm, wild, and is \"sad\"");
  CHECK(fault_of([](h t) { t.owner = "not an id"; }) == "held.owner must match [A-Za-z0-9_-]{1,64}");
}

TEST_CASE("what keeps to its description is written and read") {
  CHECK(fault_of([](hand&) {}).empty());
  CHECK(fault_of([](hand& h) {
          h = {.cards = {{suit::hearts, 13}, {}},
               .hints = {0, 3, 3, 0},
               .bets = {9, std::nullopt},
               .shown = {{"", {}}, {"\xc3\xbc", {suit::hearts, 2}}},
               .names = {"a name of more than two bytes", ""},
               .share = 1,
               .odds = -1e300,
               .title = "\xc3\xbc\xc3\xbc\xc3\xbc",
               .mood = "wild"};
        }).empty());
}

TEST_CASE("a path begins with the first member") {
  CHECK_THROWS_WITH(to_json(card{suit::clubs, 99}), "rank must be between 1 and 13, and is 99");
}
